"""Asking a centre's core system: time-outs, retries only of questions that change nothing, a breaker, a pool.

What goes wrong is logged by its kind and the question's kind, never with a number, a key or an answer in it.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar

import aiohttp
from pydantic import ValidationError

from fund.core import messages
from fund.core.breaker import Breaker
from fund.core.messages import ChangeMessage, MobileMessage, UnitMessage, VerifiedMessage
from fund.core.settings import CoreSettings
from fund.exceptions import FundUnavailable
from fund.gate import Gate
from fund.identity import Login
from fund.owners import holder_of
from fund.passwords import Passwords
from fund.port import Application, Change, Loan, Movement, PersonalAccount, Refusal, Unit, Verified

T = TypeVar("T")

LARGEST = 256 * 1024
"""Bytes of an answer."""

TOLD = 9
"""Of several accounts, loans or applications as many as can be told."""

LAST = 3
"""Movements that are told."""

log = logging.getLogger(__name__)


class CoreFund:
    """The port's questions to one centre's core system. It knows the passwords; how often one may be tried, we count."""

    def __init__(
        self,
        centre: str,
        settings: CoreSettings,
        gate: Gate,
        passwords: Passwords,
        token: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._centre, self._settings, self._gate, self._passwords = centre, settings, gate, passwords
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.breaker = Breaker(settings.failures, settings.pause_seconds, clock)
        self._client: aiohttp.ClientSession | None = None

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        """Let them check number and password; the try is counted here first."""
        number = number.upper()
        asked = {"login": str(login), "number": number, "password": password}

        async def check() -> Verified | Refusal:
            told = await self._ask("verify", "POST", "/v1/holders/verify", VerifiedMessage.model_validate_json, asked)
            if told.outcome != "verified":
                return Refusal(told.outcome)
            if told.key is None:
                raise self._lied("verify", "a key is missing")
            return Verified(holder_of(login), told.key, centre, told.must_change)

        return await self._gate.elsewhere("x" + self._passwords.lookup_key(centre, number), caller, check)

    async def change_password(self, who: Verified, old: str, new: str, caller: str) -> Change:
        """Let them set a new password; a wrong old one is counted here too."""
        asked = {"old": old, "new": new}

        async def check() -> Change | Refusal:
            path = f"/v1/holders/{who.holder}/{who.key}/password"
            told = await self._ask("change_password", "POST", path, ChangeMessage.model_validate_json, asked)
            return Refusal(told.outcome) if told.outcome in {"wrong", "locked"} else Change(told.outcome)

        key = "x" + self._passwords.lookup_key(who.centre, f"{who.holder}/{who.key}")
        answer = await self._gate.elsewhere(key, caller, check)
        return Change(answer.value) if isinstance(answer, Refusal) else answer

    async def personal_accounts(self, who: Verified) -> list[PersonalAccount]:
        """The depositor's accounts, in their order."""
        told = await self._get("accounts", f"/v1/depositors/{who.key}/accounts", messages.ACCOUNTS.validate_json)
        return [one.value() for one in told[:TOLD]]

    async def movements(self, who: Verified, account: str) -> list[Movement]:
        """The last movements, newest first, whatever order they come in."""
        path = f"/v1/depositors/{who.key}/accounts/{account}/movements"
        told = await self._get("movements", path, messages.MOVEMENTS.validate_json)
        return [one.value() for one in sorted(told, key=lambda one: one.on, reverse=True)[:LAST]]

    async def loans(self, who: Verified) -> list[Loan]:
        """The depositor's loans, those not yet repaid first."""
        told = await self._get("loans", f"/v1/depositors/{who.key}/loans", messages.LOANS.validate_json)
        return [one.value() for one in sorted(told, key=lambda one: one.balance == 0)[:TOLD]]

    async def applications(self, who: Verified) -> list[Application]:
        """The depositor's loan applications, newest first."""
        path = f"/v1/depositors/{who.key}/applications"
        told = await self._get("applications", path, messages.APPLICATIONS.validate_json)
        return [one.value() for one in sorted(told, key=lambda one: one.since, reverse=True)[:TOLD]]

    async def unit(self, who: Verified) -> Unit:
        """The unit's own account."""
        return (await self._get("unit", f"/v1/units/{who.key}", UnitMessage.model_validate_json)).value()

    async def mobile(self, who: Verified) -> str | None:
        """The holder's mobile number on file."""
        path = f"/v1/holders/{who.holder}/{who.key}/mobile"
        return (await self._get("mobile", path, MobileMessage.model_validate_json)).mobile

    async def close(self) -> None:
        """Let the connections go."""
        if self._client:
            await self._client.close()

    async def _get(self, what: str, path: str, read: Callable[[bytes], T]) -> T:
        """Ask something that changes nothing, more than once if need be, all within the time for one answer."""
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                for left in range(self._settings.retries, -1, -1):
                    try:
                        return await self._ask(what, "GET", path, read)
                    except FundUnavailable:
                        if not left or self.breaker.is_open:
                            raise
        except TimeoutError:
            raise FundUnavailable("no answer in time") from None
        raise AssertionError("the last try returns or raises")

    async def _ask(
        self, what: str, method: str, path: str, read: Callable[[bytes], T], body: dict[str, str] | None = None
    ) -> T:
        """Ask once; FundUnavailable for no answer and for one that cannot be believed."""
        if not self.breaker.admits():
            raise FundUnavailable("the core system is left alone for a while")
        try:
            answer = read(await self._answered(method, path, body))
        except (aiohttp.ClientError, TimeoutError, OSError, _Unusable) as error:
            self.breaker.failed()
            log.warning(
                "core of %s: %s: %s",
                self._centre,
                what,
                error if isinstance(error, _Unusable) else type(error).__name__,
            )
            raise FundUnavailable(type(error).__name__) from None
        except (ValidationError, ValueError) as error:
            raise self._lied(what, _named(error)) from None
        except BaseException:
            self.breaker.gave_up()
            raise
        self.breaker.succeeded()
        return answer

    def _lied(self, what: str, why: str) -> FundUnavailable:
        """An answer that is not what was agreed: named without what it held."""
        self.breaker.failed()
        log.error("core of %s: %s: not as agreed: %s", self._centre, what, why)
        return FundUnavailable("the core system's answer is not as agreed")

    async def _answered(self, method: str, path: str, body: dict[str, str] | None) -> bytes:
        url = self._settings.url.rstrip("/") + path
        async with self._session().request(method, url, json=body, allow_redirects=False) as answer:
            if answer.status != 200:
                raise _Unusable(f"status {answer.status}")
            data = await answer.content.read(LARGEST + 1)
            while len(data) <= LARGEST and (more := await answer.content.read(LARGEST + 1 - len(data))):
                data += more
            if len(data) > LARGEST:
                answer.close()
                raise _Unusable(f"an answer of more than {LARGEST} bytes")
            return data

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._settings.connections),
                timeout=aiohttp.ClientTimeout(
                    total=self._settings.answer_seconds, sock_connect=self._settings.connect_seconds
                ),
                headers=self._headers,
                trust_env=False,
            )
        return self._client


class _Unusable(Exception):  # noqa: N818 - says what the answer is
    """An answer of no use, in words that hold nothing of it."""


def _named(error: ValueError) -> str:
    """Which fields are wrong and how, without their values."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors()[:5])
    return type(error).__name__
