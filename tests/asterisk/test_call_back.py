"""Call-backs through a real Asterisk: out through the trunk, back to the kept place, to an agent; and tries that fail."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from facts import Journal
from seats.call_back import CallBacks, Wish
from seats.dialling import Rules, patterns
from seats.tables import CallBack
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.lines import Room, paused, places, ready, standing, waiting_room
from tests.asterisk.manager import Manager
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from waiting.caller_back import CallerBack
from waiting.release import Hours

pytestmark = pytest.mark.usefixtures("agent")

RULES = Rules(area_codes=("0731",))
NUMBER = "13912345678"
ORIGINAL = "1795000000.7"
ALWAYS = Hours(dt.time(0), dt.time.max)


@pytest.fixture
async def called() -> AsyncIterator[Telephone]:
    """The telephone behind the trunk that every outgoing call reaches."""
    async with Telephone(0, user=NUMBER, voice="caller") as telephone:
        yield telephone


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path, called: Telephone) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    called.server = made.sip_port
    first, second = made.queues
    line = replace(first, max_waiting=0, max_wait_seconds=60, announce_seconds=60, first_announce_seconds=30)
    return replace(made, queues=(line, second), outgoing=f"127.0.0.1:{called.port}", dial_patterns=patterns(RULES))


@pytest.fixture
def queueing(conversations: Conversations) -> Conversations:
    """Callers go to the line; who is called back confirms."""

    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    async def confirmed(line: Line) -> None:
        await line.leave(HL_NEXT="queue")

    async def goodbye(line: Line) -> None:
        await line.leave(HL_NEXT="bye")

    conversations.scripts |= {"call": to_line, "call_back": confirmed, "after_queue": goodbye}
    return conversations


@pytest.fixture
def call_backs(fresh_engine: AsyncEngine) -> CallBacks:
    return CallBacks(fresh_engine, RULES, tries=2, again=dt.timedelta(0))


@pytest.fixture
async def here(board: Switchboard, queueing: Conversations, folder: Path, call_backs: CallBacks) -> AsyncIterator[Room]:
    journal = Journal(folder / "unused.jsonl")

    async def nothing(_: str, **__: str) -> dict[str, str]:
        raise AssertionError

    back = CallerBack(call_backs, nothing, journal, ALWAYS, "12329", ring_seconds=3)
    async with waiting_room(board, folder, caller_back=back) as room:
        yield room


@pytest.fixture
async def manager(board: Switchboard) -> AsyncIterator[Manager]:
    async with board.manager() as manager:
        yield manager


@pytest.fixture
async def second_agent(board: Switchboard) -> AsyncIterator[Telephone]:
    async with Telephone(board.plan.sip_port, user="ag8002") as telephone:
        yield telephone


async def becomes(engine: AsyncEngine, manager: Manager, state: str) -> CallBack:
    """The promise's row, once it has this state: asked again after each event."""
    async with asyncio.timeout(20):
        while True:
            async with engine.connect() as connection:
                row = (await connection.execute(select(CallBack))).one()
            if row.state == state:
                return row  # type: ignore[return-value]
            async with manager._news:
                try:
                    async with asyncio.timeout(0.2):
                        await manager._news.wait()
                except TimeoutError:
                    pass


def wish(joined: int | None = None) -> Wish:
    return Wish(ORIGINAL, "changsha", "changsha", NUMBER, joined)


