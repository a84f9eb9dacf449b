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
import service_requests.api
from agi_scripts import menu_tree
from agi_scripts.caller import World
from agi_scripts.leaves import LEAVES
from agi_scripts.routes import routes
from agi_scripts.whisper import Whispers
from ami import Access
from callers import Callers
from facts import Journal
from fund.passwords import Passwords
from guide.shelf import Shelf
from hotline import database
from hotline.accounts import open_funds
from hotline.catalogue import catalogue, guide_folder
from hotline.paths import Paths, settings_file
from hotline.recording_room import keep_recordings, recordings_check, recordings_routes
from hotline.seats_api import seats_part
from hotline.seats_keeper import control, keep_seats
from hotline.secrets import Secrets, open_secrets
from hotline.settings import Settings, load
from hotline.waiting_room import call_backs, caller_numbers, waiting
from ivr.agi import FastAgiServer, probe
from ivr.agi.server import Limits
from ivr.speaker import Speaker
from queue_stats.live import Live
from seats.audit import AuditTrail
from seats.service import Seats
from seats.supervision import Supervision
from service_requests.exceptions import RequestsUnavailable
from service_requests.service import Requests
from sounds import FOLDER, Recordings
from transactions import Transactions

FASTAGI_HOST = "127.0.0.1"
EVENTS_USER = "hl_events"
STATS_SECONDS = 10.0
"""Time a statistical query has: a report over years takes longer than a caller may wait."""

log = logging.getLogger(__name__)


async def ivr(settings: Settings, paths: Paths, secrets: Secrets, worker: int) -> None:
    """Serve conversations until cancelled, then let the running ones finish."""
    texts = catalogue(settings)
    recordings = Recordings(FOLDER / settings.ivr.voice)
    recordings.load(texts)
    address = database.url(settings, paths)
    fund_engine = database.engine(address, seconds=settings.fund.answer_seconds)
    seats_engine = database.engine(address, seconds=settings.seats.answer_seconds, connections=3)
    callers_engine = database.engine(address, seconds=settings.callers.answer_seconds, connections=3)
    requests_engine = database.engine(address, seconds=settings.requests.answer_seconds, connections=5)
    zone = settings.hotline.zone
    accounts = open_funds(settings, fund_engine, secrets.fund_key)
    acting = control(settings, secrets)
    seats = Seats(seats_engine, Passwords(secrets.seats_key, threads=1), settings.seats)
    world = World(
        fund=accounts,
        seats=seats,
        centres=settings.centres,
        default_centre=settings.trunk.default_centre,
        menu=menu_tree.load(LEAVES, texts),
        messages=paths.messages,
        clock=lambda: dt.datetime.now(dt.UTC),
        zone=zone,
        calendar=settings.business_calendar,
        guide=Shelf(guide_folder(settings), recordings),
        callers=Callers(callers_engine, secrets.callers_key, settings.callers),
        requests=Requests(requests_engine, settings.requests),
        call_backs=call_backs(settings, seats_engine),
        numbers=caller_numbers(settings, seats_engine),
        skills=settings.waiting.skills,
        whispers=Whispers(recordings, paths.whispers, paths.announcements),
        supervision=Supervision(seats, acting, AuditTrail(seats_engine)),
    )
    journal = Journal(paths.facts / f"ivr-{worker}.jsonl")
    limits = Limits(sessions=settings.ivr.sessions, conversation_seconds=settings.ivr.call_minutes * 60)
    speaker = Speaker(recordings, paths.memory)
    server = FastAgiServer(routes(world, speaker, journal, settings.ivr), secret=secrets.fastagi, limits=limits)
    await server.start(FASTAGI_HOST, settings.fastagi.port)
    log.info("FastAGI on %s:%d", FASTAGI_HOST, settings.fastagi.port)
    taking_in = asyncio.create_task(world.requests.keep_taking_in(paths.messages))
    try:
        await asyncio.Event().wait()
    finally:
        await server.drain(settings.ivr.drain_seconds)
        taking_in.cancel()
        acting.close()
        await accounts.close()
        journal.close()
        for engine in (fund_engine, seats_engine, callers_engine, requests_engine):
            await engine.dispose()


async def stats(settings: Settings, paths: Paths, secrets: Secrets) -> None:
    """Listen, store and serve HTTP until cancelled."""
    calendar = settings.business_calendar
    engine = database.engine(database.url(settings, paths), seconds=STATS_SECONDS, connections=5)
    live = Live()
    seats = seats_part(settings, paths, secrets, engine, live)
    centres = {centre.code: centre.name for centre in settings.centres}
    requests = service_requests.api.Api(
        Transactions(engine, STATS_SECONDS, RequestsUnavailable), centres, settings.hotline.zone
    )
    await queue_stats.server.run(
        queue_stats.server.Setting(
            engine=engine,
            access=Access("127.0.0.1", settings.ami.port, EVENTS_USER, secrets.ami_events),
            facts=paths.facts,
            tokens=secrets.tokens,
            centres=centres,
            settings=settings.queue_stats,
            zone=settings.hotline.zone,
            host=settings.http.bind,
            port=settings.http.port,
            version=_version(),
            people=seats.people,
            live=live,
            pause_limits={pause.name: pause.minutes * 60.0 for pause in settings.seats.pauses},
            checks={
                "ivr": lambda: probe.asked(FASTAGI_HOST, settings.fastagi.port, secrets.fastagi),
                "recordings": recordings_check(paths),
            },
            watches={"calendar": lambda: calendar.runs_out(dt.datetime.now(calendar.zone).date())},
            routes=(*seats.routes, *requests.routes(), *recordings_routes(settings, paths, engine)),
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
