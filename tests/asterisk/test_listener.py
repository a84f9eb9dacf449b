"""The listener beside a real Asterisk: its rights suffice, and a restart is a gap with ends that nobody saw."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ami import Access, Ami
from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from facts import Fact, Journal, parse
from queue_stats.call import Lost
from queue_stats.ledger import reduce
from queue_stats.listener import WANTED, Listener
from queue_stats.live import Live
from tests.asterisk import switchboard
from tests.asterisk.conversations import Conversations
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.test_queue import queueing, sign_in, talk

__all__ = ["queueing"]


class Ears:
    """A listener at work."""

    def __init__(self, plan: Plan, file: Path) -> None:
        self.live, self._file, self._changed = Live(), file, asyncio.Event()
        access = Access("127.0.0.1", plan.ami_port, "hl_events", plan.ami_events_secret)
        self.ami = Ami(access, 50_000, WANTED)
        self.listener = Listener(self.ami, Journal(file), self.live, self._changed.set)

    def facts(self) -> list[Fact]:
        return [parse(line) for line in self._file.read_text().splitlines()] if self._file.exists() else []

    async def connected(self) -> None:
        async with asyncio.timeout(40):
            while not self.ami.connected:
                await self._next()

    async def heard(self, kind: str) -> list[Fact]:
        async with asyncio.timeout(40):
            while not any(fact.kind == kind for fact in self.facts()):
                await self._next()
        return self.facts()

    async def _next(self) -> None:
        await self._changed.wait()
        self._changed.clear()


@asynccontextmanager
async def listening(plan: Plan, file: Path) -> AsyncIterator[Ears]:
    ears = Ears(plan, file)
    task = asyncio.ensure_future(ears.listener.run())
    try:
        yield ears
    finally:
        task.cancel()
        await asyncio.wait([task])


async def killed(board: Switchboard) -> None:
    """Kill -9, and wait until it is buried."""
    pid = int((board.places.run / "asterisk.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0)


async def test_a_real_call_is_told_whole(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone, tmp_path: Path
) -> None:
    await sign_in(board)
    async with listening(board.plan, tmp_path / "ami-1.jsonl") as ears:
        await ears.connected()
        assert [(one.number, one.queue) for one in ears.live.agents(0)] == [("1001", "changsha")]
        await talk(caller, agent)
        assert ears.live.up == 1
        await caller.hang_up()
        call = reduce(await ears.heard("ended"))
    assert (call.outcome, call.answered_by, call.caller) == ("answered", "1001", "138****5678")


async def test_who_waits_is_seen_by_a_listener_that_starts_later(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone, tmp_path: Path
) -> None:
    await sign_in(board)
    await board.rx("queue pause member PJSIP/ag8001 queue changsha")
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await manager.event("QueueCallerJoin")
    async with listening(board.plan, tmp_path / "ami-1.jsonl") as ears:
        await ears.connected()
        assert [one.queue for one in ears.live.waiting()] == ["changsha"]
        await caller.hang_up()
        call = reduce(await ears.heard("ended"))
    assert call.lost is Lost.HUNG_UP_WAITING


async def test_asterisk_dies_with_a_caller_waiting(
    plan: Plan, folder: Path, asterisk: Asterisk, queueing: Conversations, tmp_path: Path
) -> None:
    async with listening(plan, tmp_path / "ami-1.jsonl") as ears:
        async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as board:
            await ears.connected()
            async with (
                Telephone(plan.sip_port, voice="caller") as caller,
                Telephone(plan.sip_port, user="ag8001") as agent,
            ):
                assert await agent.register(switchboard.PHONE_SECRETS["ag8001"]) == 200
                await sign_in(board)
                await board.rx("queue pause member PJSIP/ag8001 queue changsha")
                assert await caller.dial("12329") == 200
                await ears.heard("joined")
                await killed(board)
                caller.ended.set()  # there is nobody to say goodbye to
        assert ears.live.up == 1
        async with switchboard.running(plan, folder / "asterisk", asterisk.argv):
            facts = await ears.heard("ended")
    assert "gap" in {fact.kind for fact in facts}
    call = reduce(fact for fact in facts if fact.call)
    assert (call.lost, call.cause) == (Lost.SYSTEM, "unseen")
