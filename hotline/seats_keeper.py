"""The process `seats`: the keeper with what this installation gives it."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Sequence

from ami import Access, Ami, Control
from facts import Journal
from fund.passwords import Passwords
from hotline import database
from hotline.paths import Paths
from hotline.secrets import Secrets
from hotline.settings import Settings
from hotline.telephony import announce_new
from seats.changes import changes
from seats.experts import expert_queue
from seats.keeper import WANTED, Keeper
from seats.service import Seats
from seats.skills import queues_of

EVENTS_WAITING = 50_000

log = logging.getLogger(__name__)


def control(settings: Settings, secrets: Secrets) -> Control:
    """Actions at this installation's Asterisk."""
    return Control(Access("127.0.0.1", settings.ami.port, "hl_control", secrets.ami_control))


def managed(settings: Settings) -> frozenset[str]:
    """Queues whose members follow from the seats alone: the centres', their skills', the experts'."""
    skills = settings.waiting.skills
    of_centres = (queue for centre in settings.centres for queue in queues_of(centre.queue, skills))
    return frozenset([*of_centres, *(expert_queue(one.name) for one in settings.experts.subjects)])


async def keep_seats(settings: Settings, paths: Paths, secrets: Secrets) -> None:
    """Run until cancelled."""
    engine = database.engine(database.url(settings, paths), seconds=settings.seats.answer_seconds, connections=3)
    journal = Journal(paths.facts / f"seats-{time.time_ns() // 1_000_000}.jsonl")

    async def voice(agents: Sequence[str]) -> None:
        if new := await asyncio.to_thread(announce_new, settings, paths, agents):
            log.info("announcements made for %s", ", ".join(new))

    def working_day(moment: dt.datetime) -> bool:
        return settings.business_calendar.is_working_day(moment.astimezone(settings.hotline.zone).date())

    events = Ami(Access("127.0.0.1", settings.ami.port, "hl_events", secrets.ami_events), EVENTS_WAITING, WANTED)
    try:
        async with control(settings, secrets) as acting:
            keeper = Keeper(
                seats=Seats(engine, Passwords(secrets.seats_key, threads=1), settings.seats),
                control=acting,
                journal=journal,
                skills=settings.waiting.skills,
                managed=managed(settings),
                voice=voice,
                subjects=settings.experts.subjects,
                working_day=working_day,
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(changes(engine, keeper.wake))
                group.create_task(keeper.run(events))
    finally:
        journal.close()
        await engine.dispose()
