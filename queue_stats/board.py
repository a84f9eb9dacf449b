"""The live picture that the API and the wallboard show."""

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ami import Ami
from queue_stats.answers import AgentAnswer, LiveAnswer, LowRatingAnswer, WaitingAnswer
from queue_stats.exceptions import DATABASE_AWAY
from queue_stats.indicators import By, Indicators, indicators
from queue_stats.live import AgentState, Live
from queue_stats.settings import QueueStatsSettings

FRESH_SECONDS = 0.3
"""Today's indicators are read from the database at most this often."""

LOW_RATINGS_SECONDS = 86400
"""How long a low rating is shown."""

UNCHANGED_SECONDS = 2.0
"""And when no fact was stored since, this often: midnight comes, and the database may go."""


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
        pause_limits: Mapping[str, float] | None = None,
    ) -> None:
        self._pause_limits = pause_limits or {}
        self._engine, self._ami, self._live, self._centres = engine, ami, live, centres
        self._settings, self._zone = settings, zone
        self._today: Indicators | None = None
        self._by_centre: dict[str, Indicators] = {}
        self._read_at = -UNCHANGED_SECONDS
        self._stale = True
        self._reading = asyncio.Lock()
        self._change = asyncio.Event()
        self.version = 0
        """Grows with every change: who has seen one can ask for the next without missing any between."""

    def changed(self) -> None:
        """Something happened."""
        self.version += 1
        self._change.set()
        self._change = asyncio.Event()

    def stored(self) -> None:
        """Facts reached the database: today's indicators are to be read anew."""
        self._stale = True
        self.changed()

    async def wait(self, seen: int, seconds: float) -> None:
        """Until the version is beyond `seen`, or `seconds` are over; sooner when figures read too recently are due."""
        if self.version != seen:
            return
        if self._stale:
            seconds = min(seconds, FRESH_SECONDS)
        change = self._change
        try:
            async with asyncio.timeout(seconds):
                await change.wait()
        except TimeoutError:
            pass

    async def now(self) -> LiveAnswer:
        """The picture of this moment."""
        await self._read_today()
        now = dt.datetime.now(dt.UTC)
        return LiveAnswer(
            as_of=now,
            connected=self._ami.connected,
            stale_since=None if self._ami.connected else dt.datetime.fromtimestamp(self._ami.since, dt.UTC),
            calls_up=self._live.up,
            waiting=[
                WaitingAnswer(
                    call=one.call,
                    centre=self._centre(one.queue),
                    since=_moment(one.since),
                    seconds=_age(one.since, now),
                    ringing=one.ringing,
                )
                for one in self._live.waiting()
            ],
            agents=self.agents(now),
            low_ratings=[
                LowRatingAnswer(
                    call=one.call, centre=self._centre(one.queue), agent=one.agent, at=_moment(one.at), why=one.why
                )
                for one in self._live.low_ratings()
                if _age(one.at, now) < LOW_RATINGS_SECONDS
            ],
            today=self._today,
            today_by_centre=self._by_centre,
            centres=dict(self._centres),
            service_level_seconds=self._settings.service_level_seconds,
            loss_rate_alarm=self._settings.loss_rate_alarm,
            wait_alarm_seconds=self._settings.wait_alarm_seconds,
        )

    def agents(self, now: dt.datetime) -> list[AgentAnswer]:
        """Who is signed in, by number: once a centre, also who is in several of its queues."""
        seats: dict[tuple[str, str], AgentState] = {}
        for one in self._live.agents(round(now.timestamp() * 1000)):
            seats.setdefault((one.number, self._centre(one.queue)), one)
        return [
            AgentAnswer(
                number=number,
                centre=centre,
                state=one.state,
                since=_moment(one.since),
                seconds=_age(one.since, now),
                reason=one.reason,
                too_long=_age(one.since, now) > self._pause_limits.get(one.reason, float("inf")),
            )
            for (number, centre), one in seats.items()
        ]

    def _centre(self, queue: str) -> str:
        """Whose queue it is: <centre> or <centre>_<skill>."""
        fitting = [code for code in self._centres if queue == code or queue.startswith(f"{code}_")]
        return max(fitting, key=len, default=queue)

    async def _read_today(self) -> None:
        async with self._reading:
            # Without a new fact only midnight changes the figures.
            seconds = FRESH_SECONDS if self._stale else UNCHANGED_SECONDS
            if time.monotonic() - self._read_at < seconds:
                return
            self._stale = False
            day = dt.datetime.now(self._zone).date()
            try:
                async with self._engine.connect() as connection:
                    whole, *_ = await self._of(connection, day, None)
                    parts = await self._of(connection, day, By.CENTRE)
                self._today, self._by_centre = whole, {part.key: part for part in parts}
            except DATABASE_AWAY:
                self._today, self._by_centre = None, {}
            self._read_at = time.monotonic()

    async def _of(self, connection: AsyncConnection, day: dt.date, by: By | None) -> list[Indicators]:
        return await indicators(
            connection,
            first=day,
            last=day,
            zone=self._zone,
            by=by,
            service_level_seconds=self._settings.service_level_seconds,
            short_abandon_seconds=self._settings.short_abandon_seconds,
        )


def _moment(t: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(t / 1000, dt.UTC)


def _age(t: int, now: dt.datetime) -> float:
    return round(max(0.0, now.timestamp() - t / 1000), 1)
