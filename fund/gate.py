"""Tries at passwords: counted before anything is looked at, settled afterwards, whoever knows the password."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from fund import guard, tables
from fund.exceptions import FundUnavailable
from fund.owners import Owner
from fund.passwords import Passwords
from fund.port import Refusal
from fund.settings import FundSettings
from transactions import Transactions

T = TypeVar("T")
Find = Callable[[AsyncConnection], Awaitable[Owner | None]]


class Gate:
    """The tries of one installation. Days are those of `zone`."""

    def __init__(
        self,
        transactions: Transactions,
        passwords: Passwords,
        settings: FundSettings,
        zone: ZoneInfo,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._transactions, self._passwords, self._settings = transactions, passwords, settings
        self._zone, self._clock = zone, clock
        self._tidied: dt.date | None = None

    async def tried(self, find: Find, password: str, caller: str) -> Owner | Refusal:
        """Try a password whose hash is ours; give the owner when it was right.

        The try is counted before the hash is computed, so that twenty at once get no more tries than one; nobody takes
        the same steps and the same time as somebody. A caller who hangs up meanwhile has used the try.
        """
        today = await self._today()

        async def admitted(connection: AsyncConnection) -> tuple[Owner, bool]:
            owner = await find(connection) or Owner("gone")
            return owner, await self._take(connection, owner.key, caller, today)

        owner, may_try = await self._transactions.run(admitted)
        right = await self._passwords.matches(owner.key, password, owner.hash if may_try else None)
        if not may_try:
            return Refusal.LOCKED
        if not right or owner.id is None or owner.hash is None:
            await self._wrong(owner.key, today)
            return Refusal.WRONG
        renewed = await self._passwords.renewed(owner.key, password, owner.hash)

        async def settled(connection: AsyncConnection) -> None:
            await self._right(connection, owner.key, caller, today)
            if renewed:
                stored = tables.Password
                await connection.execute(
                    update(stored).where(stored.owner == owner.key, stored.hash == owner.hash).values(hash=renewed)
                )

        await self._transactions.run(settled)
        return replace(owner, hash=renewed) if renewed else owner

    async def elsewhere(self, key: str, caller: str, check: Callable[[], Awaitable[T | Refusal]]) -> T | Refusal:
        """Count a try whose password somebody else knows; give what `check` gives.

        A try that could not be made, or that they refused unseen, costs nothing here.
        """
        today = await self._today()
        if not await self._transactions.run(lambda it: self._take(it, key, caller, today)):
            return Refusal.LOCKED
        try:
            answer = await check()
        except FundUnavailable:
            await self._transactions.run(lambda it: self._give_back(it, key, caller, today))
            raise
        if answer is Refusal.WRONG:
            await self._wrong(key, today)
        elif answer is Refusal.LOCKED:
            await self._transactions.run(lambda it: self._give_back(it, key, caller, today))
        else:
            await self._transactions.run(lambda it: self._right(it, key, caller, today))
        return answer

    async def _take(self, connection: AsyncConnection, key: str, caller: str, today: dt.date) -> bool:
        """Take a try of the calling number and one of the owner."""
        phone = self._phone(caller)
        # The phone first: one that has used up its tries must not use up those of more accounts.
        if phone and not await guard.take_try(connection, phone, today, self._settings.failures_a_caller):
            return False
        return await guard.take_try(connection, key, today, self._settings.failures_a_day)

    async def _right(self, connection: AsyncConnection, key: str, caller: str, today: dt.date) -> None:
        if phone := self._phone(caller):
            await guard.give_back(connection, phone, today)
        await guard.settle_right(connection, key, today)

    async def _give_back(self, connection: AsyncConnection, key: str, caller: str, today: dt.date) -> None:
        if phone := self._phone(caller):
            await guard.give_back(connection, phone, today)
        await guard.give_back(connection, key, today)

    async def _wrong(self, key: str, today: dt.date) -> None:
        await self._transactions.run(lambda it: guard.settle_wrong(it, key, today, self._settings.failures_a_day))

    def _phone(self, caller: str) -> str | None:
        """What a calling number is counted by; a withheld one cannot be told from others and is not counted."""
        return f"c{self._passwords.lookup_key('phone', caller)}" if caller else None

    async def _today(self) -> dt.date:
        """The day, having forgotten old failures with the first caller of it."""
        today = self._clock().astimezone(self._zone).date()
        if self._tidied != today:
            await self._transactions.run(lambda connection: guard.forget(connection, today))
            self._tidied = today
        return today
