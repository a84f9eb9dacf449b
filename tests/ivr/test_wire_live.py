"""The transcripts, word by word, against a real Asterisk and a telephone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.agi import encode
from ivr.agi.codec import MAX_COMMAND
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import tone
from tests.ivr.transcript import NAMES, alike, lines

TONES = {"short": ("beep", 0.4), "middle": ("announcement", 1.0), "long": ("self-service", 6.0)}


@dataclass(slots=True)
class Wire:
    """Asterisk's connection to us, and the caller's telephone."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    phone: Telephone
    prompts: str
    asked_at: float = 0.0
    """When the last command was sent, in seconds of what the telephone heard."""

    def ask(self, command: str) -> None:
        self.asked_at = len(self.phone.stream) / 8000 - 0.1
        self.writer.write(command.replace("/prompts", self.prompts).encode() + b"\n")

    async def said(self) -> str:
        async with asyncio.timeout(15):
            return (await self.reader.readline()).decode().removesuffix("\n")

    async def act(self, deed: str) -> None:
        """What the caller does."""
        match deed.split():
            case ["hears", name]:
                await self.phone.hears(name, after=self.asked_at)
            case ["press", keys]:
                for key in keys:
                    await self.phone.press(key)
            case ["speaks", seconds]:
                await asyncio.sleep(float(seconds))  # the deed itself takes its time
            case ["is", "silent"]:
                self.phone.voice = ""
            case ["hang", "up"]:
                await self.phone.hang_up()
            case _:
                pytest.fail(f"nobody knows how to: {deed}")


@pytest.fixture
async def wire(board: Switchboard, caller: Telephone, folder: Path) -> AsyncIterator[Wire]:
    """A call that Asterisk has handed over and greeted."""
    for prompt, (pitch, seconds) in TONES.items():
        (folder / f"{prompt}.alaw").write_bytes(tone(pitch, seconds))
    accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda reader, writer: accepted.put_nowait((reader, writer)), "127.0.0.1", board.plan.fastagi_port
    )
    async with server:
        assert await caller.dial("12329") == 200
        async with asyncio.timeout(10):
            reader, writer = await accepted.get()
            await reader.readuntil(b"\n\n")
        yield Wire(reader, writer, caller, str(folder))
        writer.close()


@pytest.mark.parametrize("name", NAMES)
async def test_asterisk_speaks_as_recorded(wire: Wire, name: str) -> None:
    for line in lines(name):
        match line.who:
            case ">":
                wire.ask(line.what)
            case "!":
                await wire.act(line.what)
            case "<":
                assert alike(await wire.said()) == alike(line.what)


async def test_the_longest_command_is_one_and_a_byte_more_is_two(wire: Wire) -> None:
    """Why MAX_COMMAND is what it is."""
    longest = encode("SET VARIABLE", "X", "x" * (MAX_COMMAND - len(encode("SET VARIABLE", "X", ""))))
    wire.writer.write(longest + b"NOOP\n")
    assert [await wire.said(), await wire.said()] == ["200 result=1", "200 result=0"]
    wire.writer.write(longest.replace(b"xx", b"xxx", 1) + b"NOOP\n")
    assert [await wire.said(), await wire.said()] != ["200 result=1", "200 result=0"]
