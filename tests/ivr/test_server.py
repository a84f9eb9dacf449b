"""Who is served, how many, and how it ends."""

import asyncio
import logging
from ipaddress import ip_network

import pytest

from ivr.agi import FastAgiServer, Session
from ivr.agi.server import Limits
from ivr.digits import Digits
from tests.ivr.conftest import Serve
from tests.ivr.scripted import SECRET, Asterisk


async def goodbye(session: Session) -> None:
    await session.execute("SET VARIABLE", "HL_NEXT", "bye")


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "密码"])
async def test_without_the_secret_nothing_is_said(
    serve: Serve, caplog: pytest.LogCaptureFixture, secret: str | None
) -> None:
    line = await Asterisk.calling(await serve(goodbye), secret=secret)
    assert await line.ended() == b""
    assert "does not know the secret" in caplog.text
    assert SECRET not in caplog.text.replace(f"{secret}", "")


async def test_an_unknown_route_is_closed_and_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    line = await Asterisk.calling(await serve(goodbye), route="nothing")
    assert await line.ended() == b""
    assert "there is no conversation 'nothing'" in caplog.text


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="secret"):
        FastAgiServer({}, secret="")


async def test_strangers_by_address_are_not_greeted(caplog: pytest.LogCaptureFixture) -> None:
    server = FastAgiServer({"call": goodbye}, secret=SECRET, allow=(ip_network("192.0.2.0/24"),))
    port = await server.start("127.0.0.1", 0)
    line = await Asterisk.calling(port)
    assert await line.ended() == b""
    assert "127.0.0.1 is not allowed" in caplog.text
    await server.drain(0)


async def test_an_address_of_version_4_counts_as_itself_on_a_socket_of_version_6() -> None:
    server = FastAgiServer({"call": goodbye}, secret=SECRET)
    assert server._welcome(("::ffff:127.0.0.1", 1))
    assert not server._welcome(("::ffff:192.0.2.1", 1))


async def test_more_than_the_allowed_number_is_closed_at_once(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    port = await serve(goodbye, sessions=2)
    running = [await Asterisk.calling(port) for _ in range(2)]
    for line in running:
        await line.asked("SET VARIABLE")
    refused = await Asterisk.calling(port)
    assert await refused.ended() == b""
    assert "as many as allowed" in caplog.text
    running[0].reply("200 result=1")
    await running[0].ended()
    again = await Asterisk.calling(port)
    assert await again.answers("SET VARIABLE", "200 result=1") == ["HL_NEXT", "bye"]


async def test_a_conversation_that_breaks_is_closed_and_told_without_values(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def breaks(session: Session) -> None:
        password = Digits("246813")
        await session.execute("NOOP")
        try:
            int(f"x{password.reveal()}")
        except ValueError as error:
            raise RuntimeError(f"password {password.reveal()} of 13812345678") from error

    line = await Asterisk.calling(await serve(breaks))
    await line.answers("NOOP", "200 result=246813")
    assert await line.ended() == b""
    assert "call 1795426380.3: call broke" in caplog.text
    assert "builtins.ValueError" in caplog.text
    assert "builtins.RuntimeError" in caplog.text
    assert "in breaks" in caplog.text
    for hidden in ("246813", "13812345678", SECRET):
        assert hidden not in caplog.text


async def test_a_conversations_own_time_out_is_a_break(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def slow(_: Session) -> None:
        raise TimeoutError

    await (await Asterisk.calling(await serve(slow))).ended()
    assert "call broke" in caplog.text


async def test_a_lost_database_is_not_taken_for_a_hang_up(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def lost(_: Session) -> None:
        raise ConnectionRefusedError

    await (await Asterisk.calling(await serve(lost))).ended()
    assert "call broke" in caplog.text


async def test_a_conversation_does_not_last_for_ever(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def endless(_: Session) -> None:
        await asyncio.Event().wait()

    line = await Asterisk.calling(await serve(endless, conversation_seconds=0.05))
    assert await line.ended() == b""
    assert "lasted too long" in caplog.text


async def test_a_hang_up_is_no_fault(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    line = await Asterisk.calling(await serve(goodbye))
    await line.answers("SET VARIABLE", "HANGUP", "200 result=1")
    await line.ended()
    assert "ended by the caller" in caplog.text
    assert all(record.levelno < logging.WARNING for record in caplog.records)
    assert {record.call for record in caplog.records if record.name == "ivr.agi.server"} == {"1795426380.3"}  # type: ignore[attr-defined]


# --- stopping ---


async def test_a_stop_lets_conversations_finish() -> None:
    server = FastAgiServer({"call": goodbye}, secret=SECRET)
    port = await server.start("127.0.0.1", 0)
    line = await Asterisk.calling(port)
    await line.asked("SET VARIABLE")
    bare = await Asterisk.connected(port)
    drained = asyncio.create_task(server.drain(30))
    assert await bare.ended() == b""
    with pytest.raises(ConnectionError):
        await Asterisk.connected(port)
    assert not drained.done()
    line.reply("200 result=1")
    assert await line.ended() == b""
    async with asyncio.timeout(5):
        await drained
    assert server.sessions == 0


async def test_a_stop_cuts_what_does_not_finish(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = FastAgiServer({"call": goodbye}, secret=SECRET, limits=Limits())
    line = await Asterisk.calling(await server.start("127.0.0.1", 0))
    await line.asked("SET VARIABLE")
    async with asyncio.timeout(5):
        await server.drain(0.05)
    assert await line.ended() == b""
    assert "was cut short" in caplog.text


async def test_a_stop_of_an_idle_server_is_immediate() -> None:
    server = FastAgiServer({}, secret=SECRET)
    await server.start("127.0.0.1", 0)
    async with asyncio.timeout(1):
        await server.drain(60)
