"""A manager connection of a page: every event is kept, and can be waited for."""

import asyncio
from typing import Self

Event = dict[str, str]


class Manager:
    """Logged in as one of our manager users."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._port, self._user, self._secret = port, user, secret
        self.events: list[Event] = []
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        await self._reader.readline()
        self._task = asyncio.get_running_loop().create_task(self._read())
        answer = await self.ask(Action="Login", Username=self._user, Secret=self._secret)
        assert answer["Response"] == "Success", answer
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        self._writer.close()

    async def ask(self, **headers: str) -> Event:
        """Send an action, give the answer."""
        name = f"t{len(self.events)}-{headers['Action']}"
        lines = [f"{key}: {value}" for key, value in headers.items()] + [f"ActionID: {name}"]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.event("", within=5, ActionID=name)

    async def event(self, kind: str, *, within: float = 15, **fields: str) -> Event:
        """Wait for an event (or an answer, kind "") with these fields, past ones included."""
        async with asyncio.timeout(within), self._news:
            while True:
                for event in self.events:
                    named = event.get("UserEvent") or event.get("Event", "")
                    if named == kind and all(event.get(key) == value for key, value in fields.items()):
                        return event
                await self._news.wait()

    def kinds(self) -> set[str]:
        """Names of all events so far."""
        return {event.get("UserEvent") or event.get("Event", "") for event in self.events}

    async def _read(self) -> None:
        while True:
            block = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            pairs = (line.partition(":") for line in block.strip().split("\r\n"))
            async with self._news:
                self.events.append({key: value.strip() for key, _, value in pairs})
                self._news.notify_all()
