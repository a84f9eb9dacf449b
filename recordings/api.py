"""The routes of the recordings: listed, played in any part, downloaded. Each has a row in the audit list before it is done."""

import asyncio
import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from aiohttp import web

from recordings.answers import AudioQuestion, RecordingAnswer, RecordingsAnswer, RecordingsQuestion
from recordings.codec import CONTENT_TYPE, ENDING
from recordings.container import Sealed
from recordings.exceptions import Damaged, RecordingsUnavailable, UnknownKey
from recordings.keys import KeyRing
from recordings.store import Recording, Store, Wanted
from seats.audit import AuditTrail, Deed
from seats.exceptions import SeatsUnavailable
from web import PERSON, NotFound, Role, Route, Unchecked
from web.exceptions import Broken, Gone, OutsideRange, Unavailable

LISTENERS = frozenset({Role.OPS, Role.SUPERVISOR})
RECORDINGS = "/api/v1/recordings"
HTTP = "http"

ONE_PLAY_SECONDS = 600.0
"""A player asks for many parts of what it plays: for so long they are one row of the audit list."""

LISTED, PLAYED, DOWNLOADED = "recording_listed", "recording_played", "recording_downloaded"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordingsApi:
    """The handlers, and what they need. `folder` has the sealed files."""

    store: Store
    folder: Path
    keys: KeyRing
    audit: AuditTrail
    zone: ZoneInfo
    clock: Callable[[], float] = time.monotonic
    _noted: dict[tuple[str, int, str], float] = field(default_factory=dict)
    """Who plays what since when."""

    def routes(self) -> Sequence[Route]:
        """Every route of the recordings."""
        audio = RECORDINGS + "/{id}/audio"
        return [
            Route("GET", RECORDINGS, self.listed, "Recorded talks", LISTENERS, RecordingsQuestion, RecordingsAnswer),
            Route("GET", RECORDINGS + "/{id}", self.one, "One recording", LISTENERS, Unchecked, RecordingAnswer),
            Route("GET", audio, self.audio, "Hear it", LISTENERS, AudioQuestion, content=CONTENT_TYPE, ranges=True),
            Route("HEAD", audio, self.audio, "How long it is", LISTENERS, AudioQuestion, content=CONTENT_TYPE),
        ]

    async def listed(self, request: web.Request, asked: RecordingsQuestion) -> RecordingsAnswer:
        """By call, agent and day, newest first; with `call` the parts of one call in their order."""
        with _told():
            await self._note(request, LISTED, asked.agent, asked.call)
            found = await self.store.listed(self._wanted(asked), asked.limit)
        more = len(found) == asked.limit and not asked.call
        return RecordingsAnswer(recordings=[_answer(one) for one in found], next=found[-1].id if more else None)

    async def one(self, request: web.Request, _: Unchecked) -> RecordingAnswer:
        """When, how long, who; not its sound."""
        with _told():
            found = await self._found(request)
            await self._note(request, LISTED, found.agent, found.name)
        return _answer(found)

    async def audio(self, request: web.Request, asked: AudioQuestion) -> web.StreamResponse:
        """Ogg/Opus, the caller left and the agent right. With Range a part of it; HEAD tells its bytes and plays nothing."""
        with _told():
            found = await self._found(request)
            if request.method == "HEAD":
                await self._note(request, LISTED, found.agent, found.name)
            else:
                await self._note_play(request, DOWNLOADED if asked.download else PLAYED, found)
        try:
            stream = (self.folder / found.file).open("rb")
        except FileNotFoundError:
            log.error("the file of recording %s is gone: %s", found.name, found.file)
            raise Gone("its file is not there any more", "id") from None
        with stream:
            return await self._send(request, found, stream, download=asked.download)

    async def _send(
        self, request: web.Request, found: Recording, stream: BinaryIO, *, download: bool
    ) -> web.StreamResponse:
        with _told(found):
            sealed = Sealed.opened(_reader(stream), os.fstat(stream.fileno()).st_size, self.keys)
            span = _span(request, sealed.length, f'"{found.sha256}"')
            start, stop = (0, sealed.length) if span is None else span
            pieces = sealed.slice(start, stop)
            # What is damaged at its beginning is told before the answer begins.
            first = b"" if request.method == "HEAD" else await asyncio.to_thread(next, pieces, b"")
        response = web.StreamResponse(status=200 if span is None else 206)
        response.content_type = CONTENT_TYPE
        response.content_length = stop - start
        kind = "attachment" if download else "inline"
        response.headers["Content-Disposition"] = f'{kind}; filename="12329-{found.name}{ENDING}"'
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["ETag"] = f'"{found.sha256}"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        if span is not None:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sealed.length}"
        await response.prepare(request)
        try:
            while first:
                await response.write(first)
                first = await asyncio.to_thread(next, pieces, b"")
        except Damaged as error:
            # The answer has begun: cut, its client sees that it is not whole.
            log.error("recording %s: %s", found.name, error)
            if request.transport is not None:
                request.transport.abort()
        return response

    def _wanted(self, asked: RecordingsQuestion) -> Wanted:
        def midnight(day: dt.date | None, later: int) -> dt.datetime | None:
            if day is None:
                return None
            return dt.datetime.combine(day + dt.timedelta(days=later), dt.time(), self.zone)

        return Wanted(asked.call, asked.agent, midnight(asked.first, 0), midnight(asked.last, 1), asked.before)

    async def _found(self, request: web.Request) -> Recording:
        number = request.match_info["id"]
        known = number.isascii() and number.isdecimal() and len(number) < 19
        found = await self.store.of_id(int(number)) if known else None
        if found is None:
            raise NotFound("there is no recording with this id; it may have been removed after its time", "id")
        return found

    async def _note_play(self, request: web.Request, what: str, found: Recording) -> None:
        now, person = self.clock(), request[PERSON]
        for key, since in list(self._noted.items()):
            if now - since > ONE_PLAY_SECONDS:
                del self._noted[key]
        key = (person.number or person.role, found.id, what)
        if key not in self._noted:
            await self._note(request, what, found.agent, found.name)
            self._noted[key] = now

    async def _note(self, request: web.Request, what: str, whom: str, call: str) -> None:
        person = request[PERSON]
        await self.audit.note(Deed(person.number or person.role, what, whom, call, via=HTTP))


