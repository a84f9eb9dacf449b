"""The core system answers, is slow, is down, lies: what of it becomes an answer, and what is never believed."""

import asyncio
import datetime as dt
import logging
from decimal import Decimal

import pytest

from fund.core.standin import LIES, PASSWORD
from fund.exceptions import FundUnavailable
from fund.identity import Login
from fund.port import AccountStatus, Change, Holder, MovementKind, Refusal, Stage, Verified
from tests.fund.core.conftest import ACCOUNT, ID_NUMBER, UNIT, Core

NEW = "503826"


async def test_everything_a_caller_can_ask(core: Core) -> None:
    who = await core.known()
    assert (who.holder, who.key, who.centre, who.must_change) == (Holder.DEPOSITOR, "D-1", "changsha", False)
    (account,) = await core.ours.personal_accounts(who)
    assert (account.tail, account.balance, account.monthly_deposit) == ("5566", Decimal("34567.89"), Decimal("1600.00"))
    assert (account.status, account.paid_until) == (AccountStatus.NORMAL, dt.date(2026, 10, 1))
    (movement,) = await core.ours.movements(who, account.key)
    assert (movement.kind, movement.on) == (MovementKind.DEPOSIT, dt.date(2026, 11, 5))
    (loan,) = await core.ours.loans(who)
    assert (loan.remaining_months, loan.next_due) == (180, dt.date(2026, 12, 20))
    (application,) = await core.ours.applications(who)
    assert application.stage is Stage.APPROVED
    assert await core.ours.mobile(who) == "13912345678"
    unit = await core.ours.verify("changsha", Login.UNIT, UNIT, PASSWORD, "")
    assert isinstance(unit, Verified)
    assert (unit.holder, (await core.ours.unit(unit)).people) == (Holder.UNIT, 12)


async def test_numbers_and_passwords_stand_in_no_address(core: Core) -> None:
    who = await core.known()
    await core.ours.verify("changsha", Login.ID_NUMBER, ID_NUMBER, PASSWORD, "")
    await core.ours.change_password(who, PASSWORD, NEW, "")
    assert core.theirs.asked
    assert not [
        path for _, path in core.theirs.asked if any(one in path for one in (ACCOUNT, ID_NUMBER, PASSWORD, NEW))
    ]


async def test_a_new_password_is_theirs_to_judge(core: Core) -> None:
    who = await core.known()
    assert await core.ours.change_password(who, "999998", NEW, "") is Change.WRONG
    assert await core.ours.change_password(who, PASSWORD, PASSWORD, "") is Change.SAME
    assert await core.ours.change_password(who, PASSWORD, NEW, "") is Change.CHANGED
    assert isinstance(await core.verify(NEW), Verified)


async def test_our_own_count_of_tries_holds_before_theirs(core: Core) -> None:
    answers = [await core.verify(f"99999{at}") for at in range(5)]
    assert answers == [Refusal.WRONG] * 3 + [Refusal.LOCKED] * 2
    assert len(core.theirs.asked) == 3, "what is locked here is not asked there"
    core.bench.clock.next_day()
    assert isinstance(await core.verify(PASSWORD), Verified)


async def test_twenty_telephones_at_once_get_no_more_tries_than_one(core: Core) -> None:
    answers = await asyncio.gather(*(core.verify(f"{at:06d}", f"1380000{at:04d}") for at in range(20)))
    assert sorted(map(str, answers)) == ["locked"] * 17 + ["wrong"] * 3
    assert len(core.theirs.asked) == 3


async def test_a_calling_number_is_throttled_whatever_the_accounts(core: Core) -> None:
    most = core.bench.settings.failures_a_caller
    answers = [await core.verify("999999", "13812345678", f"600000{at:04d}") for at in range(most + 2)]
    assert answers == [Refusal.WRONG] * most + [Refusal.LOCKED] * 2


@pytest.mark.parametrize("mood", ["down", "gone", "slow"])
async def test_a_core_that_does_not_answer_costs_no_try(core: Core, mood: str) -> None:
    who = await core.known()
    core.theirs.mood = mood
    for _ in range(2):
        with pytest.raises(FundUnavailable):
            await core.verify(PASSWORD)
    core.theirs.mood, core.seconds.now = "well", 1000.0
    assert [await core.verify(f"99999{at}") for at in range(3)] == [Refusal.WRONG] * 3
    assert await core.ours.personal_accounts(who)


async def test_only_what_changes_nothing_is_asked_again(core: Core) -> None:
    who = await core.known()
    core.theirs.mood = "down"
    core.theirs.asked.clear()
    with pytest.raises(FundUnavailable):
        await core.ours.loans(who)
    assert len(core.theirs.asked) == 2
    core.theirs.asked.clear()
    with pytest.raises(FundUnavailable):
        await core.ours.change_password(who, PASSWORD, NEW, "")
    assert len(core.theirs.asked) == 1


async def test_who_fails_in_a_row_is_left_alone_and_then_tried_once(core: Core) -> None:
    who = await core.known()
    core.theirs.mood = "down"
    for _ in range(4):
        with pytest.raises(FundUnavailable):
            await core.ours.unit(who)
    assert core.ours.breaker.is_open
    core.theirs.asked.clear()
    with pytest.raises(FundUnavailable, match="left alone"):
        await core.ours.loans(who)
    assert core.theirs.asked == []
    core.theirs.mood, core.seconds.now = "well", 11.0
    assert await core.ours.loans(who)
    assert not core.ours.breaker.is_open


@pytest.mark.parametrize("lie", LIES)
async def test_no_lie_is_believed_or_repeated(core: Core, lie: str, caplog: pytest.LogCaptureFixture) -> None:
    who = await core.known()
    core.theirs.mood, core.theirs.lie = "lying", lie
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FundUnavailable) as raised:
        await core.ours.personal_accounts(who)
    assert "core of changsha: accounts" in caplog.text
    for secret in ("34567.89", "5566", "6228481234567890123", "999999999", "busy"):
        assert secret not in caplog.text + str(raised.value)


async def test_the_wrong_token_is_a_core_that_does_not_answer(core: Core) -> None:
    core.theirs.token = "another"
    with pytest.raises(FundUnavailable):
        await core.verify(PASSWORD)
