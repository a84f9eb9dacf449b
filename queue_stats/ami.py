"""The edge to Asterisk's manager interface, on panoramisk.

What panoramisk 1.4 would do otherwise, and why not here: bytes are decoded per whole message, since UTF-8 split over two
packets loses characters; the reader only enqueues, since an exception in a callback ends the connection; nothing is sent
again after a reconnect; a list of answers that never ends fails with its time-out. A lost link is a recorded gap.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
PING_SECONDS = 5.0
LONGEST_PAUSE = 10.0
LARGEST_MESSAGE = 1 << 20


class LinkLost(Exception):  # noqa: N818 - says what happened
    """The connection is gone, was refused, or is not usable."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where AMI is and who we are there."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """Whole messages, whatever the packets."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._bytes = bytearray()
        self._greeted = False

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self._greeted:
            if b"\r\n" not in self._bytes:
                return
            del self._bytes[: self._bytes.index(b"\r\n") + 2]
            self._greeted = True
        *whole, rest = bytes(self._bytes).split(b"\r\n\r\n")
        self._bytes = bytearray(rest)
        for part in whole:
            message = Message.from_line(part.decode("utf-8", "replace").strip())
            if message is not None:
                self.handle_message(message)
        if len(self._bytes) > LARGEST_MESSAGE:
            log.error("AMI: a message without an end; the link is cut")
            self.transport.abort()


class _Link(Manager):  # type: ignore[misc]
    """One connection: it ends once and is never revived, so that no action is sent twice."""

    def __init__(self, access: Access, limit: int) -> None:
        super().__init__(
            host=access.host, port=access.port, protocol_factory=_Protocol, ping_delay=10**6, forgetable_actions=()
        )
        self.events: asyncio.Queue[Mapping[str, str]] = asyncio.Queue(limit)
        self.lost: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def connection_made(self, connecting: asyncio.Task[Any]) -> None:
        if not connecting.cancelled() and connecting.exception() is None:
            super().connection_made(connecting)

    def connection_lost(self, exc: object) -> None:
        if self.pinger:
            self.pinger.cancel()
        if not self.lost.done():
            self.lost.set_result(None)

    def dispatch(self, event: Message) -> list[str]:
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            log.error("AMI: %d events wait; the link is cut and a gap recorded", self.events.qsize())
            self.protocol.transport.abort()
        return []

    async def ask(self, action: str, *, as_list: bool = False, **fields: str) -> Any:  # noqa: ANN401 - panoramisk is untyped
        """Send an action and give its answer; LinkLost when none comes in time."""
        answer = self.send_action({"Action": action} | fields, as_list=as_list)
        done, _ = await asyncio.wait({answer, self.lost}, timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if answer not in done:
            raise LinkLost(f"{action} was not answered")
        return answer.result()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Asterisk says of queues and channels at one moment: events as in the stream."""

    queues: tuple[Mapping[str, str], ...]
    channels: tuple[Mapping[str, str], ...]


@dataclass(slots=True)
class Ami:
    """A listener that always tries to be connected."""

    access: Access
    limit: int
    connected: bool = False
    since: float = field(default_factory=time.time)
    """When `connected` last changed, seconds since 1970."""
    events_seen: int = 0

    async def messages(self) -> AsyncIterator[Snapshot | Mapping[str, str]]:
        """A snapshot after each connect, then events as they come, for ever."""
        pause = 0.25
        while True:
            try:
                async with self._link() as link:
                    pause = 0.25
                    yield await _snapshot(link)
                    self._now(connected=True)
                    async for event in self._events(link):
                        yield event
            except (OSError, LinkLost) as error:
                if self.connected:
                    log.warning("AMI: the link is lost: %s", error)
            self._now(connected=False)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            pause = min(pause * 2, LONGEST_PAUSE)

    def _now(self, *, connected: bool) -> None:
        if self.connected != connected:
            self.connected, self.since = connected, time.time()

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[_Link]:
        link = _Link(self.access, self.limit)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await link.connect()
            answer = await link.ask("Login", Username=self.access.user, Secret=self.access.secret, Events="on")
            if not answer.success:
                raise LinkLost("Asterisk does not let the listener in")
            yield link
        except TimeoutError:
            raise LinkLost("no connection in time") from None
        finally:
            with contextlib.suppress(Exception):
                link.close()

    async def _events(self, link: _Link) -> AsyncIterator[Mapping[str, str]]:
        while True:
            getting: asyncio.Future[Any] = asyncio.ensure_future(link.events.get())
            try:
                await asyncio.wait({getting, link.lost}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if getting.done():
                    self.events_seen += 1
                    yield getting.result()
                    while not link.events.empty():
                        self.events_seen += 1
                        yield link.events.get_nowait()
                elif link.lost.done():
                    raise LinkLost("Asterisk closed the connection")
                else:
                    await link.ask("Ping")
            finally:
                getting.cancel()


async def _snapshot(link: _Link) -> Snapshot:
    queues = await link.ask("QueueStatus", as_list=True)
    channels = await link.ask("CoreShowChannels", as_list=True)
    return Snapshot(
        tuple(event for event in queues if event.get("Event") in {"QueueMember", "QueueEntry"}),
        tuple(event for event in channels if event.get("Event") == "CoreShowChannel"),
    )
