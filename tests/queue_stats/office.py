"""The whole process queue_stats at work: a manager interface in the test's hand, a real database, HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy.ext.asyncio import AsyncEngine

from queue_stats.health import Check
from queue_stats.server import Setting, run
from queue_stats.settings import QueueStatsSettings
from tests.queue_stats.switchboard import Switchboard, event

TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Office:
    """What a test reaches it by."""

    switchboard: Switchboard
    http: aiohttp.ClientSession
    address: str
    facts: Path

    async def get(self, path: str, role: str = "supervisor") -> Any:  # noqa: ANN401 - JSON
        """The JSON of a path; its status is 200."""
        status, body = await self.ask(path, role)
        assert status == 200, body
        return body

    async def ask(self, path: str, role: str = "supervisor") -> tuple[int, Any]:
        async with self.http.get(path, headers={"Authorization": f"Bearer {TOKENS[role]}"}) as response:
            return response.status, await response.json()

    async def until(self, path: str, wanted: Any, *keys: str, within: float = 15) -> Any:  # noqa: ANN401 - JSON
        """Ask again and again until the value at `keys` is the wanted one."""
        async with asyncio.timeout(within):
            while True:
                found = body = await self.get(path)
                for key in keys:
                    found = found and found[key]
                if found == wanted:
                    return body

    async def happens(
        self, *words: str, call: str = "1795427507.1", agent: str = "1001", queue: str = "changsha"
    ) -> None:
        """Asterisk tells of a call, one word after the other."""
        of_queue = {"Queue": queue, "Linkedid": call, "MemberName": agent}
        says = {
            "entered": event(
                "UserEvent",
                UserEvent="HotlineEntered",
                CallId=call,
                Dialled="12329",
                Centre=queue,
                CallerIDNum="13812345678",
            ),
            "joined": event("QueueCallerJoin", Position="1", **of_queue),
            "rang": event("AgentCalled", **of_queue),
            "answered": event("AgentConnect", **of_queue),
            "completed": event("AgentComplete", Reason="caller", **of_queue),
            "abandoned": event("QueueCallerAbandon", **of_queue),
            "left": event("UserEvent", UserEvent="HotlineQueueExit", CallId=call, Queue=queue, Status=""),
            "ended": event("UserEvent", UserEvent="HotlineEnded", CallId=call, Cause="16"),
        }
        await self.switchboard.say(b"".join(says[word] for word in words))


@asynccontextmanager
async def at_work(
    engine: AsyncEngine, facts: Path, port: int, checks: dict[str, Check] | None = None
) -> AsyncIterator[Office]:
    """Start the process, wait until it hears Asterisk, stop it."""
    async with Switchboard() as switchboard:
        setting = Setting(
            engine=engine,
            access=switchboard.access,
            facts=facts,
            tokens=TOKENS,
            centres={"changsha": "长沙", "yueyang": "岳阳", "shengzhi": "省直"},
            settings=QueueStatsSettings(),
            zone=ZONE,
            host="127.0.0.1",
            port=port,
            version="1",
            checks=checks or {},
        )
        running = asyncio.ensure_future(run(setting))
        await switchboard.asked("CoreShowChannels")
        address = f"http://127.0.0.1:{port}"
        try:
            async with aiohttp.ClientSession(address) as http:
                office = Office(switchboard, http, address, facts)
                await office.until("/api/v1/live", True, "connected")
                yield office
        finally:
            running.cancel()
            await asyncio.wait([running])
