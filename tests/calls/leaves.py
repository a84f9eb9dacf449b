"""What callers do at each leaf of the menu that needs no person, and what they must hear: the same at every hour."""

import datetime as dt
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from ivr import speech
from tests.calls.talk import Talk, digits_of_id
from tests.calls.turns import Turn
from tests.fixtures.instance import Instance

NEW_PASSWORD = "503826"
CHANGDE = "073612329"

Does = Callable[[Talk], Awaitable[None]]


def special(hotline: Instance, case: str, centre: str = "changsha") -> dict[str, Any]:
    """One of the demo's special people."""
    people: list[dict[str, Any]] = hotline.demo["special"]
    return next(one for one in people if (one["case"], one["centre"]) == (case, centre))


async def walk(talk: Talk, first: str, second: str) -> None:
    """From the welcome to a leaf, as somebody who knows the first key."""
    await talk.answers("welcome", first)
    menus = {"1": "menu.query", "2": "menu.guide", "3": "menu.request", "4": "menu.voice"}
    await talk.answers(menus[first], second)


async def login(talk: Talk, number: str, password: str) -> None:
    """Enter a number while the notice is being read, then the password."""
    await talk.answers("verify.notice", number if len(number) >= 18 else f"{number}#")
    await talk.answers("verify.password", password)


def table(hotline: Instance) -> dict[str, Turn]:
    """The turns by name. Nobody meets anybody else's account."""
    people = hotline.depositors("changsha")
    lent = next(one for one in people if one["loan"])
    applied = next(one for one in people if one["application"])
    unit = next(one for one in hotline.demo["units"] if one["centre"] == "changsha")
    return {
        "a loan, by ID number": Turn(loan_by_id(lent)),
        "a loan that is late, by account": Turn(late(special(hotline, "overdue"))),
        "an application, by card": Turn(progress_by_card(applied)),
        "a unit": Turn(unit_account(unit)),
        "one of two accounts, its movements, and an SMS": Turn(two_accounts(special(hotline, "two_accounts"))),
        "a first password": Turn(first_password(special(hotline, "first_password"))),
        "a new password": Turn(new_password(special(hotline, "sealed"))),
        "an old ID number": Turn(old_id(special(hotline, "legacy_id", "changde")), CHANGDE),
        "an appointment for a loan": Turn(appointment(people[5], "1")),
        "an appointment for repayment": Turn(appointment(people[6], "2")),
        "an appointment for withdrawal": Turn(appointment(people[7], "3")),
        "a subscription": Turn(subscription(people[8])),
        "policy": Turn(policy),
        "branches": Turn(branches),
    }


def loan_by_id(one: dict[str, Any]) -> Does:
    """1 → 2."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "2")
        await login(talk, digits_of_id(one), one["password"])
        await talk.hears("loan.balance")
        await talk.hears("query.more", within=60)
        loan = one["loan"]
        assert talk.values_after("loan.balance") == [speech.amount(Decimal(loan["balance"])).text]
        assert talk.values_after("loan.monthly") == [speech.amount(Decimal(loan["monthly_payment"])).text]
        assert talk.values_after("loan.next_due") == [speech.date(dt.date.fromisoformat(loan["next_due"])).text]
        assert talk.values_after("loan.remaining") == [speech.term(loan["remaining_months"]).text]

    return does


def late(one: dict[str, Any]) -> Does:
    """1 → 2, when something is overdue."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "2")
        await login(talk, one["account"], one["password"])
        await talk.hears("loan.overdue")
        await talk.hears("loan.overdue.pay")
        assert talk.values_after("loan.overdue") == [speech.amount(Decimal(one["loan"]["overdue"])).text]

    return does


def progress_by_card(one: dict[str, Any]) -> Does:
    """1 → 3."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "3")
        await login(talk, one["card"], one["password"])
        await talk.hears("progress.since")
        await talk.hears("query.more", within=30)
        since = dt.date.fromisoformat(one["application"]["since"])
        assert talk.values_after("progress.since") == [speech.date(since).text]

    return does


def unit_account(unit: dict[str, Any]) -> Does:
    """1 → 4."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "4")
        await login(talk, unit["account"], unit["password"])
        await talk.hears("unit.monthly")
        await talk.hears("query.more", within=30)
        assert talk.values_after("unit.people") == [speech.number(unit["people"]).text]
        assert talk.values_after("unit.monthly") == [speech.amount(Decimal(unit["monthly_sum"])).text]

    return does


