"""The process queue_stats: listens to Asterisk, stores facts, serves HTTP."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ami import Access, Ami
from facts import Journal
from queue_stats.answers import LiveAnswer
from queue_stats.api import Api
from queue_stats.board import Board
from queue_stats.health import Check, Watch, room_on_disk
from queue_stats.listener import WANTED, Listener
from queue_stats.live import Live
from queue_stats.metrics import Figures, registry
from queue_stats.settings import QueueStatsSettings
from queue_stats.store import Store
from web import People, Person, Route, build

log = logging.getLogger(__name__)

MOST_BEHIND_BYTES = 5 << 20
"""Journals this far ahead of the database fail the health check."""


async def _nobody(_: str) -> Person | None:
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the process is given.

    `checks`: further parts that /healthz asks; `watches`: what it warns of in time; `routes`: of other rooms.
    """

    engine: AsyncEngine
    access: Access
    facts: Path
    tokens: Mapping[str, str]
    centres: Mapping[str, str]
    settings: QueueStatsSettings
    zone: ZoneInfo
    host: str
    port: int
    version: str
    checks: Mapping[str, Check]
    watches: Mapping[str, Watch] = field(default_factory=dict)
    routes: Sequence[Route] = ()
    """Of other rooms. One that knows more of a path than this room answers it instead."""
    people: People = _nobody
    live: Live = field(default_factory=Live)
    pause_limits: Mapping[str, float] = field(default_factory=dict)
    """Reason of a pause → seconds after which it is too long."""


async def run(setting: Setting) -> None:
    """Serve until cancelled."""
    ami = Ami(setting.access, setting.settings.events_waiting, WANTED)
    live = setting.live
    journal = Journal(setting.facts / f"ami-{time.time_ns() // 1_000_000}.jsonl")
    board = Board(setting.engine, ami, live, setting.centres, setting.settings, setting.zone, setting.pause_limits)
    store = Store(setting.engine, setting.facts, setting.settings.batch, board.stored)
    listener = Listener(ami, journal, live, board.changed)
    await asyncio.to_thread(listener.resume, setting.facts)

    def metrics(picture: LiveAnswer) -> bytes:
        return generate_latest(registry(Figures(picture, ami, listener, store, journal)))

    checks = {
        "database": _database(setting.engine),
        "asterisk": _asterisk(ami),
        "facts": _facts(store, journal),
        "disk": room_on_disk(setting.facts),
        **setting.checks,
    }
    api = Api(setting.engine, board, setting.centres, setting.settings, setting.zone, checks, setting.watches, metrics)
    others = {(route.method, route.path) for route in setting.routes}
    own = [route for route in api.routes() if (route.method, route.path) not in others]
    application = build([*own, *setting.routes], setting.tokens, version=setting.version, people=setting.people)
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=3)
    await runner.setup()
    try:
        await web.TCPSite(runner, setting.host, setting.port, reuse_address=True).start()
        log.info("HTTP on %s:%d", setting.host, setting.port)
        async with asyncio.TaskGroup() as group:
            group.create_task(listener.run())
            group.create_task(store.run())
    finally:
        await runner.cleanup()
        # What was heard last is on disk; what fits is stored too, the rest at the next start.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(store.store_new(), 2)
        journal.close()
        await setting.engine.dispose()


def _database(engine: AsyncEngine) -> Check:
    async def check() -> str:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return ""

    return check


def _asterisk(ami: Ami) -> Check:
    async def check() -> str:
        return "" if ami.connected else "the manager interface is not connected"

    return check


def _facts(store: Store, journal: Journal) -> Check:
    async def check() -> str:
        if journal.lost:
            return f"{journal.lost} facts could not be written to disk"
        if store.failing_since is not None:
            return f"not stored since {store.failing_since:%H:%M:%S} UTC, {store.behind_bytes} bytes wait on disk"
        return "" if store.behind_bytes < MOST_BEHIND_BYTES else f"{store.behind_bytes} bytes wait on disk"

    return check
