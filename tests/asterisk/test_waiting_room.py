"""The waiting room over a real Asterisk: places, estimates, phones that nobody answers."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.lines import MEMBER, paused, ready, standing, waiting_room
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone

pytestmark = pytest.mark.usefixtures("agent")


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    first, second = made.queues
    line = replace(first, max_waiting=0, max_wait_seconds=60, announce_seconds=5, first_announce_seconds=1)
    return replace(made, queues=(line, second))


@pytest.fixture
def queueing(conversations: Conversations) -> Conversations:
    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    conversations.scripts["call"] = to_line
    return conversations


async def test_callers_hear_their_place_and_how_it_moves_up(
    board: Switchboard, queueing: Conversations, folder: Path
) -> None:
    """Without a talk in the window nothing is said of the time."""
    await paused(board)
    async with (
        waiting_room(board, folder),
        board.manager() as manager,
        standing(board, manager, "13800000001", "13800000002", "13800000003") as (
            (first, one),
            (second, _),
            (third, _),
        ),
    ):
        await first.hears("place one")
        await second.hears("place two")
        last = await third.hears("place three", until_end=True)
        await first.hang_up()
        await second.hears("place one")
        moved = await third.hears("place two", after=last.end)
        assert not {"one minute", "two minutes"} & {sound.name for sound in third.sounds()}
        assert moved.start > last.end
        assert not (board.plan.waiting / f"zh_{one}").exists()


async def test_the_estimate_is_place_times_handling_time_by_seats(
    board: Switchboard, queueing: Conversations, folder: Path
) -> None:
    """Five talks of a minute and one seat; who is paused serves nobody, so the seat is free and rings without end."""
    await paused(board)
    async with waiting_room(board, folder) as here, board.manager() as manager:
        for _ in range(5):
            here.handling.talked("changsha", here.room._setting.clock(), 55)
        await ready(board)
        async with standing(board, manager, "13800000001", "13800000002") as ((_, _), (second, _)):
            await second.hears("place two")
            await second.hears("two minutes")


async def test_a_seat_that_does_not_answer_is_paused_and_the_ledger_is_told(
    board: Switchboard, queueing: Conversations, folder: Path, agent: Telephone
) -> None:
    await board.rx(f"queue add member {MEMBER} to changsha penalty 0 as 1001")
    async with (
        waiting_room(board, folder, most_missed=2) as here,
        board.manager() as manager,
        standing(board, manager, "13800000001"),
    ):
        await agent.rings()
        paused_now = await manager.event("QueueMemberPause", within=30, Paused="1")
        assert paused_now["PausedReason"] == "no_answer"
        missed = [event for event in manager.events if event.get("Event") == "AgentRingNoAnswer"]
        assert len(missed) == 2
        async with asyncio.timeout(5):
            assert await here.states.get() == (MEMBER, "paused", "no_answer")
        told = [json.loads(line) for line in (folder / "seats.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [(one["kind"], one["agent"], one["state"], one["reason"]) for one in told] == [
            ("seat", "1001", "paused", "no_answer")
        ]
