"""One process of the hotline, composed of the rooms: `python -m hotline.process ivr|queue_stats|waiting|seats|recordings`, started by `hotline up`."""

import argparse
import asyncio
import datetime as dt
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import queue_stats.server
from agi_scripts import menu_tree
from agi_scripts.caller import World
from agi_scripts.leaves import LEAVES
from agi_scripts.routes import routes
from ami import Access
from facts import Journal
from fund.passwords import Passwords
from fund.service import Fund
from hotline import database
from hotline.paths import Paths, settings_file
from hotline.recording_room import keep_recordings, recordings_check, recordings_routes
from hotline.seats_api import seats_part
from hotline.seats_keeper import control, keep_seats
from hotline.secrets import Secrets, open_secrets
from hotline.settings import Settings, load
from hotline.waiting_room import call_backs, waiting
from ivr import speech
from ivr.agi import FastAgiServer, probe
from ivr.agi.server import Limits
from ivr.speaker import Speaker
from queue_stats.live import Live
from seats.audit import AuditTrail
from seats.service import Seats
from seats.supervision import Supervision
from sounds import FOLDER, Catalogue, Recordings

FASTAGI_HOST = "127.0.0.1"
EVENTS_USER = "hl_events"
STATS_SECONDS = 10.0
"""Time a statistical query has: a report over years takes longer than a caller may wait."""

log = logging.getLogger(__name__)


async def ivr(settings: Settings, paths: Paths, secrets: Secrets, worker: int) -> None:
    """Serve conversations until cancelled, then let the running ones finish."""
    catalogue = Catalogue.load(pieces=speech.clips())
    recordings = Recordings(FOLDER / settings.ivr.voice)
    recordings.load(catalogue)
    address = database.url(settings, paths)
    fund_engine = database.engine(address, seconds=settings.fund.answer_seconds)
    seats_engine = database.engine(address, seconds=settings.seats.answer_seconds, connections=3)
    zone = settings.hotline.zone
    acting, seats = (
        control(settings, secrets),
        Seats(seats_engine, Passwords(secrets.seats_key, threads=1), settings.seats),
    )
    world = World(
        fund=Fund(fund_engine, Passwords(secrets.fund_key), settings.fund, zone),
        seats=seats,
        centres=settings.centres,
        default_centre=settings.default_centre,
        menu=menu_tree.load(LEAVES, catalogue),
        messages=paths.messages,
        clock=lambda: dt.datetime.now(dt.UTC),
        zone=zone,
        calendar=settings.business_calendar,
        call_backs=call_backs(settings, seats_engine),
        skills=settings.waiting.skills,
        supervision=Supervision(seats, acting, AuditTrail(seats_engine)),
    )
    journal = Journal(paths.facts / f"ivr-{worker}.jsonl")
    limits = Limits(sessions=settings.ivr.sessions, conversation_seconds=settings.ivr.call_minutes * 60)
    speaker = Speaker(recordings, paths.memory)
    server = FastAgiServer(routes(world, speaker, journal, settings.ivr), secret=secrets.fastagi, limits=limits)
    await server.start(FASTAGI_HOST, settings.fastagi.port)
    log.info("FastAGI on %s:%d", FASTAGI_HOST, settings.fastagi.port)
    try:
        await asyncio.Event().wait()
    finally:
        await server.drain(settings.ivr.drain_seconds)
        acting.close()
        journal.close()
        await fund_engine.dispose()
        await seats_engine.dispose()


async def stats(settings: Settings, paths: Paths, secrets: Secrets) -> None:
    """Listen, store and serve HTTP until cancelled."""
    engine = database.engine(database.url(settings, paths), seconds=STATS_SECONDS, connections=5)
    live = Live()
    seats = seats_part(settings, paths, secrets, engine, live)
    await queue_stats.server.run(
        queue_stats.server.Setting(
            engine=engine,
            access=Access("127.0.0.1", settings.ami.port, EVENTS_USER, secrets.ami_events),
            facts=paths.facts,
            tokens=secrets.tokens,
            centres={centre.code: centre.name for centre in settings.centres},
            settings=settings.queue_stats,
            zone=settings.hotline.zone,
            host=settings.http.bind,
            port=settings.http.port,
            version=_version(),
            routes=(*seats.routes, *recordings_routes(settings, paths, engine)),
            people=seats.people,
            live=live,
            pause_limits={pause.name: pause.minutes * 60.0 for pause in settings.seats.pauses},
            checks={
                "ivr": lambda: probe.asked(FASTAGI_HOST, settings.fastagi.port, secrets.fastagi),
                "recordings": recordings_check(paths),
            },
        )
    )


def _version() -> str:
    try:
        return version("hotline-12329")
    except PackageNotFoundError:
        return "0"


def main() -> int:
    """Run one process until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m hotline.process")
    parser.add_argument("name", choices=("ivr", "queue_stats", "waiting", "seats", "recordings"))
    parser.add_argument("--worker", type=int, default=0)
    arguments = parser.parse_args()
    os.umask(0o077)
    # Whether a recording is still written to is asked by a lease (recordings/plain.py); one that is broken must not end us.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("panoramisk", "asyncio", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings = load(settings_file())
    paths = Paths(Path(settings.hotline.var))
    secrets = open_secrets(paths.secrets)
    match arguments.name:
        case "ivr":
            work = ivr(settings, paths, secrets, arguments.worker)
        case "waiting":
            work = waiting(settings, paths, secrets)
        case "seats":
            work = keep_seats(settings, paths, secrets)
        case "recordings":
            work = keep_recordings(settings, paths)
        case _:
            work = stats(settings, paths, secrets)
    with suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(_until_told(work))
    return 0


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    await task


if __name__ == "__main__":
    sys.exit(main())
