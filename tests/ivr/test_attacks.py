"""What comes to an open port besides Asterisk, while a call goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.agi import Session
from tests.ivr.conftest import Serve
from tests.ivr.scripted import Asterisk, greeting

MANY = 50


async def counting(session: Session) -> None:
    """A call that answers whatever it is asked."""
    while (await session.execute("GET VARIABLE", "MORE")).data == "yes":
        pass


@asynccontextmanager
async def call(port: int) -> AsyncIterator[Asterisk]:
    """A good call before, and still good after."""
    line = await Asterisk.calling(port)
    await line.answers("GET VARIABLE", "200 result=1 (yes)")
    yield line
    await line.answers("GET VARIABLE", "200 result=1 (yes)")
    await line.answers("GET VARIABLE", "200 result=0")
    assert await line.ended() == b""


async def many(port: int, *parts: bytes) -> list[Asterisk]:
    lines = [await Asterisk.connected(port) for _ in range(MANY)]
    for line in lines:
        for part in parts:
            line.send(part)
    return lines


@pytest.mark.parametrize(
    "parts",
    [
        [b"x" * (1 << 20)],
        [b"agi_network: " + b"x" * (1 << 20)],
        [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
        [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500) + b"\n"],
        [b"agi_x: y\n" * 5000],
        [b"\n"],
        [b"200 result=1\n"],
        [greeting(secret="guess")],
        [greeting()[:-1] + b"HANGUP\n"],
    ],
    ids=["1 MB", "1 MB header", "HTTP", "TLS", "endless headers", "empty", "a reply", "no secret", "no end"],
)
async def test_nonsense_is_closed_and_disturbs_nobody(serve: Serve, parts: list[bytes]) -> None:
    port = await serve(counting)
    async with call(port):
        for line in await many(port, *parts):
            assert await line.ended() == b""


async def test_port_scans_disturb_nobody(serve: Serve) -> None:
    port = await serve(counting)
    async with call(port):
        for line in await many(port):
            line.abort()
        for line in await many(port, b"agi_network: yes\n"):
            await line.close()


async def test_who_says_nothing_is_closed_in_time(serve: Serve) -> None:
    port = await serve(counting, greeting_seconds=0.2)
    async with call(port):
        for line in await many(port):
            assert await line.ended() == b""


async def test_a_greeting_drop_by_drop_is_closed_in_time(serve: Serve) -> None:
    """Each byte in its time does not buy more time."""
    port = await serve(counting, greeting_seconds=0.3)

    async def dripping(line: Asterisk) -> None:
        ended = asyncio.create_task(line.ended())
        for value in greeting():
            if ended.done():
                break
            line.send(bytes([value]))
            await asyncio.wait({ended}, timeout=0.02)
        assert await ended == b""

    lines = [await Asterisk.connected(port) for _ in range(20)]
    async with call(port), asyncio.timeout(4):
        await asyncio.gather(*map(dripping, lines))


async def test_silent_connections_take_no_call_its_place(serve: Serve) -> None:
    """Forty silent ones, room for two calls: both calls are served, and the forty-first stranger is turned away."""
    port = await serve(counting, sessions=2, strangers=41)
    silent = [await Asterisk.connected(port) for _ in range(40)]
    async with call(port), call(port):
        silent.append(await Asterisk.connected(port))
        one_too_many = await Asterisk.connected(port)
        assert await one_too_many.ended() == b""
    for line in silent:
        line.abort()


async def test_a_caller_who_never_reads_holds_up_nobody(serve: Serve) -> None:
    """Asterisk that stops reading: its own conversation waits, the others do not."""

    async def talkative(session: Session) -> None:
        while True:
            await session.execute("SET VARIABLE", "X", "x" * 8000)

    port = await serve(talkative)
    deaf = await Asterisk.calling(port)
    for _ in range(2000):
        deaf.reply("200 result=1")
    good = await Asterisk.calling(port)
    for _ in range(50):
        await good.answers("SET VARIABLE", "200 result=1")
    deaf.abort()
    good.abort()
