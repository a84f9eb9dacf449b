"""A new password: the old one is known, the new one is entered twice."""

from agi_scripts.caller import Caller, entered, offer_agent
from fund.passwords import LENGTH, is_weak
from fund.port import Change, Verified
from ivr.exceptions import TooManyTries

TRIES = 3
"""New passwords that may be refused until a person is offered."""

REFUSED = {Change.WEAK: "password.weak", Change.SAME: "password.same"}


async def changed(caller: Caller, who: Verified, old: str) -> str:
    """Ask for a new password until one is taken, and give it; TooManyTries when none was.

    What everybody can see is weak is refused at once, the rest (digits of the ID number) by the fund.
    """
    for _ in range(TRIES):
        new = await entered_password(caller, "password.new")
        if is_weak(new):
            await caller.call.say("password.weak")
            continue
        if new != await entered_password(caller, "password.again"):
            await caller.call.say("password.differ")
            continue
        outcome = await caller.call.meanwhile(caller.world.fund.change_password(who, old, new, caller.call.caller))
        caller.call.note("password", outcome=str(outcome), holder=str(who.holder))
        match outcome:
            case Change.CHANGED:
                await caller.call.say("password.changed", keys="")
                return new
            case Change.LOCKED:
                await offer_agent(caller, "verify.locked", reason="verify")
            case Change.WRONG:
                await caller.call.say("password.old.wrong")
                old = await entered_password(caller, "password.old")
            case _:
                await caller.call.say(REFUSED[outcome])
    raise TooManyTries


async def entered_password(caller: Caller, prompt: str) -> str:
    """Ask for six digits."""
    return await entered(
        caller,
        prompt,
        most=LENGTH,
        good=lambda text: len(text) == LENGTH and text.isdigit(),
        wrong=lambda _: "verify.password.short",
    )
