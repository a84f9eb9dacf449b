"""The FastAGI server: who may connect, how many, for how long; what is said is the handlers' business.

A connection that is closed before the conversation set HL_NEXT is how the dialplan learns that it broke: AGISTATUS says
SUCCESS then too (res_agi.c of 22.10.1, run_agi, "Program terminated").
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ivr.agi import probe
from ivr.agi.crash import places
from ivr.agi.session import Session
from ivr.exceptions import CallEnded, ProtocolError

log = logging.getLogger(__name__)

Handler = Callable[[Session], Awaitable[None]]
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a peer may take."""

    sessions: int = 1000
    """Conversations at once."""

    strangers: int = 256
    """Connections at once that have not shown the secret yet; they take no conversation's place."""

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
        if not secret:
            raise ValueError("FastAGI: the secret must not be empty")
        self._routes, self._secret, self._limits, self._allow = routes, secret.encode(), limits or Limits(), allow
        self._strangers: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._draining = False

    @property
    def sessions(self) -> int:
        """How many conversations are running."""
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
        for task in tuple(self._strangers):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        rest = self._running | self._strangers
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        peer = writer.get_extra_info("peername")
        try:
            if self._welcome(peer):
                self._strangers.add(task)
                session = Session(reader, writer)
                handler = await self._greeted(session, peer)
                self._strangers.discard(task)
                if handler is not None and (session.environment.route == probe.ROUTE or self._place()):
                    self._running.add(task)
                    await self._converse(session, handler)
        except asyncio.CancelledError:
            # drain() cuts us, and nobody awaits us but it: asyncio.streams of 3.11 reports a cancelled task as an error.
            pass
        finally:
            self._strangers.discard(task)
            self._running.discard(task)
            writer.close()
            with suppress(ConnectionError, TimeoutError):
                await writer.wait_closed()

    def _welcome(self, peer: tuple[str, int] | None) -> bool:
        address = ip_address(peer[0]) if peer else None
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        if address is None or not any(address in network for network in self._allow):
            log.warning("FastAGI: %s is not allowed to connect", address)
            return False
        if len(self._strangers) >= self._limits.strangers:
            log.error(
                "FastAGI: %d connections have not said who they are; %s is turned away", len(self._strangers), address
            )
            return False
        return not self._draining

    def _place(self) -> bool:
        if len(self._running) >= self._limits.sessions:
            log.error("FastAGI: %d conversations are running, as many as allowed", len(self._running))
            return False
        return True

    async def _greeted(self, session: Session, peer: tuple[str, int]) -> Handler | None:
        try:
            environment = await session.greeted(self._limits.greeting_seconds)
        except (CallEnded, ConnectionError):
            log.debug("FastAGI: %s:%d went away before it said who it is", *peer[:2])  # a port scan, a load balancer
            return None
        except (TimeoutError, ProtocolError) as error:
            log.warning("FastAGI: %s:%d is no Asterisk: %s", *peer[:2], str(error) or type(error).__name__)
            return None
        arguments = environment.arguments
        if not arguments or not hmac.compare_digest(arguments[0].encode("utf-8", "replace"), self._secret):
            log.warning("FastAGI: %s:%d does not know the secret", *peer[:2])
            return None
        handler = self._routes.get(environment.route)
        if handler is None:
            log.error("FastAGI: there is no conversation %.40r", environment.route)
        return handler

    async def _converse(self, session: Session, handler: Handler) -> None:
        route, call = session.environment.route, session.environment.call
        level = logging.DEBUG if route == probe.ROUTE else logging.INFO
        log.log(level, "call %s: %s begins", call, route, extra={"call": call})
        how = "is over"
        try:
            async with asyncio.timeout(self._limits.conversation_seconds) as clock:
                await handler(session)
        except CallEnded:
            how = "was ended by the caller"
        except asyncio.CancelledError:
            how = "was cut short"
            raise
        except Exception as error:  # noqa: BLE001 - one call's fault must not be another's
            # The connection closes, the dialplan finds no HL_NEXT and goes on.
            how = "lasted too long" if clock.expired() else "broke"
            log.error("call %s: %s %s\n%s", call, route, how, places(error), extra={"call": call})
        finally:
            log.log(level, "call %s: %s %s", call, route, how, extra={"call": call})
