"""3 → 1…3: an appointment at a branch: a place, a working day, morning or afternoon, and a number to remember it by."""

import datetime as dt
from collections.abc import Mapping, Sequence

from agi_scripts.caller import Caller, Up, choose, entered, offer_agent
from agi_scripts.several import PRESS, chosen
from agi_scripts.summary import send
from agi_scripts.verify import verified
from fund.port import Verified
from guide.branch import Branch, by_district
from ivr import speech
from ivr.speaker import Spoken
from service_requests.exceptions import AlreadyBooked, SlotTaken
from service_requests.kinds import Appointment, Business, Half, Slot

NUMBER_LENGTH = 6
DAYS_A_PAGE = 3
"""Days that are read in one breath; one key more leads to the next ones."""

TRIES = 3

FOR = {
    Business.LOAN: "appointment.loan",
    Business.REPAYMENT: "appointment.repayment",
    Business.WITHDRAWAL: "appointment.withdrawal",
}
HALVES: Mapping[Half, Spoken] = {
    Half.MORNING: speech.half_day(dt.time(9)),
    Half.AFTERNOON: speech.half_day(dt.time(15)),
}
WRITTEN = {Business.LOAN: "贷款", Business.REPAYMENT: "还款", Business.WITHDRAWAL: "提取"}
WRITTEN_HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午"}


async def loan_appointment(caller: Caller) -> None:
    """3 → 1: 贷款预约."""
    await _appointment(caller, Business.LOAN)


async def repayment_appointment(caller: Caller) -> None:
    """3 → 2: 还款预约."""
    await _appointment(caller, Business.REPAYMENT)


async def withdrawal_appointment(caller: Caller) -> None:
    """3 → 3: 提取预约."""
    await _appointment(caller, Business.WITHDRAWAL)


async def _appointment(caller: Caller, business: Business) -> None:
    """Make one, or by the number of one that is booked change or cancel it."""
    branches = caller.world.guide.branches(caller.centre.code)
    if not branches:
        await offer_agent(caller, "guide.branch.none", reason="guide")
    wish = await choose(caller, "appointment.wish", choices={"1": "new", "2": "by number"}, told=(FOR[business],))
    who = await verified(caller)
    if wish == "by number":
        await _booked_already(caller, who, await _by_number(caller, who), branches)
    mine = await _open(caller, who)
    if same := next((one for one in mine if one.business is business), None):
        await _booked_already(caller, who, same, branches)
    await _book(caller, who, business, branches)


async def _book(caller: Caller, who: Verified, business: Business, branches: Sequence[Branch]) -> None:
    for _ in range(TRIES):
        slot = await _slot(caller, branches)
        try:
            booked = await caller.call.meanwhile(
                caller.world.requests.book(who, business, slot, caller.call.id, _today(caller))
            )
        except SlotTaken:
            await caller.call.say("appointment.taken")
            continue
        except AlreadyBooked:  # from another telephone, a moment ago
            await _booked_already(caller, who, await _of_business(caller, who, business), branches)
        caller.call.note("request", what="appointment", business=str(business), branch=slot.branch, done="booked")
        await _told(caller, who, booked, branches, "appointment.booked")
    await offer_agent(caller, "appointment.full", reason="request")


async def _booked_already(caller: Caller, who: Verified, booked: Appointment, branches: Sequence[Branch]) -> None:
    """Tell the one that is booked; change or cancel it. It never comes back but by Up."""
    told = ("appointment.yours", *_spoken(booked, branches))
    wish = await choose(caller, "appointment.change_or_cancel", choices={"1": "change", "2": "cancel"}, told=told)
    if wish == "cancel":
        done = await caller.call.meanwhile(caller.world.requests.cancel(who, booked.number))
        caller.call.note("request", what="appointment", business=str(booked.business), done="cancelled")
        await caller.call.say("appointment.cancelled" if done else "appointment.unknown")
        raise Up
    for _ in range(TRIES):
        slot = await _slot(caller, branches)
        try:
            moved = await caller.call.meanwhile(caller.world.requests.move(who, booked.number, slot))
        except SlotTaken:
            await caller.call.say("appointment.taken")
            continue
        if moved is None:
            await caller.call.say("appointment.unknown")
            raise Up
        caller.call.note("request", what="appointment", business=str(moved.business), branch=slot.branch, done="moved")
        await _told(caller, who, moved, branches, "appointment.changed")
    await offer_agent(caller, "appointment.full", reason="request")


