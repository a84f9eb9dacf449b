"""The edge to Asterisk's manager interface, on panoramisk.

What panoramisk 1.4 would do otherwise, and why not here: bytes are decoded per whole message, since UTF-8 split over two
packets loses characters; the reader only enqueues, since an exception in a callback ends the connection; nothing is sent
again after a reconnect; a list that is refused, or never ends, fails instead of waiting for ever. A lost link is told.

connect → login → FullyBooted → snapshot (queues, channels) → live.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from ami.exceptions import LinkLost, NotDone, Refused

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
BOOT_SECONDS = 60.0
"""Asterisk lets a manager in before its queues are loaded; only FullyBooted says that they are."""

PING_SECONDS = 5.0
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 10.0
LARGEST_MESSAGE = 1 << 20


@dataclass(frozen=True, slots=True)
class Access:
    """Where AMI is and who we are there."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """Whole messages, whatever the packets."""

    def __init__(self, link: "Link") -> None:
        self._link = link

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.factory = self._link
        self._bytes = bytearray()
        self._greeted = False

    def data_received(self, data: bytes) -> None:
        self._link.heard = time.time()
        self._bytes += data
        if not self._greeted:
            if b"\r\n" not in self._bytes:
                return self._check_size()
            del self._bytes[: self._bytes.index(b"\r\n") + 2]
            self._greeted = True
        *whole, rest = bytes(self._bytes).split(b"\r\n\r\n")
        self._bytes = bytearray(rest)
        for part in whole:
            self._link.saw()
            if self._link.wanted and self._is_nobodys(part):
                continue
            message = Message.from_line(part.decode("utf-8", "replace").strip())
            if message is not None:
                self.handle_message(message)
        return self._check_size()

    def _is_nobodys(self, part: bytes) -> bool:
        """Tell an event nobody wants by its first line: most events are, and parsing them is most of the work."""
        event = part.lstrip(b"\r\n")
        if not event.startswith(b"Event: ") or b"\r\nActionID: " in event:
            return False
        return event[7:].partition(b"\r\n")[0] not in self._link.wanted

    def handle_message(self, message: Message) -> None:
        action = self.responses.get(message.id)
        if action is not None and message.response == "Error" and not action.future.done():
            # panoramisk waits for the rest of a list that was refused.
            self.responses.pop(action.id, None)
            action.future.set_result(message)
        else:
            super().handle_message(message)

    def _check_size(self) -> None:
        if len(self._bytes) > LARGEST_MESSAGE:
            log.error("AMI: a message without an end; the link is cut")
            self.transport.abort()


class Link(Manager):  # type: ignore[misc]
    """One connection: it ends once and is never revived, so that no action is sent twice."""

    def __init__(
        self,
        access: Access,
        limit: int,
        wanted: frozenset[str] = frozenset(),
        saw: Callable[[], object] = lambda: None,
    ) -> None:
        self.saw = saw
        # FullyBooted and Shutdown are for this edge itself.
        own = {"FullyBooted", "Shutdown"} if wanted else set()
        self.wanted = frozenset(name.encode() for name in wanted | own)
        super().__init__(
            host=access.host,
            port=access.port,
            protocol_factory=lambda: _Protocol(self),
            ping_delay=10**6,
            forgetable_actions=(),
        )
        loop = asyncio.get_running_loop()
        self.events: asyncio.Queue[Mapping[str, str]] = asyncio.Queue(limit)
        self.lost: asyncio.Future[None] = loop.create_future()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.heard = time.time()
        self._full = False

    def connection_made(self, connecting: asyncio.Task[Any]) -> None:
        """Take up what was connected, unless it was not."""
        if not connecting.cancelled() and connecting.exception() is None:
            super().connection_made(connecting)

    def connection_lost(self, exc: object) -> None:
        """The end: whoever waits is told by `lost`."""
        if self.pinger:
            self.pinger.cancel()
        if not self.lost.done():
            self.lost.set_result(None)

    def dispatch(self, event: Message) -> list[str]:
        """Keep an event; when nobody takes them the link is cut."""
        if event.event == "FullyBooted" and not self.booted.done():
            self.booted.set_result(None)
        if self._full:
            return []
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self._full = True
            log.error("AMI: %d events wait; the link is cut and a gap recorded", self.events.qsize())
            self.protocol.transport.abort()
        return []

    async def ask(self, action: str, *, as_list: bool = False, **fields: str) -> Any:  # noqa: ANN401 - panoramisk is untyped
        """Send an action once and give its answer; Refused, or LinkLost when none comes in time."""
        if self.lost.done():
            raise LinkLost(f"{action} was not sent: the connection is gone")
        answer = self.send_action({"Action": action} | fields, as_list=as_list)
        await self.wait_for(answer, ANSWER_SECONDS, f"{action} was not answered")
        said = answer.result()
        if isinstance(said, Message) and said.response == "Error":
            raise Refused(f"{action} was refused: {said.message}")
        return said

    async def wait_for(self, future: asyncio.Future[Any], seconds: float, otherwise: str) -> None:
        """Wait for it; LinkLost when it does not come in time or cannot come any more."""
        done, _ = await asyncio.wait({future, self.lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if future not in done:
            raise LinkLost(otherwise)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Asterisk says of queues and channels at one moment: events as in the stream."""

    queues: tuple[Mapping[str, str], ...]
    channels: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """The link is gone; `heard`: when Asterisk was heard last, ms since 1970."""

    heard: int


