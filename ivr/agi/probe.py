"""Does the server converse? A connection that only opens proves nothing of a process that hangs."""

import asyncio
from contextlib import suppress

from ivr.agi.session import Session

ROUTE = "health"


async def serve(session: Session) -> None:
    """The server's side: one command, as any conversation has."""
    await session.execute("NOOP")


async def asked(host: str, port: int, secret: str) -> str:
    """Play Asterisk for one command; give an empty string when the server conversed, else what was wrong."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return f"port {port} does not answer: {error.strerror or error}"
    try:
        writer.write(f"agi_network: yes\nagi_network_script: {ROUTE}\nagi_arg_1: {secret}\n\n".encode())
        command = await reader.readline()
        writer.write(b"200 result=0\n")
        return "" if command.startswith(b"NOOP") else f"port {port} does not converse"
    except OSError as error:
        return f"port {port} hung up: {error.strerror or error}"
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
