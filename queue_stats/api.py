"""The routes of the statistics, and the wallboard page."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from queue_stats import records, unsettled
from queue_stats.answers import (
    AgentsAnswer,
    CallsAnswer,
    CallsQuestion,
    IndicatorAnswer,
    LiveAnswer,
    Nothing,
    PeriodQuestion,
    StoryAnswer,
)
from queue_stats.board import Board
from queue_stats.exceptions import DATABASE_AWAY
from queue_stats.health import Check, Health, Watch, health
from queue_stats.indicators import indicators
from queue_stats.settings import QueueStatsSettings
from queue_stats.unsettled import UnsettledAnswer, UnsettledQuestion, UnsettledsAnswer
from web import PERSON, HttpError, Person, Role, Route, Unchecked
from web.exceptions import Unavailable

T = TypeVar("T")

UNSETTLED = "/api/v1/unsettled"
WALLBOARD = Path(__file__).parent / "wallboard"
FILES = {
    "": ("index.html", "text/html"),
    "wallboard.css": ("wallboard.css", "text/css"),
    "wallboard.js": ("wallboard.js", "text/javascript"),
    "wallboard.svg": ("wallboard.svg", "image/svg+xml"),
}
HEARTBEAT = 5.0
"""Seconds after which a stream sends the picture again though nothing happened."""

QUICKEST = 0.2
"""Seconds between two pictures of a stream at least."""


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers and what they need."""

    engine: AsyncEngine
    board: Board
    centres: Mapping[str, str]
    settings: QueueStatsSettings
    zone: ZoneInfo
    checks: Mapping[str, Check]
    watches: Mapping[str, Watch]
    metrics: Callable[[LiveAnswer], bytes]

    def routes(self) -> Sequence[Route]:
        """Every route."""
        both = frozenset({Role.OPS, Role.SUPERVISOR})
        return [
            Route("GET", "/healthz", self.healthz, "Is every part there?", frozenset(), response=Health),
            Route(
                "GET",
                "/api/v1/indicators",
                self.indicators,
                "Indicators of a period",
                both,
                PeriodQuestion,
                IndicatorAnswer,
            ),
            Route("GET", "/api/v1/calls", self.calls, "Calls, newest first", both, CallsQuestion, CallsAnswer),
            Route("GET", "/api/v1/calls/{id}", self.call, "One call with its story", both, Unchecked, StoryAnswer),
            Route(
                "GET",
                UNSETTLED,
                self.unsettled,
                "Questions no expert answered",
                both,
                UnsettledQuestion,
                UnsettledsAnswer,
            ),
            Route(
                "POST",
                f"{UNSETTLED}/{{call}}/settle",
                self.settle,
                "Somebody has seen to it",
                both,
                response=UnsettledAnswer,
                body=Nothing,
            ),
            Route("GET", "/api/v1/live", self.live, "What is going on right now", both, Unchecked, LiveAnswer),
            Route(
                "GET",
                "/api/v1/live/stream",
                self.stream,
                "The same as a WebSocket, as it changes",
                both,
                Unchecked,
                LiveAnswer,
            ),
            Route("GET", "/api/v1/agents", self.agents, "Who is signed in", both, Unchecked, AgentsAnswer),
            Route(
                "GET",
                "/metrics",
                self.prometheus,
                "Figures for Prometheus",
                frozenset({Role.OPS}),
                content="text/plain",
            ),
            *(
                Route("GET", f"/{name}", _file(*file), "The wallboard", frozenset(), content=file[1])
                for name, file in FILES.items()
            ),
        ]

    async def healthz(self, _: web.Request, __: Unchecked) -> web.Response:
        """200 only when every part works; 503 names the part that does not."""
        answer = await health(self.checks, self.watches)
        status = 200 if answer.status == "ok" else 503
        return web.Response(text=answer.model_dump_json(), content_type="application/json", status=status)

    async def indicators(self, _: web.Request, asked: PeriodQuestion) -> IndicatorAnswer:
        """Rows per hour, day, month or centre; formulas stand with the fields and in docs/indicators.md."""
        self._known(asked.centre)
        today = dt.datetime.now(self.zone).date()
        first = asked.first or min(asked.last or today, today)
        last = asked.last or max(first, today)
        rows = await self._read(
            lambda connection: indicators(
                connection,
                first=first,
                last=last,
                zone=self.zone,
                by=asked.by,
                centre=asked.centre,
                service_level_seconds=self.settings.service_level_seconds,
                short_abandon_seconds=self.settings.short_abandon_seconds,
            )
        )
        return IndicatorAnswer(
            first=first,
            last=last,
            centre=asked.centre,
            by=asked.by,
            timezone=self.zone.key,
            service_level_seconds=self.settings.service_level_seconds,
            short_abandon_seconds=self.settings.short_abandon_seconds,
            rows=rows,
        )

    async def calls(self, _: web.Request, asked: CallsQuestion) -> CallsAnswer:
        """Call records, newest first; `next` leads to the following page."""
        self._known(asked.centre)
        return await self._read(lambda connection: records.page(connection, asked, self.zone))

    async def call(self, request: web.Request, _: Unchecked) -> StoryAnswer:
        """One call with everything that happened to it."""
        return await self._read(lambda connection: records.story(connection, request.match_info["id"]))

    async def unsettled(self, _: web.Request, asked: UnsettledQuestion) -> UnsettledsAnswer:
        """What experts were asked for in vain, newest first; each with its call."""
        self._known(asked.centre)
        return await self._read(lambda connection: unsettled.page(connection, asked))

    async def settle(self, request: web.Request, _: Nothing) -> UnsettledAnswer:
        """Tick a question off; it stays in the list of those that are settled."""
        person: Person = request[PERSON]
        call, by = request.match_info["call"], person.number or person.role
        try:
            async with self.engine.begin() as connection:
                return await unsettled.settle(connection, call, by, dt.datetime.now(dt.UTC))
        except DATABASE_AWAY:
            raise Unavailable("the database does not answer") from None

    async def live(self, _: web.Request, __: Unchecked) -> LiveAnswer:
        """Callers waiting and for how long, agents and their states, today's indicators."""
        return await self.board.now()

    async def agents(self, _: web.Request, __: Unchecked) -> AgentsAnswer:
        """Who is signed in and in what state."""
        return AgentsAnswer(agents=self.board.agents(dt.datetime.now(dt.UTC)))

    async def stream(self, request: web.Request, _: Unchecked) -> web.StreamResponse:
        """The live picture whenever something changes, and every five seconds. The token may come as the subprotocol `bearer.<token>`."""
        offered = [one.strip() for one in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if one.strip()]
        socket = web.WebSocketResponse(protocols=offered, heartbeat=20, max_msg_size=1024)
        if not socket.can_prepare(request).ok:
            raise HttpError("is a WebSocket; use /api/v1/live for a single picture", "Upgrade")
        await socket.prepare(request)
        closing = asyncio.ensure_future(_closed(socket))
        try:
            while not closing.done():
                seen = self.board.version
                await socket.send_str((await self.board.now()).model_dump_json())
                await asyncio.wait({closing}, timeout=QUICKEST)
                change = asyncio.ensure_future(self.board.wait(seen, HEARTBEAT))
                await asyncio.wait({closing, change}, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
        except ConnectionError:
            pass
        finally:
            closing.cancel()
        return socket

    async def prometheus(self, _: web.Request, __: Unchecked) -> web.Response:
        """Gauges and counters in Prometheus' text format."""
        return web.Response(body=self.metrics(await self.board.now()), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _known(self, centre: str | None) -> None:
        if centre is not None and centre not in self.centres:
            raise HttpError(f"there is no centre {centre[:40]!r}; known: {', '.join(self.centres)}", "centre")

    async def _read(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            async with self.engine.connect() as connection:
                return await question(connection)
        except DATABASE_AWAY:
            raise Unavailable(
                "the database does not answer; calls are still counted and stored when it returns"
            ) from None


async def _closed(socket: web.WebSocketResponse) -> None:
    """Until the other side goes; what it sends is of no interest."""
    async for _ in socket:
        pass


def _file(name: str, kind: str) -> Callable[[web.Request, Unchecked], Awaitable[web.StreamResponse]]:
    data = (WALLBOARD / name).read_bytes()

    async def file(_: web.Request, __: Unchecked) -> web.Response:
        """A file of the wallboard; it holds no data and takes its token from the reader."""
        return web.Response(body=data, content_type=kind, charset="utf-8")

    return file
