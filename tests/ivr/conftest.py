"""A FastAGI server with one handler per test, and Asterisk's side played by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from facts import Journal
from ivr.agi import FastAgiServer, Session
from ivr.agi.server import Limits
from ivr.settings import IvrSettings
from ivr.speaker import Speaker
from sounds import Recordings

# What a test with a real Asterisk needs.
from tests.asterisk.conftest import asterisk, board, caller, folder, music, plan
from tests.ivr.scripted import SECRET, Asterisk

__all__ = ["asterisk", "board", "caller", "folder", "music", "plan"]

Serve = Callable[..., Awaitable[int]]
"""Start a server for a handler (and limits); give its port."""


@pytest.fixture(autouse=True)
async def hung_up() -> AsyncIterator[None]:
    """Close what a test left open."""
    yield
    while Asterisk.opened:
        await Asterisk.opened.pop().close()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[FastAgiServer] = []

    async def start(handler: Callable[[Session], Awaitable[None]], **limits: float) -> int:
        server = FastAgiServer({"call": handler}, secret=SECRET, limits=Limits(**limits))  # type: ignore[arg-type]
        servers.append(server)
        return await server.start("127.0.0.1", 0)

    yield start
    async with asyncio.timeout(10):
        for server in servers:
            await server.drain(0)


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    """Prompts of tenths of a second, each of its own byte."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    names = ("welcome", "menu", "ask", "key.wrong", "key.missing", "ten", "yuan")
    for value, name in enumerate(names, start=1):
        (folder / f"{name}.alaw").write_bytes(bytes([value]) * 800)
    return Recordings(folder)


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Where joined prompts are written."""
    return tmp_path / "memory"


@pytest.fixture
def speaker(recordings: Recordings, memory: Path) -> Speaker:
    return Speaker(recordings, memory)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "ivr.jsonl")


@pytest.fixture
def settings() -> IvrSettings:
    return IvrSettings(tries=3, key_seconds=6, digit_seconds=5, answer_seconds=1, message_seconds=60)
