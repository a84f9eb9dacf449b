"""The health probe tells a server that converses from one that only listens."""

import asyncio

from ivr.agi import FastAgiServer, probe

SECRET = "known"


async def test_a_conversing_server_is_well() -> None:
    server = FastAgiServer({probe.ROUTE: probe.serve}, secret=SECRET)
    port = await server.start("127.0.0.1", 0)
    assert await probe.asked("127.0.0.1", port, SECRET) == ""
    assert "does not converse" in await probe.asked("127.0.0.1", port, "unknown")
    await server.drain(1)
    assert "does not answer" in await probe.asked("127.0.0.1", port, SECRET)


async def test_a_server_that_only_accepts_is_not_well() -> None:
    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await probe.asked("127.0.0.1", port, SECRET)
    server.close()
    await server.wait_closed()
