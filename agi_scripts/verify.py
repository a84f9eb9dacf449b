"""Who is calling: account, ID or card number and the six-digit password, once a call."""

from collections.abc import Callable
from typing import NoReturn

from agi_scripts.caller import Caller, Up, WantsAgent
from centres import Centre
from fund.identity import ID_LENGTH, id_number_holds, kind_of_login, looks_like_id_number
from fund.port import Refusal, Verified
from ivr import variables
from ivr.call import Call, Menu
from ivr.digits import Digits

FAILURES = 3
"""Failures in one call until a person is offered."""

AGENT, UP = "0", "*"


async def verified(caller: Caller) -> Verified:  # noqa: RET503 - the last line never returns
    """Give who the caller is. Same words for an unknown account and a wrong password."""
    if caller.verified:
        return caller.verified
    call = caller.call
    await call.say("verify.notice")
    for _ in range(FAILURES):
        login = _with_x(await _asked(caller, "verify.account", ID_LENGTH, _is_login, _amiss, _may_be_a_card))
        password = await _asked(caller, "verify.password", 6, _is_password, lambda _: "verify.password.short")
        found = await call.meanwhile(caller.world.fund.verify(caller.centre.code, login, password, call.caller))
        call.note("verified", ok=isinstance(found, Verified), login=str(kind_of_login(login)))
        if isinstance(found, Verified):
            if found.must_change:
                await call.say("verify.must_change")
                raise Up
            caller.verified = found
            await call.set(variables.VERIFIED, str(found.depositor))
            return found
        if found is Refusal.LOCKED:
            await _offer(caller, "verify.locked")
        await call.say("verify.wrong")
    await _offer(caller, "verify.three", "agent.offer")


async def still_verified(call: Call, centre: Centre) -> Verified | None:
    """Who the caller proved to be before waiting for a person."""
    depositor = await call.get(variables.VERIFIED)
    return Verified(int(depositor), centre.code, must_change=False) if depositor.isdecimal() else None


async def _offer(caller: Caller, *prompts: str) -> NoReturn:
    key = await caller.call.menu(Menu(prompts, {"0": AGENT, "*": UP}))
    if key == AGENT:
        raise WantsAgent("verify")
    raise Up


async def _asked(
    caller: Caller,
    prompt: str,
    most: int,
    good: Callable[[str], bool],
    wrong: Callable[[str], str],
    more: Callable[[str], bool] = lambda _: False,
) -> str:
    """Ask for digits; 0 alone leads to a person and * alone one level up, here as everywhere."""
    entered = await caller.call.ask(
        prompt, most=most, good=lambda text: text in {AGENT, UP} or good(text), wrong=wrong, more=more
    )
    if entered == Digits(AGENT):
        raise WantsAgent("key")
    if entered == Digits(UP):
        raise Up
    return entered.reveal()


def _with_x(text: str) -> str:
    """* typed as the last of eighteen means X."""
    return text[:-1] + "X" if len(text) == ID_LENGTH and text.endswith("*") else text


def _may_be_a_card(text: str) -> bool:
    """Eighteen digits that cannot have been meant as an ID number may lack the nineteenth of a card's."""
    return text.isdigit() and not (text[6:8] in {"19", "20"} and looks_like_id_number(text))


def _is_login(text: str) -> bool:
    return kind_of_login(_with_x(text)) is not None


def _amiss(text: str) -> str:
    text = _with_x(text)
    return "verify.id.wrong" if looks_like_id_number(text) and not id_number_holds(text) else "verify.account.invalid"


def _is_password(text: str) -> bool:
    return len(text) == 6 and text.isdigit()
