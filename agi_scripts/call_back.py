"""Key 1 in the line: call me back. The number is said back or typed, checked by the dialling plan, and the place is kept.

And the other end: who is called confirms with a key before an agent is rung.
"""

import logging

from agi_scripts import agent
from agi_scripts.caller import Caller, World
from facts import masked_number
from ivr import speech, variables
from ivr.call import Call, Menu
from ivr.exceptions import TooManyTries
from seats.call_back import Wish
from seats.dialling import Refused, dialled
from seats.exceptions import SeatsUnavailable

log = logging.getLogger(__name__)

YES, OTHER, BACK = "yes", "other", "back"
LONGEST_NUMBER = 12


async def promise(caller: Caller) -> None:
    """Take the wish and say goodbye; return when the caller would rather go on waiting, or nothing can be promised."""
    call, call_backs = caller.call, caller.world.call_backs
    if call_backs is None:
        await call.say("call_back.none", keys="")
        return
    try:
        number = await _number(caller)
    except TooManyTries:
        return
    if not number:
        return
    joined = await call.get(variables.JOINED)
    wish = Wish(
        call=call.id,
        centre=caller.centre.code,
        queue=caller.queue or caller.centre.queue,
        number=number,
        joined=int(joined) if joined.isdecimal() else None,
    )
    try:
        await call.meanwhile(call_backs.promise(wish))
    except SeatsUnavailable as error:
        log.warning("call %s: no call-back: %s", call.id, error)
        await call.say("call_back.unavailable", keys="")
        return
    call.note("call_back", state="promised", queue=wish.queue, number=masked_number(number))
    await call.say("call_back.promised", keys="")
    await agent.goodbye(call)


async def _number(caller: Caller) -> str:
    """The number to call, as it is dialled; empty: the caller goes back to the line."""
    number = _allowed(caller, caller.call.caller)
    while True:
        if not number:
            entered = await caller.call.ask(
                "call_back.enter", most=LONGEST_NUMBER, good=lambda text: text == "*" or bool(_allowed(caller, text)),
                wrong=lambda _: "call_back.refused",
            )  # fmt: skip
            number = _allowed(caller, entered.reveal())
            if not number:
                return ""
        said = ("call_back.number", speech.digits(number))
        answer = await caller.call.menu(Menu(("call_back.confirm",), {"1": YES, "2": OTHER, "*": BACK}, told=said))
        if answer == YES:
            return number
        if answer == BACK:
            return ""
        number = ""


def _allowed(caller: Caller, number: str) -> str:
    """The number as it is dialled, empty when the plan refuses it; a refusal is logged, the number masked."""
    call_backs = caller.world.call_backs
    found = dialled(number, call_backs.rules) if call_backs is not None else Refused("off")
    if isinstance(found, Refused):
        if number not in {"", "*"}:
            log.warning("call %s: call-back to %s refused: %s", caller.call.id, masked_number(number), found.why)
            caller.call.note("dial_refused", number=masked_number(number), why=found.why, where="call_back")
        return ""
    return found.number


async def call_back(call: Call, world: World) -> None:
    """The route `call_back`: somebody answered the number. A key brings them into the line, at their place."""
    try:
        if await call.menu(Menu(("call_back.here",), {"1": YES, "2": BACK})) == YES:
            call.note("call_back", state="confirmed")
            await call.say("agent.connecting", keys="")
            await call.hand_over(await call.get(variables.QUEUE))
        call.note("call_back", state="declined")
    except TooManyTries:
        call.note("call_back", state="unconfirmed")
    await agent.goodbye(call)
