"""The keeper over a real Asterisk and a real database: whatever was away, queues and seats agree again."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import seats.demo
from ami import Access, Ami, Control
from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from facts import Journal
from fund.passwords import Passwords
from seats.changes import changes
from seats.keeper import WANTED, Keeper
from seats.service import PAUSED, READY, Seats, Sitting
from seats.settings import WRAP_UP, SeatsSettings
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone

PINS = Passwords("key")
DESK = "PJSIP/ag8001"


@pytest.fixture
async def service(fresh_engine: AsyncEngine) -> Seats:
    await seats.demo.load(fresh_engine, "seats", ["changsha"], PINS)
    return Seats(fresh_engine, PINS, SeatsSettings(wrap_up_seconds=2, phone_grace_seconds=5))


async def takes_seat(service: Seats, number: str = "1001", interface: str = DESK) -> None:
    assert await service.sign_in(number, seats.demo.pin("seats", number), interface) is not None


@asynccontextmanager
async def keeping(plan: Plan, service: Seats, engine: AsyncEngine, folder: Path) -> AsyncIterator[Keeper]:
    access = Access("127.0.0.1", plan.ami_port, "hl_control", plan.ami_control_secret)
    journal = Journal(folder / "seats.jsonl")
    async with Control(access) as control:
        keeper = Keeper(service, control, journal, (), frozenset({"changsha", "yueyang"}))
        ami = Ami(Access("127.0.0.1", plan.ami_port, "hl_events", plan.ami_events_secret), 10000, WANTED)
        tasks = [asyncio.ensure_future(work) for work in (keeper.run(ami), changes(engine, keeper.wake))]
        try:
            yield keeper
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)
            journal.close()


async def until_queue(board: Switchboard, wanted: set[tuple[str, str, str]], within: float = 10) -> None:
    """Until the queue's members are these: name, interface, reason of a pause or nothing."""
    async with asyncio.timeout(within):
        while True:
            async with board.manager() as asking:
                await asking.ask(Action="QueueStatus")
                await asking.event("QueueStatusComplete")
                found = {
                    (one["Name"], one["Location"], one["PausedReason"] or "?" if one["Paused"] == "1" else "")
                    for one in asking.events
                    if one.get("Event") == "QueueMember"
                }
            if found == wanted:
                return


async def until_seat(service: Seats, state: str, number: str = "1001", within: float = 10) -> Sitting:
    async with asyncio.timeout(within):
        while True:
            for seat in await service.sitting(number):
                if seat.state == state:
                    return seat


@pytest.mark.usefixtures("agent")
async def test_queues_follow_the_table(
    board: Switchboard, service: Seats, fresh_engine: AsyncEngine, folder: Path
) -> None:
    await board.rx("queue add member PJSIP/ag8002 to yueyang penalty 0 as 4711")
    async with keeping(board.plan, service, fresh_engine, folder):
        await until_queue(board, set())
        await takes_seat(service)
        await until_queue(board, {("1001", DESK, "")})
        await service.set_state(DESK, PAUSED, "用餐")
        await until_queue(board, {("1001", DESK, "用餐")})
        await service.set_state(DESK, PAUSED, "会议")
        await until_queue(board, {("1001", DESK, "会议")})
        await board.rx(f"queue unpause member {DESK} queue changsha")
        await until_queue(board, {("1001", DESK, "会议")})
        await service.set_state(DESK, READY)
        await until_queue(board, {("1001", DESK, "")})
        await takes_seat(service, "1002")
        await until_queue(board, {("1002", DESK, "")})
        await takes_seat(service, "1101")
        await until_queue(board, set())
        await takes_seat(service)
        await board.rx(f"queue remove member {DESK} from changsha")
        await until_queue(board, {("1001", DESK, "")})
        await service.sign_out(DESK)
        await until_queue(board, set())


