"""What is older than it may be kept is removed: the file first, so that nothing is left that no list knows."""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from recordings.exceptions import RecordingsUnavailable
from recordings.settings import RecordingsSettings
from recordings.store import Recording, Store
from seats.audit import AuditTrail, Deed
from seats.exceptions import SeatsUnavailable

REMOVED = "recording_removed"
BY_JOB = "retention"
AT_ONCE = 500
"""Rows asked for at a time: the database's time-out is for small questions."""

AGAIN_SECONDS = 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """The rule and what it is applied to."""

    folder: Path
    store: Store
    audit: AuditTrail
    settings: RecordingsSettings

    async def run(self, zone: ZoneInfo) -> None:
        """At the start and once a day, for ever."""
        while True:
            try:
                count = len([one async for one in self.remove_expired(dt.datetime.now(dt.UTC))])
                log.info("retention: %d recordings removed", count)
                pause = seconds_until(self.settings.removal_hour, dt.datetime.now(zone))
            except (RecordingsUnavailable, SeatsUnavailable, OSError) as error:
                log.warning("retention is tried again in %.0f s: %s: %s", AGAIN_SECONDS, type(error).__name__, error)
                pause = AGAIN_SECONDS
            await asyncio.sleep(pause)

    async def remove_expired(
        self, now: dt.datetime, *, who: str = BY_JOB, via: str = "job"
    ) -> AsyncIterator[Recording]:
        """Remove what is expired and give each. Each has a line in the log and a row in the audit list before it goes."""
        while found := await self._expired(now):
            for one in found:
                await self.audit.note(Deed(who, REMOVED, one.agent, one.name, via=via))
                await asyncio.to_thread(self._unlink, one)
                await self.store.forget(one.id)
                log.info(
                    "removed %s of %s, %.0f s, agent %s", one.name, f"{one.started:%Y-%m-%d}", one.seconds, one.agent
                )
                yield one

    async def expired(self, now: dt.datetime) -> list[Recording]:
        """Give the first of those that would be removed now."""
        return list(await self._expired(now))

    async def _expired(self, now: dt.datetime) -> list[Recording]:
        days = (self.settings.retention_days, self.settings.work_order_retention_days)
        before, work_orders_before = (now - dt.timedelta(days=number) for number in days)
        return list(await self.store.expired(before, work_orders_before, AT_ONCE))

    def _unlink(self, one: Recording) -> None:
        file = self.folder / one.file
        file.unlink(missing_ok=True)
        with suppress(OSError):  # days, months and years that still have others
            for parent in file.relative_to(self.folder).parents[:-1]:
                (self.folder / parent).rmdir()


def seconds_until(hour: int, now: dt.datetime) -> float:
    """Give the seconds until the clock next shows this hour. `now` has its zone."""
    then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if then <= now:
        then += dt.timedelta(days=1)
    return (then.astimezone(dt.UTC) - now.astimezone(dt.UTC)).total_seconds()