@dataclass(slots=True)
class Ami:
    """A listener that always tries to be connected."""

    access: Access
    limit: int
    """Events in memory at most."""
    wanted: frozenset[str] = frozenset()
    """Names of events that are told; empty: all."""
    connected: bool = False
    since: float = field(default_factory=time.time)
    """When `connected` last changed, seconds since 1970."""
    events_seen: int = 0
    _complaint: str = ""
    """The same reason is logged once."""

    async def messages(self) -> AsyncGenerator[Snapshot | Lost | Mapping[str, str], None]:
        """A snapshot after each connect, events as they come, Lost when the link breaks; for ever."""
        pause = FIRST_PAUSE
        while True:
            heard = time.time()
            try:
                async with self._link() as link:
                    try:
                        snapshot = await _snapshot(link)
                        pause, self._complaint = FIRST_PAUSE, ""
                        self._now(connected=True)
                        yield snapshot
                        async for event in self._events(link):
                            yield event
                    finally:
                        heard = link.heard
            except (OSError, NotDone) as error:
                if str(error) != self._complaint:
                    log.warning("AMI: %s", error)
                self._complaint = str(error)
            if self.connected:
                self._now(connected=False)
                yield Lost(round(heard * 1000))
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            pause = min(pause * 2, LONGEST_PAUSE)

    def _saw(self) -> None:
        self.events_seen += 1

    def _now(self, *, connected: bool) -> None:
        if self.connected != connected:
            self.connected, self.since = connected, time.time()

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[Link]:
        link = Link(self.access, self.limit, self.wanted, self._saw)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await link.connect()
            await link.ask("Login", Username=self.access.user, Secret=self.access.secret, Events="on")
            await link.wait_for(link.booted, BOOT_SECONDS, "no FullyBooted; the user needs read=system")
            yield link
        except TimeoutError:
            raise LinkLost("no connection in time") from None
        finally:
            with contextlib.suppress(Exception):
                link.close()

    async def _events(self, link: Link) -> AsyncIterator[Mapping[str, str]]:
        while True:
            getting: asyncio.Future[Any] = asyncio.ensure_future(link.events.get())
            try:
                await asyncio.wait({getting, link.lost}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if getting.done():
                    yield getting.result()
                    while not link.events.empty():
                        yield link.events.get_nowait()
                elif link.lost.done():
                    raise LinkLost("Asterisk closed the connection")
                else:
                    await link.ask("Ping")
            finally:
                getting.cancel()


async def _snapshot(link: Link) -> Snapshot:
    queues = await link.ask("QueueStatus", as_list=True)
    channels = await link.ask("CoreShowChannels", as_list=True)
    return Snapshot(
        tuple(event for event in queues if event.get("Event") in {"QueueMember", "QueueEntry"}),
        tuple(event for event in channels if event.get("Event") == "CoreShowChannel"),
    )
