"""The fund's own tables behind the port."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Update, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import tables
from fund.exceptions import FundUnavailable
from fund.identity import Login, kind_of_login
from fund.passwords import Passwords
from fund.port import PersonalAccount, Refusal, Verified
from fund.settings import FundSettings


class Fund:
    """Accounts and passwords in PostgreSQL. Days are those of `zone`."""

    def __init__(
        self,
        engine: AsyncEngine,
        passwords: Passwords,
        settings: FundSettings,
        zone: ZoneInfo,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine, self._passwords, self._settings = engine, passwords, settings
        self._zone, self._clock = zone, clock

    async def verify(self, centre: str, login: str, password: str, caller: str) -> Verified | Refusal:
        """Check login and password.

        The attempt is counted before the hash is computed, so that twenty at once get no more tries than one; an
        unknown login takes the same steps and the same time as a known one.
        """
        today = self._clock().astimezone(self._zone).date()
        async with self._transaction() as connection:
            found = (await connection.execute(self._owner(centre, login))).first()
            owner = f"d{found.id}" if found else "x" + self._passwords.lookup_key(centre, login)
            # An unknown caller (withheld number) cannot be told from others and is not counted.
            keys = [owner] + ([f"c{self._passwords.lookup_key('phone', caller)}"] if caller else [])
            limits = [self._settings.failures_a_day, self._settings.failures_a_caller]
            admitted = [await _reserved(connection, key, today, most) for key, most in zip(keys, limits, strict=False)]
        if not all(admitted):
            await self._passwords.matches(owner, password, None)
            return Refusal.LOCKED
        right = await self._passwords.matches(owner, password, found.hash if found else None)
        async with self._transaction() as connection:
            if right and found:
                await connection.execute(
                    update(tables.Guard)
                    .where(tables.Guard.key.in_(keys), tables.Guard.day == today)
                    # Taken back is this attempt from the number, and every failure from the owner who is in.
                    .values(
                        failures=case((tables.Guard.key == owner, 0), else_=func.greatest(tables.Guard.failures - 1, 0))
                    )
                )
                return Verified(found.id, centre, found.must_change)
            await connection.execute(_lock(owner, today, self._settings.failures_a_day))
        return Refusal.WRONG

    async def personal_accounts(self, depositor: int) -> list[PersonalAccount]:
        """The depositor's accounts, those in use first."""
        account = tables.PersonalAccount
        query = select(account).where(account.depositor_id == depositor).order_by(account.status != "正常", account.id)
        async with self._transaction() as connection:
            rows = (await connection.execute(query)).all()
        return [
            PersonalAccount(
                row.number[-4:], row.status, row.balance, row.own_share + row.employer_share, row.paid_until
            )
            for row in rows
        ]

    def _owner(self, centre: str, login: str) -> Select[int, str, bool]:
        depositor, account, password = tables.Depositor, tables.PersonalAccount, tables.Password
        kind = kind_of_login(login)
        query = select(depositor.id, password.hash, password.must_change).outerjoin(
            password, password.owner == func.concat("d", depositor.id)
        )
        key = self._passwords.lookup_key(kind or "none", login)
        if kind is Login.ID_NUMBER:
            return query.where(depositor.centre == centre, depositor.id_key == key)
        if kind is Login.CARD:
            return query.where(depositor.centre == centre, depositor.card_key == key)
        return query.join(account, account.depositor_id == depositor.id).where(
            account.centre == centre, account.number == login
        )

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        """One unit of work on a connection of its own. Its time-outs are the driver's, so nothing is cancelled midway."""
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (OSError, PoolTimeout, TimeoutError) as error:
            raise FundUnavailable(type(error).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated or "57P" in str(getattr(error.orig, "sqlstate", "")):
                raise FundUnavailable(type(error.orig).__name__) from None
            raise


async def _reserved(connection: AsyncConnection, key: str, today: dt.date, most: int) -> bool:
    """Count an attempt before it is made: True when it may be made."""
    guard = tables.Guard
    same_day = guard.day == today
    statement = (
        insert(guard)
        .values(key=key, day=today, failures=1)
        .on_conflict_do_update(
            index_elements=[guard.key],
            set_={"day": today, "failures": case((same_day, guard.failures + 1), else_=1)},
            where=(guard.locked_for_good.is_(False)) & or_(guard.day != today, guard.failures < most),
        )
        .returning(guard.key)
    )
    return (await connection.execute(statement)).first() is not None


def _lock(owner: str, today: dt.date, most: int) -> Update:
    """Note the day an owner used up the tries; on the second day running it stays locked until it is unlocked."""
    guard = tables.Guard
    return (
        update(guard)
        .where(guard.key == owner, guard.failures >= most, guard.locked_on.is_distinct_from(today))
        .values(locked_on=today, locked_for_good=func.coalesce(guard.locked_on == today - dt.timedelta(days=1), False))
    )
