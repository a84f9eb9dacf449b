"""One call's conversation with Asterisk: a command out, its reply in, never two at once."""

import asyncio
from collections import deque

from ivr.agi.codec import DEAD, OK, Environment, Event, HangupNotice, Parser, Reply, encode
from ivr.exceptions import AsteriskGone, AsteriskSilent, CallerHungUp, CommandRefused, ProtocolError

CHUNK = 4096
HANGUP_REPLY_SECONDS = 2.0
"""After a HANGUP the running command still gets its reply, at once."""


class Session:
    """The AGI connection of one channel."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._parser = Parser()
        self._events: deque[Event] = deque()
        self._environment: Environment | None = None
        self._busy = asyncio.Lock()
        self._owed = False
        self.hung_up = False
        """True once Asterisk said that the caller is gone."""

    @property
    def environment(self) -> Environment:
        """What Asterisk said of the call."""
        assert self._environment is not None, "the session is not greeted yet"
        return self._environment

    async def greeted(self, within: float) -> Environment:
        """Wait for the headers: TimeoutError or AsteriskGone for one who connects and says nothing."""
        async with asyncio.timeout(within):
            event = await self._next()
        if not isinstance(event, Environment):
            raise ProtocolError("a reply before the headers")
        self._environment = event
        return event

    async def execute(
        self, command: str, *arguments: str | int, within: float = 10.0, after_hangup: bool = False
    ) -> Reply:
        """Send a command and give its reply. `within`: seconds Asterisk has, what it plays and waits included.

        CallerHungUp when the caller is gone, before or meanwhile; AsteriskSilent when no reply comes in time. A command
        that was given up or cancelled still has a reply to come, which must not pass for another's: from then on the
        session is of no use. `after_hangup`: for EXEC and GET VARIABLE, which work on a channel whose caller is gone.
        """
        line = encode(command, *arguments)
        if self._busy.locked():
            raise ProtocolError(f"{command} while another command is running")
        async with self._busy:
            self._heard_before()
            if self.hung_up and not after_hangup:
                raise CallerHungUp
            if self._owed:
                raise AsteriskSilent(f"{command}: the reply to an earlier command is still to come")
            self._owed = True
            try:
                self._writer.write(line)
                async with asyncio.timeout(within) as clock:
                    await self._writer.drain()
                    reply = await self._reply(clock)
            except TimeoutError:
                if self.hung_up:
                    raise CallerHungUp from None
                raise AsteriskSilent(f"{command}: no reply within {within:.0f} s") from None
            except (AsteriskGone, ConnectionError):
                raise (CallerHungUp if self.hung_up else AsteriskGone) from None
            self._owed = False
        if reply.code == DEAD:
            self.hung_up = True
        if reply.code == DEAD or (self.hung_up and not after_hangup):
            raise CallerHungUp
        if reply.code != OK:
            raise CommandRefused(f"{command}: {reply.code}")
        return reply

    def _heard_before(self) -> None:
        """Take what came after the last reply: a hang-up, nothing else."""
        while self._events and not self._owed:
            if not isinstance(self._events.popleft(), HangupNotice):
                raise ProtocolError("a reply without a command")
            self.hung_up = True

    async def _reply(self, clock: asyncio.Timeout) -> Reply:
        while True:
            event = await self._next()
            if isinstance(event, Reply):
                return event
            if not isinstance(event, HangupNotice):
                raise ProtocolError("headers after the headers")
            self.hung_up = True
            clock.reschedule(asyncio.get_running_loop().time() + HANGUP_REPLY_SECONDS)

    async def _next(self) -> Event:
        while not self._events:
            data = await self._reader.read(CHUNK)
            if not data:
                raise AsteriskGone
            self._events.extend(self._parser.feed(data))
        return self._events.popleft()
