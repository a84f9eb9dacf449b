"""Asterisk's events → the journal on disk and the live state: what is missed is told, and never made up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ami import Ami
from ami import connection as edge
from facts import Fact, Journal, parse
from queue_stats.ledger import reduce
from queue_stats.listener import WANTED, Listener
from queue_stats.live import Live
from tests.queue_stats.switchboard import Switchboard, event, member, recorded

CALL = b"1795427547.0"
"""The call of the recorded self-service."""


class Running:
    """A listener at work."""

    def __init__(self, board: Switchboard, folder: Path, name: str) -> None:
        self.file, self.live = folder / f"ami-{name}.jsonl", Live()
        self._changed = asyncio.Event()
        self.listener = Listener(Ami(board.access, 50_000, WANTED), Journal(self.file), self.live, self._changed.set)

    def facts(self) -> list[Fact]:
        return (
            [parse(line) for line in self.file.read_text(encoding="utf-8").splitlines()] if self.file.exists() else []
        )

    async def noted(self, *kinds: str, within: float = 10) -> list[Fact]:
        """Wait until the journal ends with these kinds."""
        async with asyncio.timeout(within):
            while [fact.kind for fact in self.facts()][-len(kinds) :] != list(kinds):
                await self._changed.wait()
                self._changed.clear()
        return self.facts()

    async def lines(self, number: int, within: float = 60) -> None:
        """Wait until the journal has so many lines."""
        async with asyncio.timeout(within):
            while not self.file.exists() or self.file.read_bytes().count(b"\n") < number:
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    async with Switchboard() as board:
        yield board


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(edge, "LONGEST_PAUSE", 0.02)


@asynccontextmanager
async def running(board: Switchboard, folder: Path, name: str = "1") -> AsyncIterator[Running]:
    made = Running(board, folder, name)
    before = len([one for one in board.actions if one["Action"] == "CoreShowChannels"])
    made.listener.resume(folder)
    task = asyncio.ensure_future(made.listener.run())
    try:
        await board.asked("CoreShowChannels", before + 1)
        yield made
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_recorded_call_is_on_disk_as_it_happens(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path) as listener:
        await board.say(recorded("answered"))
        facts = await listener.noted("ended")
    assert reduce(facts).outcome == "answered"
    assert listener.live.up == 0
    assert b"13812345678" not in listener.file.read_bytes()


async def test_agents_of_the_snapshot_and_their_changes(board: Switchboard, tmp_path: Path) -> None:
    board.queues = [member("1001"), member("1002", Paused="1")]
    async with running(board, tmp_path) as listener:
        await board.say(event("QueueMemberStatus", Queue="changsha", MemberName="1001", Status="6", Paused="0"))
        await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId="9.9"))
        await listener.noted("entered")
        assert [(agent.number, agent.state) for agent in listener.live.agents(0)] == [
            ("1001", "ringing"),
            ("1002", "paused"),
        ]


async def test_an_odd_event_is_counted_and_the_next_is_heard(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path) as listener:
        await board.say(event("QueueMemberStatus", Queue="changsha", MemberName="1001", LastCall="never"))
        await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId="9.9"))
        await listener.noted("entered")
        assert listener.listener.faults == 1


async def test_a_broken_link_is_a_gap_and_ends_nobody_saw_are_closed(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path) as listener:
        for call in ("1.1", "2.2"):
            await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId=call, Timestamp="1795427507.5"))
        await listener.noted("entered", "entered")
        board.channels = ["2.2"]
        board.cut()
        facts = await listener.noted("gap", "ended")
        gap, ended = facts[-2:]
        assert gap.t < gap.data["until"]
        assert (ended.call, ended.data["cause"], ended.t) == ("1.1", "unseen", gap.t)
        assert [call.id for call in listener.live.calls()] == ["2.2"]


async def test_a_caller_who_joined_in_the_gap_is_found(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path) as listener:
        await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId="2.2"))
        await listener.noted("entered")
        board.channels = ["2.2"]
        board.queues = [event("QueueEntry", Queue="changsha", Uniqueid="2.2", Wait="3")]
        board.cut()
        await listener.noted("gap", "joined")
        await board.say(event("AgentConnect", Queue="changsha", Linkedid="2.2", MemberName="1001"))
        await board.say(event("UserEvent", UserEvent="HotlineEnded", CallId="2.2", Cause="16"))
        facts = await listener.noted("ended")
        call = reduce(fact for fact in facts if fact.call)
        assert (call.outcome, call.answered_by) == ("answered", "1001")


async def test_a_new_listener_takes_up_what_the_last_one_left_open(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path, "1") as first:
        for call in ("1.1", "2.2"):
            await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId=call))
        last = (await first.noted("entered", "entered"))[-1]
    with first.file.open("a") as file:
        file.write('{"id": "half a li')
    board.channels = ["2.2"]
    async with running(board, tmp_path, "2") as second:
        gap, ended = await second.noted("gap", "ended")
        assert (gap.t, ended.call, ended.t) == (last.t, "1.1", last.t)
        await board.say(event("QueueCallerJoin", Queue="changsha", Linkedid="2.2"))
        await second.noted("joined")
        assert [one.call for one in second.live.waiting()] == ["2.2"]


async def test_the_first_start_tells_of_no_gap(board: Switchboard, tmp_path: Path) -> None:
    async with running(board, tmp_path) as listener:
        await board.say(event("UserEvent", UserEvent="HotlineEntered", CallId="2.2"))
        assert [fact.kind for fact in await listener.noted("entered")] == ["entered"]


async def test_a_burst_is_on_disk_to_the_last(board: Switchboard, tmp_path: Path) -> None:
    calls = 2_000
    async with running(board, tmp_path) as listener:
        burst = b"".join(recorded("self_service").replace(CALL, b"%d.1" % n) for n in range(calls))
        saying = asyncio.ensure_future(board.say(burst))
        await listener.lines(2 * calls)
        await saying
    assert len({fact.id for fact in listener.facts()}) == 2 * calls
