"""The way to a person: in hours the centre's queue, out of hours when it can be had, with a message instead."""

import logging
from typing import NoReturn

from agi_scripts import message, whisper
from agi_scripts.caller import Caller, Up, WantsAgent, World
from agi_scripts.hours_in_words import hours_in_words
from agi_scripts.survey import survey
from agi_scripts.verify import still_verified
from centres import Centre, which
from ivr import variables
from ivr.call import Call, Menu
from ivr.exceptions import TooManyTries
from seats.exceptions import SeatsUnavailable
from seats.skills import queue_for
from service_requests.kinds import MessageKind

log = logging.getLogger(__name__)

TALKED = "CONTINUE"
"""QUEUESTATUS when the agent hung up first."""

AGENT_TOO = "agent"
"""How a message ends that was sent with 0: a person is wanted all the same."""

NOBODY = {"JOINEMPTY", "LEAVEEMPTY", "UNKNOWN"}


def open_now(caller: Caller) -> bool:
    """True while a person can be had: the agents of the caller's centre work, or the caller has a place in the line.

    Who joined the line in hours was promised the place; the end of the day does not take it away.
    """
    return caller.waits or caller.world.calendar.is_open(caller.centre, caller.world.clock())


async def connect(caller: Caller, reason: str) -> None:
    """Hand the caller to the queue of the centre, or of the skill that what they were at asks for.

    Out of hours tell the hours; it returns when self-service is to go on.
    """
    if not open_now(caller):
        caller.call.note("asked_closed", centre=caller.centre.code, reason=reason)
        await _closed(caller)
        return
    queue = queue_for(caller.centre, caller.path, caller.world.skills) if caller.path else caller.queue
    queue = queue or caller.centre.queue
    caller.call.note("asked_agent", queue=queue, reason=reason, centre=caller.centre.code)
    await caller.call.say("agent.connecting", keys="")
    await _keep_number(caller)
    await whisper.prepare(caller)
    await caller.call.hand_over(queue)


async def _keep_number(caller: Caller) -> None:
    """So that an agent can return the call; without the database nobody waits for it."""
    if caller.world.numbers is None or not caller.call.caller:
        return
    try:
        kept = caller.world.numbers.keep(caller.call.id, caller.centre.code, caller.call.caller)
        await caller.call.meanwhile(kept)
    except SeatsUnavailable as error:
        log.warning("call %s cannot be returned: %s", caller.call.id, error)


async def offer(caller: Caller) -> NoReturn:
    """Offer a person to one whose tries are used up, or out of hours a message; say goodbye when no key comes.

    WantsAgent for the person, Up for the main menu.
    """
    if not open_now(caller):
        await _closed(caller)
        raise Up
    try:
        await caller.call.menu(Menu(("agent.offer",), {"0": "agent"}))
    except TooManyTries:
        await goodbye(caller.call)
    raise WantsAgent("tries")


async def goodbye(call: Call) -> NoReturn:
    """Say goodbye and leave."""
    await call.say("goodbye", keys="")
    await call.finish()


async def after_queue(call: Call, world: World) -> None:
    """The caller left the queue: the talk is over, or nobody could be had."""
    status = await call.get(variables.QUEUE_STATUS)
    caller = await from_queue(call, world)
    if status == TALKED:
        await survey(caller)
        await goodbye(call)
    prompt, choices = ("agent.none", {"1", "*"}) if status in NOBODY else ("agent.busy", {"0", "1", "*"})
    try:
        key = await call.menu(Menu((prompt,), {key: key for key in choices}))
    except TooManyTries:
        await goodbye(call)
    if key == "0":
        await connect(caller, "again")
    if key == "1":
        await _message(caller)
    # Imported here: self-service leads to a person, and a person back to self-service.
    from agi_scripts.welcome import self_service  # noqa: PLC0415

    await self_service(caller)


async def _closed(caller: Caller) -> None:
    """Tell the hours and take a message; it returns when the caller goes on in self-service. 0 tells them again."""
    world = caller.world
    told = hours_in_words(world.calendar, caller.centre, world.clock())
    key = "0"
    while key == "0":
        try:
            key = await caller.call.menu(Menu(("agent.closed.choose",), {key: key for key in "01*"}, told=told))
        except TooManyTries:
            await goodbye(caller.call)
    if key == "1":
        await _message(caller)


async def _message(caller: Caller) -> NoReturn:
    """Take it and say goodbye, or lead to a person who wants one after all."""
    if await message.leave(caller, MessageKind.OTHER) == AGENT_TOO and open_now(caller):
        await connect(caller, "message")
    await goodbye(caller.call)


async def from_queue(call: Call, world: World, *, waits: bool = False) -> Caller:
    """The caller as before the queue: the centre, what may be chosen, who the caller proved to be, the line they were in.

    `waits`: the caller is out of it only for as long as a key's conversation takes.
    """
    by_code = {centre.code: centre for centre in world.centres}
    centre: Centre = by_code.get(await call.get(variables.CENTRE)) or world.fallback_centre
    choice = which(world.centres, dialled=await call.get(variables.DIALLED), caller=call.caller)
    return Caller(
        call,
        world,
        centre,
        await still_verified(call, centre),
        queue=await call.get(variables.QUEUE),
        waits=waits,
        among=choice.among,
    )
