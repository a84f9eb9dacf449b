"""One invented depositor with what belongs to them. What is special about some is in CASES."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fund import names, tables
from fund.identity import check_character, luhn_digit
from fund.passwords import Passwords
from fund.port import AccountStatus, MovementKind, Stage

BALANCES = (
    "23456.78",
    "16409.02",
    "107000.53",
    "1000001.00",
    "0.05",
    "0.00",
    "215.00",
    "15.50",
    "100000.00",
    "20035.10",
)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建国志文"
STAGES = tuple(Stage)
DISTRICT_CODES = ("430102", "430103", "430104", "430111", "430602", "430702", "430721")
TERMS = (120, 180, 240, 300, 360)
DUE_DAY = 20

CASES = {
    21: "first_password",
    22: "weak_password",
    23: "two_accounts",
    24: "two_loans",
    25: "legacy_id",
    26: "sealed",
    27: "overdue",
    28: "no_mobile",
    29: "repaid",
}
"""Number within the centre → what is special."""

WITH_MOVEMENTS = 30
"""Numbers of a centre up to which accounts have movements."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where one invented row goes."""

    table: type[tables.Base]
    values: Mapping[str, Any]


def paid_until(today: dt.date) -> dt.date:
    """The month before this one."""
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


class Person:
    """One invented depositor."""

    def __init__(
        self, chance: random.Random, centre: str, identity: int, number: int, today: dt.date, unit: int
    ) -> None:
        self.id, self.centre, self.unit, self.paid_until = identity, centre, unit, paid_until(today)
        self.case = CASES.get(number, "")
        self.name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
        self._wants_x = number % 5 == 2
        self.id_number = self.invent_id_number(chance)
        body = f"622848{chance.randrange(10**12):012d}"
        self.card = body + luhn_digit(body)
        self.account = f"{10_0000_0000 + identity}"
        self.mobile = None if self.case == "no_mobile" else f"139{identity:08d}"
        shown = number <= len(BALANCES)
        self.balance = Decimal(BALANCES[number - 1]) if shown else Decimal(chance.randrange(0, 30_000_000)) / 100
        self.share = Decimal(chance.randrange(20_000, 250_000)) / 100
        self.opened = dt.date(2005, 1, 1) + dt.timedelta(days=chance.randrange(6000))
        lends = self.case in {"two_loans", "overdue", "repaid"} or (number % 3 == 1 and not self.case)
        self.loans = [self._loan(chance, today, at) for at in range(2 if self.case == "two_loans" else lends)]
        self.stage = STAGES[number // 2 % len(STAGES)] if number % 2 == 0 and not self.case else None
        self.since = self.paid_until + dt.timedelta(days=chance.randrange(25))
        self._moves = number <= WITH_MOVEMENTS

    def invent_id_number(self, chance: random.Random) -> str:
        """Make a valid ID number of somebody born since 1956."""
        while True:
            born = dt.date(1956, 1, 1) + dt.timedelta(days=chance.randrange(17_000))
            body = f"{chance.choice(DISTRICT_CODES)}{born:%Y%m%d}{chance.randrange(1000):03d}"
            check = check_character(body)
            if (check == "X") == self._wants_x:
                return body + check

    @property
    def legacy_id(self) -> str:
        """The ID number as it was before 1999; empty for those whose old one no account is found by."""
        return self.id_number[:6] + self.id_number[8:17] if self.case == "legacy_id" else ""

    def _loan(self, chance: random.Random, today: dt.date, at: int) -> dict[str, Any]:
        term, payment = chance.choice(TERMS), Decimal(chance.randrange(80_000, 600_000)) / 100
        balance = Decimal(chance.randrange(5_000_000, 80_000_000)) / 100
        repaid = self.case == "repaid"
        return {
            "id": self.id + at * 10_000_000,
            "depositor_id": self.id,
            "number": f"3{self.id:08d}{at}",
            "balance": Decimal("0.00") if repaid else balance,
            "term_months": term,
            "remaining_months": 0 if repaid else chance.randrange(1, term),
            "monthly_payment": payment,
            "next_due": None if repaid else _next_due(today),
            "paid_until": self.paid_until,
            "overdue": payment if self.case == "overdue" else Decimal("0.00"),
        }

    def rows(self, passwords: Passwords) -> Iterator[Row]:
        """The person's rows, without a password."""
        legacy = passwords.lookup_key("id", self.legacy_id) if self.legacy_id else None
        person = {
            "id": self.id,
            "centre": self.centre,
            "name": self.name,
            "id_key": passwords.lookup_key("id", self.id_number),
            "id_tail": self.id_number[-4:],
            "legacy_id_key": legacy,
            "forbidden": passwords.forbidden(f"d{self.id}", self.id_number),
            "mobile": self.mobile,
            "card_key": passwords.lookup_key("card", self.card),
            "card_tail": self.card[-4:],
        }
        yield Row(tables.Depositor, person)
        yield from self._accounts()
        yield from (Row(tables.Loan, loan) for loan in self.loans)
        if self.stage:
            values = {"id": self.id, "depositor_id": self.id, "stage": self.stage, "since": self.since}
            yield Row(tables.Application, values)

    def _accounts(self) -> Iterator[Row]:
        account = {
            "id": self.id,
            "depositor_id": self.id,
            "unit_id": self.unit,
            "centre": self.centre,
            "number": self.account,
            "status": AccountStatus.SEALED if self.case == "sealed" else AccountStatus.NORMAL,
            "balance": self.balance,
            "own_share": self.share,
            "employer_share": self.share,
            "paid_until": self.paid_until,
            "opened": self.opened,
        }
        yield Row(tables.PersonalAccount, account)
        if self.case == "two_accounts":
            other = {"id": self.id + 10_000_000, "number": f"{11_0000_0000 + self.id}", "balance": Decimal("88.00")}
            yield Row(tables.PersonalAccount, account | other)
        if self._moves:
            yield from self._movements()

    def _movements(self) -> Iterator[Row]:
        kinds = (MovementKind.DEPOSIT, MovementKind.DEPOSIT, MovementKind.INTEREST, MovementKind.DEPOSIT)
        for at, kind in enumerate(kinds, start=1):
            amount = Decimal("12.34") if kind is MovementKind.INTEREST else self.share * 2
            on = self.paid_until - dt.timedelta(days=30 * (len(kinds) - at)) + dt.timedelta(days=14)
            values = {"id": self.id * 10 + at, "account_id": self.id, "on": on, "kind": kind, "amount": amount}
            yield Row(tables.Movement, values)

    def shown(self, secret: str) -> dict[str, Any]:
        """What the demo tells of the person."""
        month = f"{self.paid_until:%Y-%m}"
        loans = [
            {
                "balance": f"{loan['balance']:.2f}",
                "term_months": loan["term_months"],
                "remaining_months": loan["remaining_months"],
                "monthly_payment": f"{loan['monthly_payment']:.2f}",
                "next_due": loan["next_due"] and str(loan["next_due"]),
                "paid_until": month,
                "overdue": f"{loan['overdue']:.2f}",
            }
            for loan in self.loans
        ]
        return {
            "centre": self.centre,
            "name": self.name,
            "account": self.account,
            "id_number": self.id_number,
            "legacy_id": self.legacy_id or None,
            "card": self.card,
            "password": secret,
            "mobile": self.mobile,
            "balance": f"{self.balance:.2f}",
            "monthly_deposit": f"{self.share * 2:.2f}",
            "paid_until": month,
            "loan": loans[0] if loans else None,
            "application": {"stage": names.STAGES[self.stage], "since": str(self.since)} if self.stage else None,
        }


def _next_due(today: dt.date) -> dt.date:
    month = today.replace(day=1) if today.day < DUE_DAY else (today.replace(day=1) + dt.timedelta(days=31))
    return month.replace(day=DUE_DAY)