async def test_who_was_promised_a_call_reaches_the_agent_who_is_free(
    board: Switchboard,
    here: Room,
    manager: Manager,
    call_backs: CallBacks,
    called: Telephone,
    agent: Telephone,
    fresh_engine: AsyncEngine,
) -> None:
    await paused(board)
    await call_backs.promise(wish())
    await ready(board)
    await called.rings()
    assert called.invitation is not None
    assert "12329@" in called.invitation.headers["from"]
    called.answer()
    await agent.rings()
    assert agent.invitation is not None
    assert "139****5678" in agent.invitation.headers["from"].replace("%2A", "*")
    agent.answer()
    await called.hears("announcement")
    await called.hears("agent")
    await agent.hears("caller")
    row = await becomes(fresh_engine, manager, "answered")
    assert (row.agent, row.tries) == ("1001", 1)
    joined = await manager.event("QueueCallerJoin")
    assert joined["Linkedid"] == f"{ORIGINAL}-cb1"
    waiting = await manager.event("HotlineWaiting")
    assert (waiting["CallId"], waiting["Visit"]) == (ORIGINAL, "101")
    await agent.hang_up()
    await called.ends()
    await board.idle()
    assert (await becomes(fresh_engine, manager, "answered")).tries == 1
    assert (board.plan.recordings / f"{ORIGINAL}-101.raw").exists()


async def test_a_call_back_goes_before_those_who_joined_later_and_behind_those_before(
    board: Switchboard,
    here: Room,
    manager: Manager,
    call_backs: CallBacks,
    called: Telephone,
    agent: Telephone,
    second_agent: Telephone,
) -> None:
    """No agent is free, and two wait: the promise's place is between them, so nobody is called until the first is gone."""
    await paused(board)
    async with standing(board, manager, "13800000001", "13800000002") as ((first, one), (_, two)):
        joined = [int((await manager.event("HotlineWaiting", CallId=call))["Joined"]) for call in (one, two)]
        await call_backs.promise(wish(joined[0] + 1))
        assert joined[0] + 1 < joined[1]
        # Somebody serves the line, and talks to a colleague for now.
        assert await second_agent.register(switchboard.PHONE_SECRETS["ag8002"]) == 200
        await board.rx("queue add member PJSIP/ag8002 to changsha penalty 0 as 1002")
        talking = asyncio.ensure_future(second_agent.dial("8001", secret=switchboard.PHONE_SECRETS["ag8002"]))
        await agent.rings()
        await manager.event("QueueMemberStatus", MemberName="1002", Status="2")
        assert not any(one["Action"] == "Originate" for one in here.actions.done)
        await first.hang_up()
        await called.rings(within=15)
        called.answer()
        back = await manager.event("QueueCallerJoin", Linkedid=f"{ORIGINAL}-cb1")
        assert back["Position"] == "1"
        assert await places(board) == [f"{ORIGINAL}-cb1", two]
        agent.answer()
        assert await talking == 200


async def test_nobody_there_twice_is_given_up(
    board: Switchboard,
    here: Room,
    manager: Manager,
    call_backs: CallBacks,
    called: Telephone,
    fresh_engine: AsyncEngine,
) -> None:
    await call_backs.promise(wish())
    await paused(board)
    await ready(board)
    for _ in range(2):
        await called.rings(within=15)
        await called.ends()
    row = await becomes(fresh_engine, manager, "given_up")
    assert row.tries == 2


async def test_a_number_that_the_plan_refuses_is_never_dialled(
    board: Switchboard, here: Room, manager: Manager, call_backs: CallBacks, fresh_engine: AsyncEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Whoever could write into the table still reaches nobody outside the plan."""
    await call_backs.promise(wish())
    async with fresh_engine.begin() as connection:
        await connection.execute(update(CallBack).values(number="00440123456789"))
    await paused(board)
    await ready(board)
    await becomes(fresh_engine, manager, "given_up")
    assert not any(one["Action"] == "Originate" for one in here.actions.done)
    assert "call-back to 004****6789 refused: foreign" in caplog.text


async def test_after_a_restart_a_try_whose_channel_is_gone_is_over(
    board: Switchboard, queueing: Conversations, folder: Path, call_backs: CallBacks, fresh_engine: AsyncEngine
) -> None:
    await call_backs.promise(wish())
    (promise,) = await call_backs.due()
    assert await call_backs.begin(promise.id) == 1
    back = CallerBack(call_backs, None, None, ALWAYS, "12329")  # type: ignore[arg-type]
    async with waiting_room(board, folder, caller_back=back):
        (again,) = await call_backs.due()
    assert again.tries == 1