async def test_asterisk_comes_back_to_what_changed_while_it_was_away(
    plan: Plan, asterisk: Asterisk, service: Seats, fresh_engine: AsyncEngine, folder: Path
) -> None:
    """Its own database remembers 1001; meanwhile 1001 has left and 1002, paused, has come."""
    async with keeping(plan, service, fresh_engine, folder):
        async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as board, phone(board):
            await takes_seat(service)
            await until_queue(board, {("1001", DESK, "")})
        await service.sign_out(DESK)
        await takes_seat(service, "1002")
        await service.set_state(DESK, PAUSED, "休息")
        async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as board:
            await until_queue(board, {("1002", DESK, "休息")}, within=20)


@asynccontextmanager
async def phone(board: Switchboard, user: str = "ag8001") -> AsyncIterator[Telephone]:
    async with Telephone(board.plan.sip_port, user=user, voice="agent") as telephone:
        assert await telephone.register(PHONE_SECRETS[user]) == 200
        yield telephone


async def test_wrap_up_after_a_talk_ends_by_time_and_is_told(
    board: Switchboard,
    conversations: Conversations,
    service: Seats,
    fresh_engine: AsyncEngine,
    folder: Path,
    agent: Telephone,
    caller: Telephone,
) -> None:
    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    conversations.scripts["call"] = to_line
    await takes_seat(service)
    async with keeping(board.plan, service, fresh_engine, folder), board.manager() as manager:
        await until_queue(board, {("1001", DESK, "")})
        assert await caller.dial("12329") == 200
        await agent.rings()
        agent.answer()
        connect = await manager.event("AgentConnect")
        await agent.hang_up()
        seat = await until_seat(service, WRAP_UP)
        await until_queue(board, {("1001", DESK, WRAP_UP)})
        assert seat.call == connect["Linkedid"]
        await until_seat(service, READY)
        await until_queue(board, {("1001", DESK, "")})
        async with asyncio.timeout(5):
            while not (told := facts(folder, "wrap_up")):
                await service.untold()  # what is untold now is told in the next round
    (wrap_up,) = told
    assert (wrap_up["call"], wrap_up["agent"], wrap_up["ended_by"]) == (connect["Linkedid"], "1001", "time")
    assert 2 <= wrap_up["seconds"] < 5


def facts(folder: Path, kind: str) -> list[dict[str, Any]]:
    file = folder / "seats.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [one for one in map(json.loads, lines) if one["kind"] == kind]


async def test_a_phone_that_is_gone_signs_its_agent_out_after_the_grace_time(
    board: Switchboard, service: Seats, fresh_engine: AsyncEngine, folder: Path, agent: Telephone
) -> None:
    await takes_seat(service)
    async with keeping(board.plan, service, fresh_engine, folder):
        await until_queue(board, {("1001", DESK, "")})
        assert await agent.register(PHONE_SECRETS["ag8001"], seconds=0) == 200
        async with asyncio.timeout(10):
            while (await service.sitting("1001"))[0].gone_since is None:
                pass
        assert await agent.register(PHONE_SECRETS["ag8001"]) == 200
        async with asyncio.timeout(10):
            while (await service.sitting("1001"))[0].gone_since is not None:
                pass
        assert await agent.register(PHONE_SECRETS["ag8001"], seconds=0) == 200
        await until_queue(board, set(), within=20)
        assert await service.occupant(DESK) is None
    assert ("signed_out", "phone_gone") in {(one["state"], one["reason"]) for one in facts(folder, "seat")}


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    return replace(switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS)), phone_rtp_timeout=5)


async def test_a_phone_whose_plug_is_pulled_in_a_talk(
    board: Switchboard,
    conversations: Conversations,
    service: Seats,
    fresh_engine: AsyncEngine,
    folder: Path,
    caller: Telephone,
) -> None:
    """The caller goes on as after any talk; Asterisk asks the phone every half minute, and then its agent is signed out."""

    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    conversations.scripts["call"] = to_line
    await takes_seat(service)
    async with keeping(board.plan, service, fresh_engine, folder), board.manager() as manager:
        async with phone(board) as desk:
            await until_queue(board, {("1001", DESK, "")})
            assert await caller.dial("12329") == 200
            await desk.rings()
            desk.answer()
            await caller.hears("agent")
        assert (await manager.event("HotlineQueueExit", within=20))["Status"] == "CONTINUE"
        await until_queue(board, set(), within=60)
        assert await service.occupant(DESK) is None
