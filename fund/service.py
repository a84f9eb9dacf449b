"""The fund's own tables behind the port."""

import datetime as dt
import functools
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import accounts, audit, owners, tables
from fund.exceptions import FundUnavailable
from fund.gate import Gate
from fund.identity import Login
from fund.owners import Owner
from fund.passwords import Passwords, is_weak
from fund.port import Application, Change, Loan, Movement, PersonalAccount, Refusal, Unit, Verified
from fund.settings import FundSettings
from transactions import Transactions


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
        self._passwords, self._clock = passwords, clock
        self._transactions = Transactions(engine, settings.answer_seconds, FundUnavailable)
        self.gate = Gate(self._transactions, passwords, settings, zone, clock)

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        """Check number and password; an unknown login takes the same steps and the same time as a known one."""
        number = number.upper()
        tried = await self.gate.tried(
            lambda it: owners.find(it, self._passwords, centre, login, number), password, caller
        )
        if isinstance(tried, Refusal):
            return tried
        assert tried.id is not None
        weak = self._is_weak(tried, password, number)
        return Verified(owners.holder_of(login), str(tried.id), centre, tried.must_change or weak)

    async def change_password(self, who: Verified, old: str, new: str, caller: str) -> Change:
        """Set a new password when the old one is right; a wrong one counts like any other."""
        tried = await self.gate.tried(lambda it: owners.of(it, who), old, caller)
        if isinstance(tried, Refusal):
            return Change.LOCKED if tried is Refusal.LOCKED else Change.WRONG
        if new == old:
            return Change.SAME
        numbers = await self._transactions.run(functools.partial(accounts.numbers, who=who))
        if any(self._is_weak(tried, new, number) for number in ("", *numbers)):
            return Change.WEAK
        made = await self._passwords.made(tried.key, new)

        async def changed(connection: AsyncConnection) -> Change:
            stored = tables.Password
            now = self._clock()
            done = await connection.execute(
                update(stored)
                .where(stored.owner == tried.key, stored.hash == tried.hash)
                .values(hash=made, must_change=False, set_at=now)
            )
            if not done.rowcount:
                return Change.WRONG  # somebody else changed it meanwhile
            await audit.note(connection, now, audit.CALLER, "password_changed", who.centre, tried)
            return Change.CHANGED

        return await self._transactions.run(changed)

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        """The depositor's accounts, those in use first."""
        return await self._transactions.run(functools.partial(accounts.personal_accounts, who=who))

    async def movements(self, who: Verified, account: str) -> list[Movement]:
        """The last movements on one of the depositor's accounts, newest first."""
        return await self._transactions.run(functools.partial(accounts.movements, who=who, account=account))

    async def loans(self, who: Verified) -> list[Loan]:
        """The depositor's loans, those not yet repaid first."""
        return await self._transactions.run(functools.partial(accounts.loans, who=who))

    async def applications(self, who: Verified) -> list[Application]:
        """The depositor's loan applications, newest first."""
        return await self._transactions.run(functools.partial(accounts.applications, who=who))

    async def unit(self, who: Verified) -> Unit:
        """The unit's own account."""
        return await self._transactions.run(functools.partial(accounts.unit, who=who))

    async def mobile(self, who: Verified) -> str | None:
        """The holder's mobile number on file."""
        return await self._transactions.run(functools.partial(accounts.mobile, who=who))

    def _is_weak(self, owner: Owner, password: str, number: str) -> bool:
        return is_weak(password, number) or self._passwords.is_forbidden(owner.key, password, owner.forbidden)