def _answer(one: Recording) -> RecordingAnswer:
    return RecordingAnswer(
        id=one.id,
        call=one.call,
        part=one.place,
        offset=round(one.offset, 3),
        started=one.started,
        seconds=round(one.seconds, 3),
        agent=one.agent,
        queue=one.queue,
        bytes=one.bytes,
        sha256=one.sha256,
        work_order=one.work_order,
        audio=f"{RECORDINGS}/{one.id}/audio",
    )


def _reader(stream: BinaryIO) -> Callable[[int, int], bytes]:
    def read(offset: int, size: int) -> bytes:
        stream.seek(offset)
        return stream.read(size)

    return read


def _span(request: web.Request, length: int, tag: str) -> tuple[int, int] | None:
    """The part that is asked for, as first and behind the last byte; None for all of it.

    A Range that is none, several ranges, and one of another version of the file are answered with all of it (RFC 9110, 14.2).
    """
    if request.headers.get("If-Range", tag) != tag:
        return None
    try:
        asked = request.http_range
    except ValueError:
        return None
    if asked.start is None and asked.stop is None:
        return None
    start, stop, _ = asked.indices(length)
    if start >= stop:
        raise OutsideRange(length)
    return start, stop


@contextmanager
def _told(found: Recording | None = None) -> Iterator[None]:
    """What cannot be is told as HTTP tells it."""
    try:
        yield
    except (RecordingsUnavailable, SeatsUnavailable):
        raise Unavailable("the database does not answer") from None
    except UnknownKey as error:
        log.error("recording %s: %s", found.name if found else "-", error)
        raise Unavailable(f"it cannot be opened: {error}") from None
    except Damaged as error:
        log.error("recording %s: %s", found.name if found else "-", error)
        raise Broken(f"it cannot be played: {error}", "id") from None
