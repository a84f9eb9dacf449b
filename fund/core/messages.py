"""What the core system says, checked before anything of it is believed: JSON → the values of fund.port. Pure.

Sums are texts such as "23456.78", days "2026-11-20", months "2026-10": a number that was rounded on the way, or a day in
another order, must not be read aloud. What is beyond what can be spoken is a mistake too.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from fund.port import (
    AccountStatus,
    Application,
    Loan,
    Movement,
    MovementKind,
    PersonalAccount,
    Stage,
    Unit,
)

MOST = 50
LONGEST_TERM = 480
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2059, 12, 31)


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - what pydantic turns into a finding
    return value


def _month(value: object) -> object:
    text = _text(value)
    if not isinstance(text, str) or len(text) != 7:
        raise ValueError("must be a month such as 2026-10")
    return f"{text}-01"


def _speakable(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError("must be between 1950 and 2059")
    return day


Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Tail = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Money = Annotated[Decimal, BeforeValidator(_text), Field(ge=0, max_digits=14, decimal_places=2, allow_inf_nan=False)]
Day = Annotated[dt.date, AfterValidator(_speakable)]
Month = Annotated[dt.date, BeforeValidator(_month), AfterValidator(_speakable)]
Months = Annotated[int, Field(ge=0, le=LONGEST_TERM, strict=True)]


class Message(BaseModel):
    """An answer. Fields we do not know are passed over: they may come with the core's next version."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class VerifiedMessage(Message):
    """POST /v1/holders/verify."""

    outcome: Literal["verified", "wrong", "locked"]
    key: Key | None = None
    must_change: Annotated[bool, Field(strict=True)] = False


class ChangeMessage(Message):
    """POST /v1/holders/{holder}/{key}/password."""

    outcome: Literal["changed", "wrong", "locked", "weak", "same"]


class AccountMessage(Message):
    """One of GET /v1/depositors/{key}/accounts."""

    key: Key
    tail: Tail
    status: AccountStatus
    balance: Money
    employer_share: Money
    own_share: Money
    paid_until: Month

    def value(self) -> PersonalAccount:
        """As conversations know it."""
        deposit = self.employer_share + self.own_share
        return PersonalAccount(
            self.key,
            self.tail,
            self.status,
            self.balance,
            deposit,
            self.employer_share,
            self.own_share,
            self.paid_until,
        )


class MovementMessage(Message):
    """One of GET /v1/depositors/{key}/accounts/{account}/movements."""

    on: Day
    kind: MovementKind
    amount: Money

    def value(self) -> Movement:
        """As conversations know it."""
        return Movement(self.on, self.kind, self.amount)


class LoanMessage(Message):
    """One of GET /v1/depositors/{key}/loans."""

    key: Key
    tail: Tail
    balance: Money
    term_months: Months
    remaining_months: Months
    monthly_payment: Money
    next_due: Day | None
    paid_until: Month
    overdue: Money

    def value(self) -> Loan:
        """As conversations know it."""
        return Loan(
            self.key,
            self.tail,
            self.balance,
            self.term_months,
            self.remaining_months,
            self.monthly_payment,
            self.next_due,
            self.paid_until,
            self.overdue,
        )


class ApplicationMessage(Message):
    """One of GET /v1/depositors/{key}/applications."""

    key: Key
    stage: Stage
    since: Day

    def value(self) -> Application:
        """As conversations know it."""
        return Application(self.key, self.stage, self.since)


class UnitMessage(Message):
    """GET /v1/units/{key}."""

    tail: Tail
    name: Annotated[str, Field(min_length=1, max_length=80)]
    status: AccountStatus
    people: Annotated[int, Field(ge=0, le=10_000_000, strict=True)]
    monthly_sum: Money
    paid_until: Month

    def value(self) -> Unit:
        """As conversations know it."""
        return Unit(self.tail, self.name, self.status, self.people, self.monthly_sum, self.paid_until)


class MobileMessage(Message):
    """GET /v1/holders/{holder}/{key}/mobile."""

    mobile: Annotated[str, Field(pattern=r"^[0-9]{7,15}$")] | None


ACCOUNTS = TypeAdapter(Annotated[list[AccountMessage], Field(max_length=MOST)])
MOVEMENTS = TypeAdapter(Annotated[list[MovementMessage], Field(max_length=MOST)])
LOANS = TypeAdapter(Annotated[list[LoanMessage], Field(max_length=MOST)])
APPLICATIONS = TypeAdapter(Annotated[list[ApplicationMessage], Field(max_length=MOST)])
