"""A real core system to ask: the stand-in, over HTTP on loopback, and our side of it with a database for the tries."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from fund.core.client import CoreFund
from fund.core.settings import CoreSettings
from fund.core.standin import StandIn
from fund.identity import Login
from fund.port import Refusal, Verified
from tests.fund.conftest import Bench

ACCOUNT, ID_NUMBER, UNIT = "7000000001", "430102199003072476", "8000000001"


class Seconds:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Core:
    """Both sides."""

    theirs: StandIn
    ours: CoreFund
    seconds: Seconds
    bench: Bench

    async def verify(self, password: str, caller: str = "", number: str = ACCOUNT) -> Verified | Refusal:
        return await self.ours.verify("changsha", Login.ACCOUNT, number, password, caller)

    async def known(self) -> Verified:
        found = await self.verify(self.theirs.password)
        assert isinstance(found, Verified)
        return found


@pytest.fixture
async def url() -> AsyncIterator[tuple[StandIn, str]]:
    standin = StandIn(token="atoken")
    runner = web.AppRunner(standin.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield standin, f"http://127.0.0.1:{port}"
    await runner.cleanup()


@pytest.fixture
async def core(bench: Bench, url: tuple[StandIn, str]) -> AsyncIterator[Core]:
    theirs, address = url
    seconds = Seconds()
    settings = CoreSettings(url=address, answer_seconds=1.0, failures=3, pause_seconds=10, retries=1)
    ours = CoreFund("changsha", settings, bench.fund.gate, bench.passwords, "atoken", seconds)
    yield Core(theirs, ours, seconds, bench)
    await ours.close()
