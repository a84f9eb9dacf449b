"""What conversations ask the fund, wherever the accounts live. A second source comes behind the same port."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Refusal(StrEnum):
    """Why nobody was let in. Callers hear the same words for an unknown account and a wrong password: WRONG."""

    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Verified:
    """Who the caller is, once the password was right."""

    depositor: int
    centre: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class PersonalAccount:
    """One personal account. Sums in 元; `paid_until` is the first day of the month."""

    tail: str
    status: str
    balance: Decimal
    monthly_deposit: Decimal
    paid_until: dt.date


class FundPort(Protocol):
    """Questions to the accounts. Every one may raise FundUnavailable."""

    async def verify(self, centre: str, login: str, password: str, caller: str) -> Verified | Refusal:
        """Check a login (account, ID or card number) and its password; each failure counts."""
        ...

    async def personal_accounts(self, depositor: int) -> list[PersonalAccount]:
        """The depositor's accounts, the one in use first."""
        ...
