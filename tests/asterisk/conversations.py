"""A FastAGI server of a page, so that the dialplan is tested by itself. It notes each request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

Script = Callable[["Line"], Awaitable[None]]


@dataclass(slots=True)
class Line:
    """One call at the server."""

    environment: Mapping[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def route(self) -> str:
        return self.environment["agi_network_script"]

    async def run(self, command: str) -> str:
        """Send a command, give its reply; a HANGUP line is passed over."""
        self.writer.write(command.encode() + b"\n")
        while (line := (await self.reader.readline()).decode().strip()) == "HANGUP":
            pass
        return line

    async def leave(self, **variables: str) -> None:
        """Tell the dialplan."""
        for name, value in variables.items():
            await self.run(f'SET VARIABLE {name} "{value}"')


class Conversations:
    """The server; `scripts` has what a route does, and can be changed between calls."""

    def __init__(self, port: int, scripts: dict[str, Script]) -> None:
        self.port, self.scripts = port, scripts
        self.requests: asyncio.Queue[Line] = asyncio.Queue()
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.die()
        await self._server.wait_closed()

    async def request(self, within: float = 10) -> Line:
        """Wait for the next request."""
        async with asyncio.timeout(within):
            return await self.requests.get()

    def die(self) -> None:
        """Go away as a killed process does: the port closes and every call is cut."""
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\n\n")).decode()
            pairs = (line.partition(": ") for line in head.strip().splitlines())
            line = Line({name: value for name, _, value in pairs}, reader, writer)
            self.requests.put_nowait(line)
            if script := self.scripts.get(line.route):
                await script(line)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()
