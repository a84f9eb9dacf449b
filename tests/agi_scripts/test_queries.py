"""What a caller hears of an account, a loan, an application and a unit; what is asked when there is more than one."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.identity import Login
from fund.port import AccountStatus, Movement, MovementKind, Stage
from ivr import speech
from ivr.settings import IvrSettings
from tests.agi_scripts.accounts import PASSWORD, UNIT, Accounts, account, application, loan
from tests.agi_scripts.conftest import Hotline, answering

ENTRY = ["1000100001#", PASSWORD]


def said(*parts: str | speech.Utterance) -> str:
    """Prompts and values as the line hears them."""
    return " ".join(part if isinstance(part, str) else " ".join(part.clips) for part in parts)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
async def plain(engine: AsyncEngine, tmp_path: Path, accounts: Accounts) -> AsyncIterator[Hotline]:
    """A hotline with the test's own accounts behind the menu."""
    async with answering(engine, tmp_path, accounts) as hotline:
        yield hotline


ACCOUNT = said(
    "account.tail", speech.digits("1234"), "account.balance", speech.amount(Decimal("23456.78")),
    "account.monthly", speech.amount(Decimal("1000.50")), "account.employer", speech.amount(Decimal("500.25")),
    "account.own", speech.amount(Decimal("500.25")), "account.paid_until", speech.month(2026, 10),
)  # fmt: skip


async def test_the_account_is_told_once_and_again_by_nine(plain: Hotline) -> None:
    line = await plain.call("1", "1", *ENTRY, "", "9", "0")
    whole = f"{ACCOUNT} status.normal account.more"
    assert f"{whole} key.missing account.more {whole} agent.connecting" in line.said()


@pytest.mark.parametrize("status", AccountStatus)
async def test_its_status_is_told(plain: Hotline, accounts: Accounts, status: AccountStatus) -> None:
    accounts.accounts = [account(status=status)]
    line = await plain.call("1", "1", *ENTRY, "0")
    assert f"{ACCOUNT} status.{status} account.more" in line.said()


async def test_its_last_movements_are_told_when_wanted(plain: Hotline, accounts: Accounts) -> None:
    accounts.moved = [Movement(dt.date(2026, 11, 5), kind, Decimal("12.30")) for kind in MovementKind]
    line = await plain.call("1", "1", *ENTRY, "1", "0")
    day, sum_ = speech.date(dt.date(2026, 11, 5)), speech.amount(Decimal("12.30"))
    told = said(*(part for kind in MovementKind for part in (day, f"movement.{kind}", sum_)))
    assert line.said().endswith(f"account.more {told} account.more agent.connecting")
    accounts.moved = []
    line = await plain.call("1", "1", *ENTRY, "1", "0")
    assert line.said().endswith("account.more movement.none account.more agent.connecting")


async def test_which_of_several_accounts_is_asked(plain: Hotline, accounts: Accounts) -> None:
    accounts.accounts = [account("1234"), account("5678", balance=Decimal(7))]
    line = await plain.call("1", "1", *ENTRY, "3", "2", "0")
    question = said(
        "account.several", "tail", speech.digits("1234"), "press.1", "tail", speech.digits("5678"), "press.2"
    )
    assert f"{question} key.wrong {question} account.tail" in line.said()
    assert said("account.balance", speech.amount(Decimal(7))) in line.said()
    line = await plain.call("1", "1", *ENTRY, "1", "0")
    assert said("press.2", "account.tail", speech.digits("1234"), "account.balance") in line.said()


async def test_no_account_is_said_with_the_next_step(plain: Hotline, accounts: Accounts) -> None:
    accounts.accounts = []
    line = await plain.call("1", "1", *ENTRY, "*", "0")
    assert line.said().endswith("account.none menu.again menu.query agent.connecting")


async def test_a_slow_look_up_is_announced(engine: AsyncEngine, tmp_path: Path) -> None:
    async with answering(engine, tmp_path, Accounts(slow=0.6), settings=IvrSettings(patience_seconds=0.1)) as hotline:
        line = await hotline.call("1", "1", *ENTRY, "0")
    after_login = line.heard[line.heard.index("verify.password") :]  # a busy machine may be slow before it, too
    assert after_login.count("lookup.wait") == 1
    assert "lookup.wait account.tail" in line.said()


LOAN = said(
    "loan.balance", speech.amount(Decimal(350000)), "loan.monthly", speech.amount(Decimal("2150.05")),
    "loan.next_due", speech.date(dt.date(2026, 12, 20)), "loan.term", speech.term(360),
    "loan.remaining", speech.term(349), "loan.paid_until", speech.month(2026, 10),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, f"{LOAN} loan.not_overdue"),
        (
            {"overdue": Decimal("2150.05")},
            said("loan.overdue", speech.amount(Decimal("2150.05")), "loan.overdue.pay", LOAN),
        ),
        ({"balance": Decimal(0), "next_due": None}, "loan.repaid"),
    ],
)
async def test_a_loan(plain: Hotline, accounts: Accounts, changes: dict[str, Any], told: str) -> None:
    accounts.lent = [loan(**changes)]
    line = await plain.call("1", "2", *ENTRY, "9", "0")
    whole = said("loan.tail", speech.digits("8888"), told, "query.more")
    assert line.said().endswith(f"{whole} {whole} agent.connecting")


async def test_which_of_several_loans_is_asked_and_none_is_said(plain: Hotline, accounts: Accounts) -> None:
    line = await plain.call("1", "2", *ENTRY, "*", "0")
    assert line.said().endswith("loan.none menu.again menu.query agent.connecting")
    accounts.lent = [loan("0001"), loan("0002", balance=Decimal(5))]
    line = await plain.call("1", "2", *ENTRY, "2", "0")
    assert said("press.2", "loan.tail", speech.digits("0002"), "loan.not_overdue") != line.said()
    assert said("loan.balance", speech.amount(Decimal(5))) in line.said()


@pytest.mark.parametrize("stage", Stage)
async def test_every_stage_of_an_application(plain: Hotline, accounts: Accounts, stage: Stage) -> None:
    accounts.applied = [application(stage)]
    line = await plain.call("1", "3", *ENTRY, "0")
    told = said(f"stage.{stage}", "progress.since", speech.date(dt.date(2026, 11, 2)), f"stage.{stage}.next")
    assert line.said().endswith(f"{told} query.more agent.connecting")


async def test_no_application_is_said(plain: Hotline) -> None:
    line = await plain.call("1", "3", *ENTRY, "0")
    assert line.said().endswith("progress.none menu.again agent.connecting")


async def test_a_unit(plain: Hotline, accounts: Accounts) -> None:
    line = await plain.call("1", "4", "20000000101#", PASSWORD, "0")
    told = said(
        "unit.tail", speech.digits("0101"), "unit.people", speech.number(320), "unit.monthly",
        speech.amount(UNIT.monthly_sum), "account.paid_until", speech.month(2026, 10), "status.normal",
    )  # fmt: skip
    assert line.said().endswith(f"verify.unit verify.password {told} query.more agent.connecting")
    assert accounts.asked == [("changsha", Login.UNIT, "20000000101")]


async def test_who_is_known_is_not_asked_again_but_a_unit_is_somebody_else(plain: Hotline, accounts: Accounts) -> None:
    line = await plain.call("1", "1", *ENTRY, "*", "2", "*", "4", "20000000101#", PASSWORD, "*", "3", "0")
    assert [login for _, login, _ in accounts.asked] == [Login.ACCOUNT, Login.UNIT]
    assert line.heard.count("verify.notice") == 1