async def _by_number(caller: Caller, who: Verified) -> Appointment:
    """Ask for the number; one that is another's sounds like one that is nobody's."""
    mine = {one.number: one for one in await _open(caller, who)}
    for _ in range(TRIES):
        number = await entered(
            caller,
            "appointment.number",
            most=NUMBER_LENGTH,
            good=lambda text: len(text) == NUMBER_LENGTH and text.isdigit(),
        )
        if number in mine:
            return mine[number]
        await caller.call.say("appointment.unknown")
    await offer_agent(caller, "agent.offer", reason="request")
    raise Up


async def _slot(caller: Caller, branches: Sequence[Branch]) -> Slot:
    """Ask for the branch, the day and the half, until the caller confirms what was chosen."""
    world = caller.world
    while True:
        branch = await _branch(caller, branches)
        days = world.calendar.working_days(_today(caller), world.requests.settings.days_ahead, caller.centre)
        free = await caller.call.meanwhile(world.requests.free(caller.centre.code, branch.code, days))
        if not free:
            if len(branches) == 1:
                await offer_agent(caller, "appointment.full", reason="request")
            await caller.call.say("appointment.branch_full")
            continue
        day = await _day(caller, list(free))
        half = free[day][await chosen(caller, "appointment.half", [(HALVES[one],) for one in free[day]])]
        slot = Slot(caller.centre.code, branch.code, day, half)
        told = (branch.said_name, *_when(slot))
        if await choose(caller, "appointment.confirm", choices={"1": "yes", "2": "again"}, told=told) == "yes":
            return slot


async def _branch(caller: Caller, branches: Sequence[Branch]) -> Branch:
    """Ask for the district and, where it has more than one, for the branch; * leads from the branches to the districts."""
    districts = by_district(branches)
    while True:
        there = districts[await chosen(caller, "guide.districts", [(one[0].said_district,) for one in districts])]
        try:
            return there[await chosen(caller, "appointment.branch", [(one.said_name,) for one in there])]
        except Up:
            if len(districts) == 1:
                raise


async def _day(caller: Caller, days: Sequence[dt.date]) -> dt.date:
    """Offer a few days at a time; the key after the last one leads to the next few, and from the end to the beginning."""
    first = 0
    while True:
        page = days[first : first + DAYS_A_PAGE]
        keys = list(PRESS.items())
        names = [
            part
            for (_, press), day in zip(keys, page, strict=False)
            for part in (speech.day(day), speech.weekday(day), press)
        ]
        choices = {key: str(at) for at, (key, _) in enumerate(keys[: len(page)])}
        more: tuple[Spoken, ...] = ()
        if len(days) > DAYS_A_PAGE:
            key, press = keys[len(page)]
            choices[key], more = "more", ("appointment.more_days", press)
        # An outcome of "0" would be the way to a person.
        outcome = await choose(
            caller, "appointment.day", *names, *more, choices={key: f"day {value}" for key, value in choices.items()}
        )
        if outcome != "day more":
            return page[int(outcome.removeprefix("day "))]
        first = first + DAYS_A_PAGE if first + DAYS_A_PAGE < len(days) else 0


async def _told(caller: Caller, who: Verified, booked: Appointment, branches: Sequence[Branch], done: str) -> None:
    """Say that it is done and the number, as often as the caller wants; send it by SMS when wanted. Ends by Up."""
    told: tuple[Spoken, ...] = (
        done,
        "appointment.your_number",
        speech.digits(booked.number),
        *_spoken(booked, branches),
    )
    while True:
        await choose(caller, "query.more", told=told, choices={"2": "sms"})
        told = await send(caller, who, "notice", _written(caller, booked, branches))


def _spoken(booked: Appointment, branches: Sequence[Branch]) -> tuple[Spoken, ...]:
    place = [one.said_name for one in branches if one.code == booked.slot.branch]
    return (FOR[booked.business], *place, *_when(booked.slot))


def _when(slot: Slot) -> tuple[Spoken, ...]:
    return speech.day(slot.day), speech.weekday(slot.day), HALVES[slot.half]


def _written(caller: Caller, booked: Appointment, branches: Sequence[Branch]) -> str:
    place = next((one.name for one in branches if one.code == booked.slot.branch), booked.slot.branch)
    return (
        f"您已预约{caller.centre.name}{place}{booked.slot.day:%m月%d日}{WRITTEN_HALVES[booked.slot.half]}"
        f"办理{WRITTEN[booked.business]}，预约号{booked.number}。"
    )


async def _open(caller: Caller, who: Verified) -> list[Appointment]:
    return await caller.call.meanwhile(caller.world.requests.open_appointments(who, _today(caller)))


async def _of_business(caller: Caller, who: Verified, business: Business) -> Appointment:
    found = next((one for one in await _open(caller, who) if one.business is business), None)
    if found is None:  # and cancelled since
        raise Up
    return found


def _today(caller: Caller) -> dt.date:
    return caller.world.clock().astimezone(caller.world.zone).date()
