"""Who is calling: account, ID, card or unit number and the six-digit password, once a call and centre."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agi_scripts import password
from agi_scripts.caller import Caller, choose, entered, offer_agent
from centres import Centre
from fund.identity import ID_LENGTH, Login, id_number_holds, logins, looks_like_id_number
from fund.port import Holder, Refusal, Verified
from ivr import variables
from ivr.call import Call
from ivr.speaker import Spoken

FAILURES = 3
"""Failures in one call until a person is offered."""

LONGEST_UNIT = 15

REMEMBERED: Mapping[Holder, str] = {Holder.DEPOSITOR: variables.VERIFIED, Holder.UNIT: variables.VERIFIED_UNIT}


@dataclass(frozen=True, slots=True)
class Proof:
    """Who the caller is, and by what: the password when it was entered just now, and whether it had to be a new one."""

    who: Verified
    password: str | None = field(default=None, repr=False)
    renewed: bool = False


async def verified(caller: Caller, holder: Holder = Holder.DEPOSITOR) -> Verified:
    """Give who the caller is, asking when this call and centre do not know yet.

    Raises Up and WantsAgent by the caller's wish, TooManyTries after wrong or missing keys.
    """
    return (await proved(caller, holder)).who


async def proved(caller: Caller, holder: Holder) -> Proof:  # noqa: RET503 - the last line never returns
    """Do the same, and give the password too: who changes it has entered the old one."""
    known = caller.verified.get(holder)
    if known and known.centre == caller.centre.code:
        return Proof(known)
    for _ in range(FAILURES):
        found, typed = await attempted(caller, holder)
        if isinstance(found, Verified):
            if found.must_change:
                await caller.call.say("verify.must_change")
                typed = await password.changed(caller, found, typed)
            who = await remember(caller, replace(found, must_change=False))
            return Proof(who, typed, renewed=found.must_change)
        if found is Refusal.LOCKED:
            await offer_agent(caller, "verify.locked", reason="verify")
        await caller.call.say("verify.wrong")
    await offer_agent(caller, "verify.three", "agent.offer", reason="verify")


async def attempted(caller: Caller, holder: Holder) -> tuple[Verified | Refusal, str]:
    """Ask once for number and password, and give what the fund says of them, and the password."""
    told = await _told(caller)
    login, number = await (_unit(caller, told) if holder is Holder.UNIT else _depositor(caller, told))
    typed = await password.entered_password(caller, "verify.password")
    found = await caller.call.meanwhile(
        caller.world.fund.verify(caller.centre.code, login, number, typed, caller.call.caller)
    )
    caller.call.note("verified", ok=isinstance(found, Verified), login=str(login))
    return found, typed


async def remember(caller: Caller, who: Verified) -> Verified:
    """For the rest of the call, and for every later leg."""
    caller.verified[who.holder] = who
    await caller.call.set(REMEMBERED[who.holder], f"{who.centre}/{who.key}")
    return who


async def still_verified(call: Call, centre: Centre) -> dict[Holder, Verified]:
    """Who the caller proved to be before waiting for a person."""
    found = {}
    for holder, name in REMEMBERED.items():
        code, _, key = (await call.get(name)).partition("/")
        if key and code == centre.code:
            found[holder] = Verified(holder, key, code, must_change=False)
    return found


async def _told(caller: Caller) -> tuple[Spoken, ...]:
    """Tell what is collected and why, once a call: what to say before the question, or by a question for consent."""
    if caller.told:
        return ()
    if caller.centre.asks_consent:
        await choose(caller, "verify.notice", "verify.consent", choices={"1": "yes"})
    caller.told = True
    return () if caller.centre.asks_consent else ("verify.notice",)


async def _depositor(caller: Caller, told: tuple[Spoken, ...]) -> tuple[Login, str]:
    """Ask for the number and tell its kind by its shape; ask for the kind only where it stays open."""
    legacy = caller.centre.legacy_ids

    def good(text: str) -> bool:
        return bool(logins(_with_x(text), legacy_ids=legacy))

    number = _with_x(
        await entered(caller, "verify.account", most=ID_LENGTH, good=good, wrong=_amiss, more=_may_be_a_card, told=told)
    )
    kinds = logins(number, legacy_ids=legacy)
    if len(kinds) == 1:
        return kinds[0], number
    choice = await choose(caller, "verify.kind", choices={"1": Login.ID_NUMBER, "2": Login.ACCOUNT})
    return Login(choice), number


async def _unit(caller: Caller, told: tuple[Spoken, ...]) -> tuple[Login, str]:
    number = await entered(
        caller, "verify.unit", most=LONGEST_UNIT, good=lambda text: text.isdigit() and len(text) > 5, told=told
    )
    return Login.UNIT, number


def _with_x(text: str) -> str:
    """* typed as the last of eighteen means X."""
    return text[:-1] + "X" if len(text) == ID_LENGTH and text.endswith("*") else text


def _may_be_a_card(text: str) -> bool:
    """Eighteen digits that cannot have been meant as an ID number may lack the nineteenth of a card's."""
    return text.isdigit() and not (text[6:8] in {"19", "20"} and looks_like_id_number(text))


def _amiss(text: str) -> str:
    text = _with_x(text)
    return "verify.id.wrong" if looks_like_id_number(text) and not id_number_holds(text) else "verify.account.invalid"
