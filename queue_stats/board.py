"""The live picture that the API and the wallboard show."""

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from queue_stats.ami import Ami
from queue_stats.answers import AgentAnswer, LiveAnswer, WaitingAnswer
from queue_stats.indicators import Indicators, indicators
from queue_stats.live import Live
from queue_stats.settings import QueueStatsSettings

FRESH_SECONDS = 0.5
"""Today's indicators are read from the database at most this often."""


class Board:
    """Live state and today's indicators together. `changed` wakes whoever streams them."""

    def __init__(
        self,
        engine: AsyncEngine,
        ami: Ami,
        live: Live,
        centres: Mapping[str, str],
        settings: QueueStatsSettings,
        zone: ZoneInfo,
    ) -> None:
        self._engine, self._ami, self._live, self._centres = engine, ami, live, centres
        self._settings, self._zone = settings, zone
        self._today: Indicators | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()
        self._change = asyncio.Event()

    def changed(self) -> None:
        """Something happened."""
        self._change.set()
        self._change = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until something happens, or `seconds` are over."""
        change = self._change
        try:
            async with asyncio.timeout(seconds):
                await change.wait()
        except TimeoutError:
            pass

    async def now(self) -> LiveAnswer:
        """The picture of this moment."""
        today = await self._indicators()
        now = dt.datetime.now(dt.UTC)
        return LiveAnswer(
            as_of=now,
            connected=self._ami.connected,
            stale_since=None if self._ami.connected else dt.datetime.fromtimestamp(self._ami.since, dt.UTC),
            calls_up=len(self._live.calls()),
            waiting=[
                WaitingAnswer(
                    call=one.call,
                    centre=one.queue,
                    since=_moment(one.since),
                    seconds=_age(one.since, now),
                    ringing=one.ringing,
                )
                for one in self._live.waiting()
            ],
            agents=self.agents(now),
            today=today,
            centres=dict(self._centres),
            service_level_seconds=self._settings.service_level_seconds,
            loss_rate_alarm=self._settings.loss_rate_alarm,
            wait_alarm_seconds=self._settings.wait_alarm_seconds,
        )

    def agents(self, now: dt.datetime) -> list[AgentAnswer]:
        """Who is signed in, by number."""
        return [
            AgentAnswer(
                number=one.number,
                centre=one.queue,
                state=one.state,
                since=_moment(one.since),
                seconds=_age(one.since, now),
                reason=one.reason,
            )
            for _, one in sorted(self._live.agents.items())
        ]

    async def _indicators(self) -> Indicators | None:
        async with self._reading:
            if time.monotonic() - self._read_at < FRESH_SECONDS:
                return self._today
            day = dt.datetime.now(self._zone).date()
            try:
                async with self._engine.connect() as connection:
                    rows = await indicators(
                        connection,
                        first=day,
                        last=day,
                        zone=self._zone,
                        service_level_seconds=self._settings.service_level_seconds,
                        short_abandon_seconds=self._settings.short_abandon_seconds,
                    )
                self._today = rows[0]
            except (OSError, DBAPIError, PoolTimeout, TimeoutError):
                self._today = None
            self._read_at = time.monotonic()
            return self._today


def _moment(t: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(t / 1000, dt.UTC)


def _age(t: int, now: dt.datetime) -> float:
    return round(max(0.0, now.timestamp() - t / 1000), 1)