def two_accounts(one: dict[str, Any]) -> Does:
    """1 → 1, with a choice, movements and an SMS."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "1")
        await login(talk, one["account"], one["password"])
        await talk.answers("account.several", "1")
        await talk.hears("account.balance")
        assert await talk.hears("account.more", within=60)
        await talk.phone.press("1")
        await talk.hears("movement.deposit")
        await talk.answers("account.more", "2")
        await talk.hears("sms.sent")
        await talk.hears("sms.sent.end")
        assert talk.values_after("sms.sent") == [speech.digits(one["mobile"][-4:]).text]

    return does


def first_password(one: dict[str, Any]) -> Does:
    """1 → 1, not before a new password is set."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "1")
        await login(talk, one["account"], one["password"])
        await talk.hears("verify.must_change")
        await talk.answers("password.new", "111111")
        await talk.hears("password.weak")
        await talk.answers("password.new", NEW_PASSWORD)
        await talk.answers("password.again", NEW_PASSWORD)
        await talk.hears("password.changed")
        await talk.hears("account.balance")

    return does


def new_password(one: dict[str, Any]) -> Does:
    """1 → 5, and the new one opens at once what the old one did."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "5")
        await talk.answers("password.whose", "1")
        await login(talk, one["account"], one["password"])
        await talk.answers("password.new", NEW_PASSWORD)
        await talk.answers("password.again", NEW_PASSWORD)
        await talk.hears("password.changed")
        await talk.answers("menu.query", "1")
        await talk.hears("account.balance")

    return does


def old_id(one: dict[str, Any]) -> Does:
    """1 → 1 with fifteen digits, which may be an account too."""

    async def does(talk: Talk) -> None:
        await walk(talk, "1", "1")
        await talk.answers("verify.notice", f"{one['legacy_id']}#")
        await talk.answers("verify.kind", "1")
        await talk.answers("verify.password", one["password"])
        await talk.hears("account.balance")

    return does


def appointment(one: dict[str, Any], key: str) -> Does:
    """3 → 1…3, at a branch and an hour of its own."""

    async def does(talk: Talk) -> None:
        await walk(talk, "3", key)
        await talk.answers("appointment.wish", "1")
        await login(talk, one["account"], one["password"])
        await talk.answers("guide.districts", key)
        if "appointment.branch" in (await talk.hears("appointment.branch", "appointment.day")).ids:
            await talk.phone.press("1")
            await talk.hears("appointment.day")
        await talk.phone.press("2")
        await talk.answers("appointment.half", "2")
        await talk.answers("appointment.confirm", "1")
        await talk.hears("appointment.your_number")
        await talk.hears("query.more", within=30)
        (number,) = talk.values_after("appointment.your_number")
        assert len(number) == 6

    return does


def subscription(one: dict[str, Any]) -> Does:
    """3 → 4, on and off again."""

    async def does(talk: Talk) -> None:
        await walk(talk, "3", "4")
        await login(talk, one["account"], one["password"])
        await talk.answers("subscription.menu", "2")
        await talk.hears("subscription.off")
        await talk.answers("subscription.turn_on", "1")
        await talk.hears("subscription.now_on")
        await talk.answers("subscription.menu", "2")
        await talk.hears("subscription.on")

    return does


async def policy(talk: Talk) -> None:
    """2 → 2: an article."""
    await walk(talk, "2", "2")
    await talk.answers("guide.articles", "1")
    await talk.hears("menu.again", within=60)


async def branches(talk: Talk) -> None:
    """2 → 4: a branch."""
    await walk(talk, "2", "4")
    await talk.answers("guide.districts", "1")
    await talk.hears("menu.again", "guide.branches", within=60)
