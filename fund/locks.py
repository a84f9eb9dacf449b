"""Accounts that are locked after wrong passwords: which they are, and unlocking one, with an audit row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import audit, owners
from fund.exceptions import FundUnavailable
from fund.identity import Login
from fund.passwords import Passwords
from fund.settings import FundSettings
from fund.tables import Depositor, Guard, PersonalAccount, Unit
from transactions import Transactions


class Unlocking(StrEnum):
    """What unlocking found."""

    NO_SUCH_ACCOUNT = "no such account"
    WAS_NOT_LOCKED = "was not locked"
    WAS_LOCKED_TODAY = "was locked for the day"
    WAS_LOCKED = "was locked until unlocked"


@dataclass(frozen=True, slots=True)
class Locked:
    """One locked account, by the last four digits of its numbers."""

    centre: str
    holder: str
    tails: tuple[str, ...]
    since: dt.date
    until_unlocked: bool


class Locks:
    """The locks of one installation. Days are those of `zone`."""

    def __init__(
        self,
        engine: AsyncEngine,
        passwords: Passwords,
        settings: FundSettings,
        zone: ZoneInfo,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._passwords, self._settings, self._zone, self._clock = passwords, settings, zone, clock
        self._transactions = Transactions(engine, settings.answer_seconds, FundUnavailable)

    async def unlock(self, centre: str, login: Login, number: str, who: str, reason: str) -> Unlocking:
        """Give an account all its tries back; `who` did it and why stands in the audit, in the same transaction."""

        async def unlocked(connection: AsyncConnection) -> Unlocking:
            owner = await owners.find(connection, self._passwords, centre, login, number.upper())
            if owner.id is None:
                return Unlocking.NO_SUCH_ACCOUNT
            gone = delete(Guard).where(Guard.key == owner.key, self._is_locked()).returning(Guard.locked_for_good)
            row = (await connection.execute(gone)).first()
            if row is None:
                return Unlocking.WAS_NOT_LOCKED
            await audit.note(connection, self._clock(), who, "unlocked", centre, owner, reason)
            return Unlocking.WAS_LOCKED if row.locked_for_good else Unlocking.WAS_LOCKED_TODAY

        return await self._transactions.run(unlocked)

    async def locked(self) -> list[Locked]:
        """Every account that is locked now, the longest first. Calling numbers and unknown logins are left out."""

        async def found(connection: AsyncConnection) -> list[Locked]:
            rows = (await connection.execute(select(Guard).where(self._is_locked()).order_by(Guard.day))).all()
            return [
                lock for row in rows if (lock := await self._shown(connection, row.key, row.day, row.locked_for_good))
            ]

        return await self._transactions.run(found)

    def _is_locked(self) -> ColumnElement[bool]:
        today = self._clock().astimezone(self._zone).date()
        return or_(Guard.locked_for_good, and_(Guard.day == today, Guard.failures >= self._settings.failures_a_day))

    async def _shown(self, connection: AsyncConnection, key: str, day: dt.date, until_unlocked: bool) -> Locked | None:
        letter, identity = key[:1], key[1:]
        if letter not in {"d", "u"} or not identity.isdecimal():
            return None
        if letter == "u":
            unit = (await connection.execute(select(Unit.centre, Unit.number).where(Unit.id == int(identity)))).first()
            return unit and Locked(unit.centre, "unit", (unit.number[-4:],), day, until_unlocked)
        person = select(Depositor.centre, PersonalAccount.number).join(
            PersonalAccount, PersonalAccount.depositor_id == Depositor.id, isouter=True
        )
        rows = (await connection.execute(person.where(Depositor.id == int(identity)))).all()
        tails = tuple(row.number[-4:] for row in rows if row.number)
        return Locked(rows[0].centre, "depositor", tails, day, until_unlocked) if rows else None
