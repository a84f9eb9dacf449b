"""Asterisk's side of FastAGI, by hand: connects, greets, takes commands, answers as the test says."""

import asyncio
from contextlib import suppress
from typing import ClassVar, Self

from tests.ivr.quoting import words

SECRET = "the-secret-of-the-test"
PATIENCE = 5.0
"""Seconds until a test that waits for what does not come fails."""


def greeting(*, secret: str | None = SECRET, route: str = "call", **headers: str) -> bytes:
    """The header lines of one call."""
    said = {
        "agi_network": "yes",
        "agi_network_script": route,
        "agi_request": f"agi://127.0.0.1/{route}",
        "agi_channel": "PJSIP/trunk-00000001",
        "agi_uniqueid": "1795426380.3",
        "agi_callerid": "13812345678",
        "agi_extension": "12329",
    } | {f"agi_{name}": value for name, value in headers.items()}
    if secret is not None:
        said["agi_arg_1"] = secret
    return "".join(f"{name}: {value}\n" for name, value in said.items()).encode() + b"\n"


class Asterisk:
    """One connection. Lines it sends are the reply grammar of res_agi.c, without the end."""

    opened: ClassVar[list["Asterisk"]] = []
    """Every connection of the running test, so that none is left open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.opened.append(self)

    @classmethod
    async def connected(cls, port: int) -> Self:
        """A bare connection that has said nothing."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @classmethod
    async def calling(cls, port: int, *, secret: str | None = SECRET, route: str = "call", **headers: str) -> Self:
        """A call that has been greeted."""
        line = await cls.connected(port)
        line.send(greeting(secret=secret, route=route, **headers))
        return line

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self._writer.write(data)

    def reply(self, *lines: str) -> None:
        """Lines."""
        self.send("".join(f"{line}\n" for line in lines).encode())

    async def line(self) -> bytes:
        """The next command line; empty when the server has closed."""
        try:
            return await self._reader.readline()
        except ConnectionError:
            return b""

    async def asked(self, command: str) -> list[str]:
        """Wait for this command and give its arguments."""
        async with asyncio.timeout(PATIENCE):
            line = await self._reader.readline()
        found = [word.decode() for word in words(line.removesuffix(b"\n"))]
        names = command.split()
        assert found[: len(names)] == names, f"{command} was expected, not {line!r}"
        return found[len(names) :]

    async def answers(self, command: str, *lines: str) -> list[str]:
        """Wait for this command, answer it, give its arguments."""
        arguments = await self.asked(command)
        self.reply(*lines)
        return arguments

    async def ended(self) -> bytes:
        """Wait until the server closes; give what it still said."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""

    async def close(self) -> None:
        """Go away in order."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Go away as a killed process does."""
        self._writer.transport.abort()
