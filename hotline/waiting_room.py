"""The process `waiting`: the waiting room with what this installation gives it."""

import datetime as dt
import logging
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from ami import Access, Ami, Control
from facts import Journal
from fund.passwords import Passwords
from hotline import database
from hotline.paths import Paths
from hotline.secrets import Secrets
from hotline.settings import Settings
from queue_stats.exceptions import DATABASE_AWAY
from queue_stats.handling import recent_talks
from seats.call_back import CallBacks
from seats.caller_numbers import CallerNumbers
from seats.service import BY_TIME, Seats
from sounds import FOLDER, Recordings
from waiting.announcer import Announcer
from waiting.caller_back import CallerBack
from waiting.estimate import Handling
from waiting.no_answer import NoAnswer
from waiting.release import Hours
from waiting.room import WANTED, Setting, WaitingRoom

EVENTS_WAITING = 50_000

log = logging.getLogger(__name__)


def call_backs(settings: Settings, engine: AsyncEngine) -> CallBacks | None:
    """The promises; None when nothing may be dialled."""
    if not settings.dialling.outgoing:
        return None
    dialling = settings.dialling
    return CallBacks(
        engine,
        settings.dialling_rules,
        tries=dialling.call_back_tries,
        again=dt.timedelta(minutes=dialling.call_back_again_minutes),
    )


def caller_numbers(settings: Settings, engine: AsyncEngine) -> CallerNumbers | None:
    """Whom agents may call back from a record; None when nothing may be dialled."""
    if not settings.dialling.outgoing:
        return None
    return CallerNumbers(engine, settings.dialling_rules, dt.timedelta(days=settings.dialling.return_days))


async def waiting(settings: Settings, paths: Paths, secrets: Secrets) -> None:
    """Run until cancelled."""
    engine = database.engine(database.url(settings, paths), seconds=settings.seats.answer_seconds, connections=3)
    journal = Journal(paths.facts / f"waiting-{time.time_ns() // 1_000_000}.jsonl")
    control = Control(Access("127.0.0.1", settings.ami.port, "hl_control", secrets.ami_control))
    handling = Handling(settings.waiting.handling_window_minutes * 60, settings.seats.wrap_up_seconds)
    seats = Seats(engine, Passwords(secrets.seats_key, threads=1), settings.seats)

    async def set_state(interface: str, state: str, reason: str) -> None:
        await seats.set_state(interface, state, reason, BY_TIME)

    promises, dialling = call_backs(settings, engine), settings.dialling
    room = WaitingRoom(
        Setting(
            control=control,
            announcer=Announcer(paths.waiting, Recordings(FOLDER / settings.ivr.voice)),
            handling=handling,
            no_answer=NoAnswer(settings.waiting.missed_rings, settings.seats.ring_seconds),
            journal=journal,
            set_state=set_state,
            zone=settings.hotline.zone,
            caller_back=None
            if promises is None
            else CallerBack(
                promises,
                control.do,
                journal,
                Hours(dialling.call_back_from, dialling.call_back_until),
                settings.trunk.number,
                ring_seconds=dialling.call_back_ring_seconds,
            ),
        )
    )
    try:
        handling.seed(await recent_talks(engine, dt.datetime.now(dt.UTC) - dt.timedelta(seconds=handling.window)))
    except DATABASE_AWAY as error:
        log.warning("no estimates until talks end: %s", type(error).__name__)
    events = Ami(Access("127.0.0.1", settings.ami.port, "hl_events", secrets.ami_events), EVENTS_WAITING, WANTED)
    try:
        await room.run(events)
    finally:
        control.close()
        journal.close()
        await engine.dispose()
