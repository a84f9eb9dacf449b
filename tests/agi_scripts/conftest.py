"""A hotline's conversations on a real server and a real database; only Asterisk is played by the test."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import fund.demo
import seats.demo
from agi_scripts import menu_tree
from agi_scripts.caller import World
from agi_scripts.leaves import LEAVES
from agi_scripts.routes import routes
from centres import Centre
from facts import Journal, parse
from fund.passwords import Passwords
from fund.service import Fund
from fund.settings import FundSettings
from ivr.agi import FastAgiServer
from ivr.settings import IvrSettings
from ivr.speaker import Speaker
from seats.service import Seats
from seats.settings import SeatsSettings
from sounds import Catalogue
from tests.agi_scripts.line import Line, NamedRecordings
from tests.ivr.scripted import SECRET, Asterisk

SEED = "a world for conversations"
CENTRES = (
    Centre(code="changsha", name="长沙", area_codes=("0731",)),
    Centre(code="yueyang", name="岳阳", numbers=("073012329",), area_codes=("0730",)),
)


@dataclass(frozen=True, slots=True)
class Hotline:
    """What a test may ask: place a call, look at the journal, at the demo's people."""

    call: Callable[..., Awaitable[Line]]
    journal: Path
    depositors: tuple[dict[str, Any], ...]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """Facts of this kind, in order."""
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        return [dict(fact.data) for fact in map(parse, lines) if fact.kind == kind]


@pytest.fixture
async def hotline(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hotline]:
    passwords = Passwords("key")
    invented = fund.demo.invent(SEED, ["changsha"], passwords, dt.date(2026, 11, 23))
    await fund.demo.load(engine, invented, passwords, SEED)
    await seats.demo.load(engine, SEED, ["changsha"], passwords)
    folder = tmp_path / "recordings"
    world = World(
        fund=Fund(engine, passwords, FundSettings(), ZoneInfo("Asia/Shanghai")),
        seats=Seats(engine, passwords, SeatsSettings()),
        centres=CENTRES,
        default_centre="changsha",
        menu=menu_tree.load(LEAVES, Catalogue.load()),
        messages=tmp_path,
    )
    journal = Journal(tmp_path / "ivr.jsonl")
    recordings = NamedRecordings(folder)
    server = FastAgiServer(
        routes(world, Speaker(recordings, tmp_path / "memory"), journal, IvrSettings()), secret=SECRET
    )
    port = await server.start("127.0.0.1", 0)

    async def call(
        *keys: str | None, route: str = "call", variables: dict[str, str] | None = None, **headers: str
    ) -> Line:
        asterisk = await Asterisk.calling(port, route=route, **headers)
        line = Line(asterisk, recordings.folder, list(keys))
        line.variables |= variables or {}
        try:
            await line.talk()
        finally:
            await asterisk.close()
        return line

    yield Hotline(call, tmp_path / "ivr.jsonl", invented.depositors)
    await server.drain(1)
    journal.close()
