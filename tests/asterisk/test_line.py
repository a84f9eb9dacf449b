"""The line: what is announced to each caller, keys that work at every moment, and the place that is kept meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.lines import MEMBER, paused, places, ready, standing
from tests.asterisk.manager import Manager
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import tone

pytestmark = pytest.mark.usefixtures("agent")


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    first, second = made.queues
    line = replace(first, max_waiting=2, max_wait_seconds=60, announce_seconds=5, first_announce_seconds=1)
    return replace(made, queues=(line, second))


class Desk:
    """The conversations of callers in the line: each stays in its menu until it is let go."""

    def __init__(self, conversations: Conversations) -> None:
        self.entered: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.back = asyncio.Event()
        conversations.scripts |= {"call": self.to_line, "queue_key": self.menu, "after_queue": self.goodbye}

    async def to_line(self, line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    async def menu(self, line: Line) -> None:
        key = await line.run("GET VARIABLE HL_KEY")
        self.entered.put_nowait((line.environment["agi_uniqueid"], key.partition("(")[2].rstrip(")")))
        await self.back.wait()
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    async def goodbye(self, line: Line) -> None:
        await line.leave(HL_NEXT="bye")

    async def pressed(self) -> tuple[str, str]:
        """The next caller in the menu: call and what the key meant."""
        async with asyncio.timeout(10):
            return await self.entered.get()


@pytest.fixture
def desk(conversations: Conversations) -> Desk:
    return Desk(conversations)


@pytest.fixture
async def manager(board: Switchboard) -> AsyncIterator[Manager]:
    async with board.manager() as manager:
        yield manager


def announce(board: Switchboard, call: str, name: str) -> None:
    folder = board.plan.waiting / f"zh_{call}"
    folder.mkdir()
    (folder / "place.alaw").write_bytes(tone(name, 1.0))


async def test_each_caller_hears_their_own_place_again_and_again(
    board: Switchboard, desk: Desk, manager: Manager
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001", "13800000002") as ((first, one), (second, two)):
        announce(board, one, "place one")
        announce(board, two, "place two")
        for phone, name, other in ((first, "place one", "place two"), (second, "place two", "place one")):
            heard = await phone.hears(name, until_end=True)
            again = await phone.hears(name, after=heard.end)
            assert 4 <= again.start - heard.start <= 8
            assert other not in {sound.name for sound in phone.sounds()}


async def test_who_has_no_announcement_of_their_own_hears_that_they_still_wait(
    board: Switchboard, desk: Desk, manager: Manager
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001") as ((caller, _),):
        await caller.hears("wait.still")


@pytest.mark.parametrize(("key", "meaning"), [("1", "call_back"), ("2", "message"), ("*", "self_service")])
async def test_keys_work_while_music_plays(
    board: Switchboard, desk: Desk, manager: Manager, key: str, meaning: str
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001") as ((caller, call),):
        await caller.press(key)
        assert await desk.pressed() == (call, meaning)
        await manager.event("HotlineQueueExit", CallId=call, Key=meaning)


async def test_other_keys_mean_nothing(board: Switchboard, desk: Desk, manager: Manager) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001") as ((caller, call),):
        for key in "034567890#":
            await caller.press(key)
        await caller.press("*")
        assert await desk.pressed() == (call, "self_service")


async def test_keys_work_during_an_announcement(board: Switchboard, desk: Desk, manager: Manager) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001") as ((caller, call),):
        await caller.hears("wait.still")
        await caller.press("2")
        assert await desk.pressed() == (call, "message")


async def test_keys_work_while_a_phone_rings_which_then_stops(
    board: Switchboard, desk: Desk, manager: Manager, agent: Telephone
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001") as ((caller, call),):
        await ready(board)
        await agent.rings()
        await caller.press("*")
        assert await desk.pressed() == (call, "self_service")
        await agent.ends()
        assert "caller" not in {sound.name for sound in agent.sounds()}


async def test_the_place_is_kept_and_nobody_rings_for_one_in_a_menu(
    board: Switchboard, desk: Desk, manager: Manager, agent: Telephone
) -> None:
    """Three wait; the first leaves for the menu. The agent gets the second; the first comes back before the third."""
    await paused(board)
    async with standing(board, manager, "13800000001", "13800000002") as ((first, one), (second, two)):
        await first.press("*")
        assert await desk.pressed() == (one, "self_service")
        async with standing(board, manager, "13800000003") as ((_, three),):
            await ready(board)
            await agent.rings()
            agent.answer()
            called = await manager.event("AgentConnect")
            assert called["Linkedid"] == two
            await second.hears("agent")
            await board.rx(f"queue pause member {MEMBER} queue changsha")
            assert await places(board) == [three]
            desk.back.set()
            await manager.event("QueueCallerJoin", Uniqueid=one, Position="1", Count="2")
            assert await places(board) == [one, three]
            await second.hang_up()
            await ready(board)
            await agent.rings()
            agent.answer()
            assert (await manager.event("AgentConnect", Linkedid=one))["Queue"] == "changsha"
            await first.hears("agent")
            rings = [event["Linkedid"] for event in manager.events if event.get("Event") == "AgentCalled"]
            assert rings == [two, one]
            await agent.hang_up()


async def test_one_who_comes_back_is_let_into_a_full_line_behind_those_before_them(
    board: Switchboard, desk: Desk, manager: Manager
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001", "13800000002") as ((_, one), (second, two)):
        await second.press("2")
        await desk.pressed()
        async with standing(board, manager, "13800000003") as ((_, three),):
            async with Telephone(board.plan.sip_port, user="13800000004") as fourth:
                assert await fourth.dial("12329") == 200
                await manager.event("HotlineQueueExit", Status="FULL")
                await fourth.ends()
            desk.back.set()
            await manager.event("QueueCallerJoin", Uniqueid=two, Position="2", Count="3")
            assert await places(board) == [one, two, three]


async def test_a_silent_conversation_leads_back_to_the_place(
    board: Switchboard, desk: Desk, manager: Manager, conversations: Conversations
) -> None:
    await paused(board)
    async with standing(board, manager, "13800000001", "13800000002") as ((first, one), (_, two)):
        conversations.die()
        await first.press("1")
        await manager.event("HotlineQueueExit", CallId=one)
        await manager.event("QueueCallerJoin", Uniqueid=one, Position="1", Count="2")
        assert await places(board) == [one, two]
