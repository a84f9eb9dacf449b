"""The AMI edge on the wire: packets cut anywhere, links cut anywhere, bursts, refusals, silence."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

import pytest

from ami import Ami, Lost, Snapshot
from ami import connection as edge
from tests.queue_stats.switchboard import Switchboard, event, member, recorded

Said = Snapshot | Lost | Mapping[str, str]


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    async with Switchboard() as board:
        yield board


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(edge, "LONGEST_PAUSE", 0.02)


class Listening:
    """What a listener hears, one by one."""

    def __init__(self, ami: Ami, messages: AsyncIterator[Said]) -> None:
        self.ami, self._messages = ami, messages

    async def next(self, within: float = 10) -> Said:
        async with asyncio.timeout(within):
            return await anext(self._messages)

    async def snapshot(self) -> Snapshot:
        said = await self.next()
        assert isinstance(said, Snapshot), said
        return said

    async def event(self) -> Mapping[str, str]:
        """The next event that is not the start's own."""
        said = await self.next()
        if isinstance(said, Mapping) and said["Event"] == "FullyBooted":
            said = await self.next()
        assert isinstance(said, Mapping), said
        return said

    async def lost(self) -> int:
        """Read until the link is lost; how many events came before."""
        events = 0
        while not isinstance(await self.next(), Lost):
            events += 1
        return events


@asynccontextmanager
async def listening(board: Switchboard, limit: int = 50_000) -> AsyncIterator[Listening]:
    ami = Ami(board.access, limit)
    async with aclosing(ami.messages()) as messages:
        yield Listening(ami, messages)


async def test_login_fully_booted_snapshot_live(board: Switchboard) -> None:
    board.queues = [
        event("QueueParams", Queue="changsha"),
        member("1001"),
        event("QueueEntry", Queue="changsha", Uniqueid="1.2", Wait="31"),
    ]
    board.channels = ["1.2"]
    async with listening(board) as heard:
        snapshot = await heard.snapshot()
        assert heard.ami.connected
        assert [one["Event"] for one in snapshot.queues] == ["QueueMember", "QueueEntry"]
        assert [one["Linkedid"] for one in snapshot.channels] == ["1.2"]
        await board.say(event("QueueCallerJoin", Queue="changsha"))
        assert (await heard.event())["Queue"] == "changsha"
    assert [one["Action"] for one in board.actions] == ["Login", "QueueStatus", "CoreShowChannels"]


async def test_nothing_is_asked_before_asterisk_is_fully_booted(board: Switchboard) -> None:
    board.boots = False
    async with listening(board) as heard:
        waiting = asyncio.ensure_future(heard.snapshot())
        await board.asked("Login")
        await board.say(event("QueueMemberAdded", Queue="changsha"))
        assert [one["Action"] for one in board.actions] == ["Login"]
        await board.say(event("FullyBooted", Status="Fully Booted"))
        await waiting


async def test_characters_cut_by_packets_are_whole(board: Switchboard) -> None:
    async with listening(board) as heard:
        await heard.snapshot()
        told = event("UserEvent", UserEvent="HotlineSeat", Agent="1001", State="示忙：午餐 🍚")
        for at in range(len(told)):
            await board.say(told[at : at + 1])
            await asyncio.sleep(0)  # a packet of its own
        assert (await heard.event())["State"] == "示忙：午餐 🍚"


@pytest.mark.parametrize("size", [1, 7, 1460])
async def test_a_real_recording_in_packets_of_any_size(board: Switchboard, size: int) -> None:
    wire = recorded("second_ring")
    async with listening(board) as heard:
        await heard.snapshot()
        sending = asyncio.ensure_future(_in_pieces(board, wire, size))
        got = [(await heard.event())["Event"] for _ in range(wire.count(b"\r\n\r\n"))]
        await sending
    assert got == [line.decode()[7:] for line in wire.split(b"\r\n") if line.startswith(b"Event: ")]


async def _in_pieces(board: Switchboard, data: bytes, size: int) -> None:
    for at in range(0, len(data), size):
        await board.say(data[at : at + size])
        await asyncio.sleep(0)


async def test_a_burst_of_ten_thousand_events_loses_none(board: Switchboard) -> None:
    async with listening(board) as heard:
        await heard.snapshot()
        burst = b"".join(event("QueueCallerJoin", Queue="changsha", Position=str(n)) for n in range(10_000))
        sending = asyncio.ensure_future(board.say(burst))
        got = [(await heard.event())["Position"] for _ in range(10_000)]
        await sending
    assert got == [str(n) for n in range(10_000)]


