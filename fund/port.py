"""What conversations ask the fund, wherever the accounts live: in our own tables or in a centre's core system.

Sums are in 元, never negative unless said; a month is its first day; keys are the source's own and say nothing to others.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from fund.identity import Login


class Holder(StrEnum):
    """Whose account is asked about."""

    DEPOSITOR = "depositor"
    UNIT = "unit"


class Refusal(StrEnum):
    """Why nobody was let in. Callers hear the same words for an unknown account and a wrong password: WRONG."""

    WRONG = "wrong"
    LOCKED = "locked"


class Change(StrEnum):
    """What became of a wish for a new password. WRONG: the old one was not right, which counts as a failure."""

    CHANGED = "changed"
    WRONG = "wrong"
    LOCKED = "locked"
    WEAK = "weak"
    SAME = "same"


class AccountStatus(StrEnum):
    """State of an account: 正常, 封存, 冻结, 销户."""

    NORMAL = "normal"
    SEALED = "sealed"
    FROZEN = "frozen"
    CLOSED = "closed"


class MovementKind(StrEnum):
    """What moved money: 汇缴, 补缴, 结息 and 转入 into the account; 提取, 转出 and 划拨还款 out of it."""

    DEPOSIT = "deposit"
    SUPPLEMENT = "supplement"
    INTEREST = "interest"
    TRANSFER_IN = "transfer_in"
    WITHDRAWAL = "withdrawal"
    TRANSFER_OUT = "transfer_out"
    REPAYMENT = "repayment"


class Stage(StrEnum):
    """How far a loan application is: 已受理, 初审, 复审, 审批通过, 已签约, 已放款; or 未通过."""

    ACCEPTED = "accepted"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    APPROVED = "approved"
    SIGNED = "signed"
    DISBURSED = "disbursed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Verified:
    """Who the caller is, once the password was right. `key` is made of [A-Za-z0-9_-], 40 at most."""

    holder: Holder
    key: str
    centre: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class PersonalAccount:
    """One personal account. `monthly_deposit` is both shares together."""

    key: str
    tail: str
    status: AccountStatus
    balance: Decimal
    monthly_deposit: Decimal
    employer_share: Decimal
    own_share: Decimal
    paid_until: dt.date


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on a personal account; its kind says which way the money went."""

    on: dt.date
    kind: MovementKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Loan:
    """A housing loan. `next_due` is None when nothing is due any more; `overdue` is the sum that is late."""

    key: str
    tail: str
    balance: Decimal
    term_months: int
    remaining_months: int
    monthly_payment: Decimal
    next_due: dt.date | None
    paid_until: dt.date
    overdue: Decimal


@dataclass(frozen=True, slots=True)
class Application:
    """A loan application, and since when it stands where it is."""

    key: str
    stage: Stage
    since: dt.date


@dataclass(frozen=True, slots=True)
class Unit:
    """An employer's account."""

    tail: str
    name: str
    status: AccountStatus
    people: int
    monthly_sum: Decimal
    paid_until: dt.date


class FundPort(Protocol):
    """Questions to the accounts. Every one may raise FundUnavailable."""

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        """Check a number of the kind `login` and its password; each failure counts. `caller` is the calling number."""
        ...

    async def change_password(self, who: Verified, old: str, new: str, caller: str) -> Change:
        """Set a new password when the old one is right and the new one is not weak."""
        ...

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        """The depositor's accounts, those in use first."""
        ...

    async def movements(self, who: Verified, account: str) -> list[Movement]:
        """The last movements on one of the depositor's accounts, by its key: newest first, three at most."""
        ...

    async def loans(self, who: Verified) -> list[Loan]:
        """The depositor's loans, those not yet repaid first."""
        ...

    async def applications(self, who: Verified) -> list[Application]:
        """The depositor's loan applications, newest first."""
        ...

    async def unit(self, who: Verified) -> Unit:
        """The unit's own account."""
        ...

    async def mobile(self, who: Verified) -> str | None:
        """The holder's mobile number on file, whole: for sending to it, never for a log."""
        ...
