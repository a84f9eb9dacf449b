"""The FastAGI server: who may connect, how many, for how long; what is said is the handlers' business."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from ivr.agi.session import Session
from ivr.exceptions import CallEnded, ProtocolError

log = logging.getLogger(__name__)

Handler = Callable[[Session], Awaitable[None]]
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a peer may take."""

    sessions: int = 1000
    greeting_seconds: float = 5.0
    conversation_seconds: float = 3600.0
    backlog: int = 512


class FastAgiServer:
    """Serves `agi://host:port/<route>,<secret>`: the first argument of AGI() must be the secret."""

    def __init__(
        self,
        routes: Mapping[str, Handler],
        *,
        secret: str,
        limits: Limits | None = None,
        allow: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK,
    ) -> None:
        self._routes, self._secret, self._limits, self._allow = routes, secret.encode(), limits or Limits(), allow
        self._running: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._draining = False

    @property
    def sessions(self) -> int:
        """How many connections are open."""
        return len(self._running)

    async def start(self, host: str, port: int) -> int:
        """Listen; give the port, which matters for port 0. Several workers may share one."""
        self._server = await asyncio.start_server(
            self._connected, host, port, backlog=self._limits.backlog, reuse_port=port != 0
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def drain(self, seconds: float) -> None:
        """Take no new calls, let the running ones finish for `seconds`, then end them."""
        self._draining = True
        if self._server is not None:
            self._server.close()
        running = {task for task in self._running if task is not asyncio.current_task()}
        if running:
            await asyncio.wait(running, timeout=seconds)
        for task in list(self._running):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        peer = writer.get_extra_info("peername")
        try:
            if self._welcome(peer):
                self._running.add(task)
                await self._serve(Session(reader, writer), peer)
        finally:
            self._running.discard(task)
            writer.close()
            with suppress(ConnectionError, TimeoutError):
                await writer.wait_closed()

    def _welcome(self, peer: tuple[str, int] | None) -> bool:
        if peer is None or not any(ip_address(peer[0]) in network for network in self._allow):
            log.warning("FastAGI: %s is not allowed to connect", peer and peer[0])
            return False
        if len(self._running) >= self._limits.sessions:
            log.error("FastAGI: %d conversations are running, as many as allowed", len(self._running))
            return False
        return not self._draining

    async def _serve(self, session: Session, peer: tuple[str, int]) -> None:
        try:
            environment = await session.greeted(self._limits.greeting_seconds)
        except (TimeoutError, CallEnded, ProtocolError, ConnectionError) as error:
            log.warning("FastAGI: %s:%d is no Asterisk: %s", *peer[:2], str(error) or type(error).__name__)
            return
        arguments = environment.arguments
        if not arguments or not hmac.compare_digest(arguments[0].encode("utf-8", "replace"), self._secret):
            log.warning("FastAGI: %s:%d does not know the secret", *peer[:2])
            return
        handler = self._routes.get(environment.route)
        if handler is None:
            log.error("FastAGI: there is no conversation %.40r", environment.route)
            return
        try:
            async with asyncio.timeout(self._limits.conversation_seconds):
                await handler(session)
        except (CallEnded, ConnectionError):
            pass
        except TimeoutError:
            log.error("FastAGI: the conversation %s lasted too long and was ended", environment.route)
        except Exception:
            # One call's fault must not be another's: the connection closes, the dialplan finds no HL_NEXT and goes on.
            log.exception("FastAGI: the conversation %s broke", environment.route)