async def test_a_link_cut_in_the_middle_of_an_event(board: Switchboard) -> None:
    async with listening(board) as heard:
        await heard.snapshot()
        whole, half = event("QueueCallerJoin", Queue="changsha"), event("QueueCallerLeave", Queue="changsha")[:-9]
        await board.say(whole + half)
        assert (await heard.event())["Event"] == "QueueCallerJoin"
        board.cut()
        lost = await heard.next()
        assert (isinstance(lost, Lost), heard.ami.connected) == (True, False)
        await heard.snapshot()
        assert heard.ami.connected
        await board.say(event("AgentConnect", Queue="changsha"))
        assert (await heard.event())["Event"] == "AgentConnect"


async def test_an_action_in_flight_is_not_sent_again(board: Switchboard) -> None:
    board.ignored = {"CoreShowChannels"}
    async with listening(board) as heard:
        waiting = asyncio.ensure_future(heard.snapshot())
        await board.asked("CoreShowChannels")
        board.ignored = set()
        board.cut()
        await waiting
    assert [one["Action"] for one in board.actions] == ["Login", "QueueStatus", "CoreShowChannels"] * 2
    assert len({one["ActionID"] for one in board.actions}) == 6


async def test_asterisk_restarts(board: Switchboard) -> None:
    async with listening(board) as heard:
        await heard.snapshot()
        await board.say(event("Shutdown", Shutdown="Cleanly", Restart="True"))
        await board.close()
        await heard.lost()
        coming = asyncio.ensure_future(heard.snapshot())
        await board.open()
        await coming
        assert board.logins == 2


@pytest.mark.parametrize("action", ["Login", "QueueStatus", "CoreShowChannels"])
async def test_a_refusal_is_not_taken_for_an_empty_list(board: Switchboard, action: str) -> None:
    """Else every call that is up would be taken for ended."""
    board.refused = {action}
    async with listening(board) as heard:
        waiting = asyncio.ensure_future(heard.snapshot())
        await board.asked(action, times=3)
        assert not waiting.done()
        assert not heard.ami.connected
        board.refused = set()
        await waiting


@pytest.mark.parametrize("action", ["Login", "QueueStatus"])
async def test_no_answer_in_time(board: Switchboard, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    monkeypatch.setattr(edge, "ANSWER_SECONDS", 0.05)
    board.ignored = {action}
    async with listening(board) as heard:
        waiting = asyncio.ensure_future(heard.snapshot())
        await board.asked(action, times=2)
        board.ignored = set()
        await waiting


async def test_a_silent_link_is_pinged_and_a_dead_one_given_up(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "PING_SECONDS", 0.05)
    monkeypatch.setattr(edge, "ANSWER_SECONDS", 0.2)
    async with listening(board) as heard:
        await heard.snapshot()
        losing = asyncio.ensure_future(heard.lost())
        await board.asked("Ping", times=3)
        board.ignored = {"Ping"}
        await losing


async def test_who_does_not_read_is_cut_off_and_told_so(board: Switchboard) -> None:
    """Memory is bounded: what was read before the cut is delivered, then the loss is told."""
    async with listening(board, limit=100) as heard:
        await heard.snapshot()
        await board.say(b"".join(event("QueueCallerJoin", Position=str(n)) for n in range(5_000)))
        assert 100 <= await heard.lost() <= 101  # one may be in the reader's hand
        await heard.snapshot()


async def test_a_message_without_an_end_is_not_kept_for_ever(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "LARGEST_MESSAGE", 1000)
    async with listening(board) as heard:
        await heard.snapshot()
        sending = asyncio.ensure_future(board.say(b"Event: X\r\n" + b"A" * 5000))
        await heard.lost()
        await asyncio.wait([sending])
        await heard.snapshot()


async def test_headers_that_repeat_or_have_no_value_do_no_harm(board: Switchboard) -> None:
    async with listening(board) as heard:
        await heard.snapshot()
        await board.say(b"Event: A\r\nX: 1\r\nX: 2\r\nEmpty: \r\nNo colon\r\n\r\nnonsense\r\n\r\n\r\n\r\n" + event("B"))
        assert [(await heard.event())["Event"] for _ in range(2)] == ["A", "B"]


async def test_what_nobody_wants_is_not_even_parsed(board: Switchboard) -> None:
    ami = Ami(board.access, 100, frozenset({"AgentConnect"}))
    async with aclosing(ami.messages()) as messages:
        heard = Listening(ami, messages)
        await heard.snapshot()
        await board.say(recorded("answered"))
        assert (await heard.event())["Event"] == "AgentConnect"
        assert ami.events_seen > 25
