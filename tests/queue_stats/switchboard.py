"""A manager interface that a test holds in its hand: it answers as Asterisk does and says what it is told to say.

`python -m tests.queue_stats.switchboard FILE…` serves recorded events on port 5038, to look at the listener by hand.
"""

import asyncio
import sys
from pathlib import Path
from typing import Self

from ami import Access

WIRE = Path(__file__).parent / "wire"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 7\r\nStatus: Fully Booted\r\n\r\n"


def recorded(story: str) -> bytes:
    """What a real Asterisk said while the story happened."""
    return (WIRE / f"{story}.ami").read_bytes()


def event(name: str, **fields: str) -> bytes:
    """One event on the wire."""
    return "".join(f"{key}: {value}\r\n" for key, value in {"Event": name, **fields}.items()).encode() + b"\r\n"


def member(number: str, queue: str = "changsha", **fields: str) -> bytes:
    """An agent in a snapshot."""
    return event(
        "QueueMember", Queue=queue, Name=number, Location="PJSIP/ag8001", **{"Status": "1", "Paused": "0"} | fields
    )


class Switchboard:
    """The server. One listener at a time is served; its actions are kept."""

    def __init__(self) -> None:
        self.actions: list[dict[str, str]] = []
        self.refused: set[str] = set()
        """Actions that are answered with an error."""
        self.ignored: set[str] = set()
        """Actions that are not answered."""
        self.boots = True
        self.queues: list[bytes] = []
        """Events of the snapshot: members and entries."""
        self.channels: list[str] = []
        """Linkedids of channels that are up."""
        self.port = 0
        self.logins = 0
        self._news = asyncio.Condition()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    @property
    def access(self) -> Access:
        return Access("127.0.0.1", self.port, "hl_events", "secret")

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Die."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break every connection."""
        while self._writers:
            self._writers.pop().transport.abort()

    async def say(self, data: bytes) -> None:
        """Send bytes to the listener."""
        self._writers[-1].write(data)
        await self._writers[-1].drain()

    async def asked(self, action: str, times: int = 1, within: float = 10) -> None:
        """Wait until an action came so often."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: [one["Action"] for one in self.actions].count(action) >= times)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(GREETING)
        try:
            while block := await reader.readuntil(b"\r\n\r\n"):
                lines = (line.partition(": ") for line in block.decode().strip().split("\r\n"))
                action = {key: value for key, _, value in lines}
                async with self._news:
                    self.actions.append(action)
                    self._news.notify_all()
                if action["Action"] not in self.ignored:
                    writer.write(self._answer(action["Action"], f"ActionID: {action['ActionID']}\r\n".encode()))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, action: str, name: bytes) -> bytes:
        if action in self.refused:
            return b"Response: Error\r\n" + name + b"Message: Permission denied\r\n\r\n"
        good = b"Response: Success\r\n" + name
        if action == "Login":
            self.logins += 1
            return good + b"Message: Authentication accepted\r\n\r\n" + (BOOTED if self.boots else b"")
        if action not in {"QueueStatus", "CoreShowChannels"}:
            return good + b"\r\n"
        if action == "QueueStatus":
            listed, end = self.queues, b"QueueStatusComplete"
        else:
            listed = [event("CoreShowChannel", Uniqueid=one, Linkedid=one) for one in self.channels]
            end = b"CoreShowChannelsComplete"
        start = good + b"EventList: start\r\nMessage: Queue status will follow\r\n\r\n"
        said = [one[:-2] + name + b"\r\n" for one in listed]
        return start + b"".join(said) + b"Event: " + end + b"\r\n" + name + b"EventList: Complete\r\n\r\n"


async def _main(told: list[bytes]) -> None:
    board = Switchboard()
    board.port = 5038
    async with board:
        for story in told:
            await board.asked("CoreShowChannels")
            await board.say(story)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main([Path(file).read_bytes() for file in sys.argv[1:]]))
