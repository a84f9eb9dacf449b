"""A demo world in a database, and a Fund on it whose clock and work the test holds in its hands."""

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from fund import demo
from fund.identity import Login, kind_of_login
from fund.passwords import Passwords
from fund.port import Holder, Refusal, Verified
from fund.service import Fund
from fund.settings import FundSettings
from hotline.database import engine as open_engine
from hotline.postgres import Server
from tests.fixtures.postgres import new_database, on_database

T = TypeVar("T")

KEY = "a-key-that-is-no-secret"
SEED = "a-seed-that-is-no-secret"
CENTRES = ("changsha", "yueyang", "changde")
TODAY = dt.date(2026, 11, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Clock:
    """What time it is, in Shanghai."""

    now: dt.datetime = dt.datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)

    def __call__(self) -> dt.datetime:
        return self.now.astimezone(dt.UTC)

    def next_day(self) -> None:
        self.now += dt.timedelta(days=1)


class CountedPasswords(Passwords):
    """Passwords that say how many hashes were computed, on which threads, and that can be held up."""

    def __init__(self) -> None:
        super().__init__(KEY)
        self.hashes: list[str] = []
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def _verify(self, digest: str, stored: str | None) -> bool:
        self.hashes.append(threading.current_thread().name)
        self.begun.set()
        self.gate.wait()
        return super()._verify(digest, stored)


async def verify(fund: Fund, centre: str, number: str, password: str, caller: str) -> Verified | Refusal:
    """Verify as a depositor, the kind of number told by its shape."""
    return await fund.verify(centre, kind_of_login(number) or Login.ACCOUNT, number, password, caller)


def depositor(identity: int) -> Verified:
    """Somebody who has proved to be this depositor of 长沙."""
    return Verified(Holder.DEPOSITOR, str(identity), "changsha", must_change=False)


@dataclass
class Bench:
    """A Fund with everything around it."""

    fund: Fund
    engine: AsyncEngine
    passwords: CountedPasswords
    clock: Clock
    settings: FundSettings
    statements: list[str] = field(default_factory=list)

    async def verify(self, centre: str, number: str, password: str, caller: str) -> Verified | Refusal:
        """Verify as a depositor, the kind of number told by its shape."""
        return await verify(self.fund, centre, number, password, caller)

    async def fail(self, account: str, times: int, caller: str = "") -> list[object]:
        """Try a password that nobody has, one after the other."""
        return [await self.verify("changsha", account, "xxxxxx", caller) for _ in range(times)]

    def another(self) -> Fund:
        """A second worker on the same database."""
        return Fund(self.engine, self.passwords, self.settings, SHANGHAI, self.clock)


@pytest.fixture(scope="session")
def world() -> demo.World:
    return demo.invent(SEED, CENTRES, Passwords(KEY), TODAY)


@pytest.fixture(scope="session")
def demo_template(postgres: Server, template: str, world: demo.World) -> Iterator[str]:
    """A database with the demo world, to be copied."""

    async def load(engine: AsyncEngine) -> None:
        await demo.load(engine, world, Passwords(KEY), "tests")

    with new_database(postgres, template) as url:
        on_database(url, load)
        yield url.split("?")[0].rsplit("/", 1)[1]


@pytest.fixture
def demo_url(postgres: Server, demo_template: str) -> Iterator[str]:
    """A database with the demo world for one test."""
    with new_database(postgres, demo_template) as url:
        yield url


@pytest.fixture
async def bench(demo_url: str) -> AsyncIterator[Bench]:
    engine = open_engine(demo_url, seconds=10)
    settings = FundSettings(answer_seconds=10, failures_a_caller=10)
    passwords, clock = CountedPasswords(), Clock()
    made = Bench(Fund(engine, passwords, settings, SHANGHAI, clock), engine, passwords, clock, settings)

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        made.statements.append(statement)

    yield made
    await engine.dispose()
    passwords.close()


@pytest.fixture
def people(world: demo.World) -> list[dict[str, Any]]:
    """Depositors of 长沙 with a password, as the demo shows them."""
    return [one for one in world.depositors if one["centre"] == "changsha"]


@pytest.fixture
def person(people: list[dict[str, Any]]) -> dict[str, Any]:
    return people[0]


async def all_at_once(*questions: Coroutine[Any, Any, T]) -> list[T]:
    """Ask all of them before any is answered."""
    return list(await asyncio.gather(*questions))
