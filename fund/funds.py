"""Every centre's accounts behind one port: our own tables, or the centre's core system where settings name one."""

from collections.abc import Mapping

from fund.core.client import CoreFund
from fund.identity import Login
from fund.port import Application, Change, FundPort, Loan, Movement, PersonalAccount, Refusal, Unit, Verified


class Funds:
    """Asks whoever keeps the accounts of the centre in question."""

    def __init__(self, own: FundPort, cores: Mapping[str, CoreFund]) -> None:
        self._own, self._cores = own, cores

    def at(self, centre: str) -> FundPort:
        """Who keeps this centre's accounts."""
        return self._cores.get(centre, self._own)

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        """Check a number and its password."""
        return await self.at(centre).verify(centre, login, number, password, caller)

    async def change_password(self, who: Verified, old: str, new: str, caller: str) -> Change:
        """Set a new password."""
        return await self.at(who.centre).change_password(who, old, new, caller)

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        """The depositor's accounts."""
        return await self.at(who.centre).personal_accounts(who)

    async def movements(self, who: Verified, account: str) -> list[Movement]:
        """The last movements on an account."""
        return await self.at(who.centre).movements(who, account)

    async def loans(self, who: Verified) -> list[Loan]:
        """The depositor's loans."""
        return await self.at(who.centre).loans(who)

    async def applications(self, who: Verified) -> list[Application]:
        """The depositor's applications."""
        return await self.at(who.centre).applications(who)

    async def unit(self, who: Verified) -> Unit:
        """The unit's account."""
        return await self.at(who.centre).unit(who)

    async def mobile(self, who: Verified) -> str | None:
        """The holder's mobile number."""
        return await self.at(who.centre).mobile(who)

    async def close(self) -> None:
        """Let the core systems' connections go."""
        for core in self._cores.values():
            await core.close()
