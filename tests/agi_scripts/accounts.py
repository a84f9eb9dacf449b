"""A fund that holds what a test puts into it. The real ones are tested in tests/fund."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fund.identity import Login
from fund.port import (
    AccountStatus,
    Application,
    Change,
    Holder,
    Loan,
    Movement,
    PersonalAccount,
    Refusal,
    Stage,
    Unit,
    Verified,
)

PASSWORD = "739185"
MONTH = dt.date(2026, 10, 1)


def account(tail: str = "1234", **changes: Any) -> PersonalAccount:  # noqa: ANN401 - of any field
    values: dict[str, Any] = {
        "key": f"a{tail}", "tail": tail, "status": AccountStatus.NORMAL, "balance": Decimal("23456.78"),
        "monthly_deposit": Decimal("1000.50"), "employer_share": Decimal("500.25"), "own_share": Decimal("500.25"),
        "paid_until": MONTH,
    }  # fmt: skip
    return PersonalAccount(**(values | changes))


def loan(tail: str = "8888", **changes: Any) -> Loan:  # noqa: ANN401 - of any field
    values: dict[str, Any] = {
        "key": f"l{tail}", "tail": tail, "balance": Decimal("350000.00"), "term_months": 360, "remaining_months": 349,
        "monthly_payment": Decimal("2150.05"), "next_due": dt.date(2026, 12, 20), "paid_until": MONTH,
        "overdue": Decimal(0),
    }  # fmt: skip
    return Loan(**(values | changes))


def application(stage: Stage, on: dt.date = dt.date(2026, 11, 2)) -> Application:
    return Application("1", stage, on)


UNIT = Unit("0101", "王氏机械有限公司", AccountStatus.NORMAL, 320, Decimal("98000.00"), MONTH)


@dataclass(slots=True)
class Accounts:
    """Lets in whoever enters PASSWORD. `changes`: what becomes of each new password, in turn."""

    accounts: list[PersonalAccount] = field(default_factory=lambda: [account()])
    moved: list[Movement] = field(default_factory=list)
    lent: list[Loan] = field(default_factory=list)
    applied: list[Application] = field(default_factory=list)
    number: str | None = "13812345678"
    must_change: bool = False
    changes: list[Change] = field(default_factory=list)
    slow: float = 0.0
    """Seconds a look-up takes."""
    asked: list[tuple[str, Login, str]] = field(default_factory=list)
    """Centre, kind and number of each verification."""
    changed: list[tuple[str, str]] = field(default_factory=list)
    """Old and new passwords of each wish."""

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        self.asked.append((centre, login, number))
        if password != PASSWORD:
            return Refusal.WRONG
        holder = Holder.UNIT if login is Login.UNIT else Holder.DEPOSITOR
        return Verified(holder, "7", centre, self.must_change)

    async def change_password(self, who: Verified, old: str, new: str, caller: str) -> Change:
        self.changed.append((old, new))
        return self.changes.pop(0)

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        await asyncio.sleep(self.slow)
        return self.accounts

    async def movements(self, who: Verified, account: str) -> list[Movement]:
        return self.moved

    async def loans(self, who: Verified) -> list[Loan]:
        return self.lent

    async def applications(self, who: Verified) -> list[Application]:
        return self.applied

    async def unit(self, who: Verified) -> Unit:
        return UNIT

    async def mobile(self, who: Verified) -> str | None:
        return self.number
