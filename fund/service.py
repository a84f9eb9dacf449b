"""The fund's own tables behind the port."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import guard, tables
from fund.exceptions import FundUnavailable
from fund.identity import Login
from fund.passwords import Passwords, is_weak
from fund.port import AccountStatus, Holder, PersonalAccount, Refusal, Verified
from fund.settings import FundSettings

T = TypeVar("T")

AWAY = ("08", "40", "53", "57", "58", "XX")
"""Classes of SQLSTATE that are the server's trouble: connection, conflict, resources, shut-down, system, internal."""


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose password is tried. `key` is what tries are counted by; without a hash no password is right."""

    key: str
    depositor: int | None
    hash: str | None
    must_change: bool


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
        self._underway: set[asyncio.Task[object]] = set()
        self._tidied: dt.date | None = None

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        """Check number and password.

        The try is counted before the hash is computed, so that twenty at once get no more tries than one; an unknown
        login takes the same steps and the same time as a known one. A caller who hangs up meanwhile has used the try.
        """
        number = number.upper()
        today = self._clock().astimezone(self._zone).date()
        # A withheld number cannot be told from others and is not counted.
        phone = f"c{self._passwords.lookup_key('phone', caller)}" if caller else None

        async def admitted(connection: AsyncConnection) -> tuple[_Owner, bool]:
            owner = await self._owner(connection, centre, login, number)
            # The phone first: one that has used up its tries must not use up those of more accounts.
            if phone and not await guard.take_try(connection, phone, today, self._settings.failures_a_caller):
                return owner, False
            return owner, await guard.take_try(connection, owner.key, today, self._settings.failures_a_day)

        await self._tidy(today)
        owner, may_try = await self._asked(admitted)
        right = await self._passwords.matches(owner.key, password, owner.hash if may_try else None)
        if not may_try:
            return Refusal.LOCKED
        if not right or owner.depositor is None or owner.hash is None:
            await self._asked(lambda it: guard.settle_wrong(it, owner.key, today, self._settings.failures_a_day))
            return Refusal.WRONG
        renewed = await self._passwords.renewed(owner.key, password, owner.hash)

        async def settled(connection: AsyncConnection) -> None:
            if phone:
                await guard.give_back(connection, phone, today)
            await guard.settle_right(connection, owner.key, today)
            if renewed:
                stored = tables.Password
                await connection.execute(
                    update(stored).where(stored.owner == owner.key, stored.hash == owner.hash).values(hash=renewed)
                )

        await self._asked(settled)
        known_id = number if login is Login.ID_NUMBER else ""
        must_change = owner.must_change or is_weak(password, known_id)
        return Verified(Holder.DEPOSITOR, str(owner.depositor), centre, must_change)

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        """The depositor's accounts, those in use first."""
        account = tables.PersonalAccount
        query = select(account).where(account.depositor_id == int(who.key)).order_by(account.status != "正常", account.id)

        async def found(connection: AsyncConnection) -> list[PersonalAccount]:
            return [
                PersonalAccount(
                    str(row.id),
                    row.number[-4:],
                    AccountStatus.NORMAL if row.status == "正常" else AccountStatus.SEALED,
                    row.balance,
                    row.own_share + row.employer_share,
                    row.employer_share,
                    row.own_share,
                    row.paid_until,
                )
                for row in (await connection.execute(query)).all()
            ]

        return await self._asked(found)

    async def _owner(self, connection: AsyncConnection, centre: str, login: Login, number: str) -> _Owner:
        found = (await connection.execute(self._query(centre, login, number))).first()
        if found is None:
            return _Owner("x" + self._passwords.lookup_key(centre, number), None, None, must_change=False)
        return _Owner(f"d{found.id}", found.id, found.hash, bool(found.must_change))

    def _query(self, centre: str, kind: Login, number: str) -> Select[int, str, bool]:
        depositor, account, password = tables.Depositor, tables.PersonalAccount, tables.Password
        query = select(depositor.id, password.hash, password.must_change).outerjoin(
            password, password.owner == func.concat("d", depositor.id)
        )
        key = self._passwords.lookup_key(kind, number)
        if kind is Login.ID_NUMBER:
            return query.where(depositor.centre == centre, depositor.id_key == key)
        if kind is Login.CARD:
            return query.where(depositor.centre == centre, depositor.card_key == key)
        return query.join(account, account.depositor_id == depositor.id).where(
            account.centre == centre, account.number == number
        )

    async def _tidy(self, today: dt.date) -> None:
        """Forget old failures, with the first caller of a day."""
        if self._tidied != today:
            await self._asked(lambda connection: guard.forget(connection, today))
            self._tidied = today

    async def _asked(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do one unit of work in a transaction of its own; FundUnavailable when there is no answer in time.

        It runs as its own task: a caller who hangs up or waits no longer cancels nothing midway, which would leave the
        connection in the middle of an operation (sqlalchemy#6652). What nobody waits for ends by the engine's time-outs.
        """
        task = asyncio.create_task(self._transaction(work))
        self._underway.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=self._settings.answer_seconds)
        if not done:
            raise FundUnavailable("no answer in time")
        return task.result()

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._underway.discard(task)
        if not task.cancelled():
            task.exception()  # seen here, for when nobody waits any more

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            async with self._engine.begin() as connection:
                return await work(connection)
        except (OSError, PoolTimeout, TimeoutError) as error:
            raise FundUnavailable(type(error).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated or str(getattr(error.orig, "sqlstate", "")).startswith(AWAY):
                raise FundUnavailable(type(error.orig).__name__) from None
            raise
