"""A hotline's conversations on a real server and a real database; only Asterisk is played by the test."""

import datetime as dt
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import fund.demo
import seats.demo
from agi_scripts import menu_tree
from agi_scripts.caller import World
from agi_scripts.leaves import LEAVES
from agi_scripts.routes import routes
from callers import Callers, CallersSettings
from centres import Calendar, Centre
from facts import Journal, parse
from fund.passwords import Passwords
from fund.port import FundPort
from fund.service import Fund
from fund.settings import FundSettings
from guide.shelf import SHIPPED, Shelf
from ivr.agi import FastAgiServer
from ivr.settings import IvrSettings
from ivr.speaker import Speaker
from seats.call_back import CallBacks
from seats.caller_numbers import Numbers
from seats.service import Seats
from seats.settings import SeatsSettings
from seats.skills import Skill
from seats.supervision import Supervision
from service_requests.service import Requests
from service_requests.settings import RequestsSettings
from sounds import Catalogue
from tests.agi_scripts.line import Line, NamedRecordings, Queues
from tests.ivr.scripted import SECRET, Asterisk

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEED = "a world for conversations"
CERTAIN = "073112329"
"""A number of 长沙's own: who dials it is not told or asked the centre."""

CENTRES = (
    Centre(code="changsha", name="长沙", numbers=(CERTAIN,), area_codes=("0731",)),
    Centre(code="yueyang", name="岳阳", numbers=("073012329",), area_codes=("0730",)),
)
ALWAYS_OPEN = Calendar(SHANGHAI, always_open=True)
STRANGERS = itertools.count(13_000_000_000)
"""Numbers that have not called before."""

PASSWORDS = Passwords("key")
INVENTED = fund.demo.invent(SEED, ["changsha"], PASSWORDS, dt.date(2026, 11, 23))


def now() -> dt.datetime:
    """The moment it is."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Hotline:
    """What a test may ask: place a call, look at the journal, the queues and what conversations know."""

    call: Callable[..., Awaitable[Line]]
    journal: Path
    queues: Queues
    world: World
    depositors: tuple[dict[str, Any], ...] = INVENTED.depositors

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """Facts of this kind, in order."""
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        return [dict(fact.data) for fact in map(parse, lines) if fact.kind == kind]


@asynccontextmanager
async def answering(
    engine: AsyncEngine,
    folder: Path,
    accounts: FundPort | None = None,
    *,
    clock: Callable[[], dt.datetime] = now,
    centres: tuple[Centre, ...] = CENTRES,
    default_centre: str = "changsha",
    calendar: Calendar = ALWAYS_OPEN,
    settings: IvrSettings = IvrSettings(),  # noqa: B008 - frozen
    guide_folder: Path | None = None,
    call_backs: CallBacks | None = None,
    numbers: Numbers | None = None,
    skills: tuple[Skill, ...] = (),
    supervision: Supervision | None = None,
) -> AsyncIterator[Hotline]:
    """Serve conversations."""
    recordings = NamedRecordings(folder / "recordings")
    world = World(
        fund=accounts or Fund(engine, PASSWORDS, FundSettings(), SHANGHAI),
        seats=Seats(engine, PASSWORDS, SeatsSettings()),
        centres=centres,
        default_centre=default_centre,
        menu=menu_tree.load(LEAVES, Catalogue.load()),
        messages=folder,
        clock=clock,
        zone=SHANGHAI,
        calendar=calendar,
        callers=Callers(engine, "key", CallersSettings(), clock),
        guide=Shelf(guide_folder or SHIPPED, recordings),
        requests=Requests(engine, RequestsSettings(slot_capacity=2, answer_seconds=10), clock),
        call_backs=call_backs,
        numbers=numbers,
        skills=skills,
        supervision=supervision,
    )
    journal = Journal(folder / "ivr.jsonl")
    server = FastAgiServer(routes(world, Speaker(recordings, folder / "memory"), journal, settings), secret=SECRET)
    port = await server.start("127.0.0.1", 0)
    queues = Queues()

    async def call(
        *keys: str | None,
        route: str = "call",
        variables: dict[str, str] | None = None,
        prepare: Callable[[Line], object] = lambda _: None,
        **headers: str,
    ) -> Line:
        caller = {"callerid": str(next(STRANGERS)), "extension": CERTAIN}
        asterisk = await Asterisk.calling(port, route=route, **caller | headers)
        line = Line(asterisk, recordings.folder, list(keys), queues)
        line.variables |= variables or {}
        prepare(line)
        try:
            await line.talk()
        finally:
            await asterisk.close()
        return line

    try:
        yield Hotline(call, folder / "ivr.jsonl", queues, world)
    finally:
        await server.drain(1)
        journal.close()


@pytest.fixture
async def hotline(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hotline]:
    """A hotline in the demo world."""
    await fund.demo.load(engine, INVENTED, PASSWORDS, SEED)
    await seats.demo.load(engine, SEED, ["changsha"], PASSWORDS)
    async with answering(engine, tmp_path) as hotline:
        yield hotline


@pytest.fixture
async def adrift(tmp_path: Path) -> AsyncIterator[Hotline]:
    """A hotline whose database is away."""
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    async with answering(engine, tmp_path) as hotline:
        yield hotline
    await engine.dispose()
