"""Who is rung: longest idle first, skills first and everybody later, agents of other centres when a line is long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf import Phone, Plan, Queue
from asterisk_conf.runtime import Asterisk
from seats.skills import WITH, WITHOUT
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.lines import places
from tests.asterisk.manager import Manager
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone

THIRD = Phone("8003", "ag8003", "third-phone-secret")
SECRETS = PHONE_SECRETS | {THIRD.sip_user: THIRD.secret}


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    general, other = made.queues
    general = replace(general, max_waiting=0, max_wait_seconds=60, overflow=("yueyang",), overflow_seconds=3)
    loan = Queue("changsha_loan", ring_seconds=5, retry_seconds=1, wrap_up_seconds=0, widen_seconds=4)
    other = replace(other, max_wait_seconds=60)
    return replace(made, queues=(general, loan, other), phones=(*made.phones, THIRD))


@pytest.fixture
async def phones(board: Switchboard) -> AsyncIterator[dict[str, Telephone]]:
    """Three registered phones, of agents 1001, 1002 and 1003."""
    async with AsyncExitStack() as stack:
        found = {}
        for number, (user, secret) in enumerate(SECRETS.items(), 1001):
            phone = await stack.enter_async_context(Telephone(board.plan.sip_port, user=user, voice="agent"))
            assert await phone.register(secret) == 200
            found[str(number)] = phone
        yield found


@pytest.fixture
async def manager(board: Switchboard) -> AsyncIterator[Manager]:
    async with board.manager() as manager:
        yield manager


async def serve(board: Switchboard, queue: str, *agents: tuple[str, int]) -> None:
    for agent, penalty in agents:
        interface = f"PJSIP/ag8{agent[1:]}"
        await board.rx(f"queue add member {interface} to {queue} penalty {penalty} as {agent}")


def leading_to(queue: str, conversations: Conversations) -> None:
    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE=queue)

    async def goodbye(line: Line) -> None:
        await line.leave(HL_NEXT="bye")

    conversations.scripts |= {"call": to_line, "after_queue": goodbye}


@asynccontextmanager
async def calling(board: Switchboard, number: str) -> AsyncIterator[Telephone]:
    async with Telephone(board.plan.sip_port, user=number, voice="caller") as caller:
        assert await caller.dial("12329") == 200
        yield caller


def rung(manager: Manager) -> list[str]:
    return [event["MemberName"] for event in manager.events if event.get("Event") == "AgentCalled"]


async def test_the_longest_idle_agent_is_rung_first(
    board: Switchboard, conversations: Conversations, phones: dict[str, Telephone], manager: Manager
) -> None:
    leading_to("changsha", conversations)
    await serve(board, "changsha", ("1001", 0), ("1002", 0), ("1003", 0))
    order = []
    for n in range(5):
        async with calling(board, f"1380000000{n}"):
            async with asyncio.timeout(10):
                waits = {agent: asyncio.ensure_future(phone.rings()) for agent, phone in phones.items()}
                await asyncio.wait(waits.values(), return_when=asyncio.FIRST_COMPLETED)
            (agent,) = (agent for agent, wait in waits.items() if wait.done())
            for wait in waits.values():
                wait.cancel()
            phones[agent].answer()
            await phones[agent].hears("caller", after=phones[agent].seconds)
            order.append(agent)
            # LastCall has a resolution of a second.
            await phones[agent].listens(1.1)
            await phones[agent].hang_up()
        await board.idle()
    assert sorted(order[:3]) == ["1001", "1002", "1003"]
    assert order[3:] == order[:2]


async def test_the_skilled_are_rung_first_and_everybody_later_at_the_same_place(
    board: Switchboard, conversations: Conversations, phones: dict[str, Telephone], manager: Manager
) -> None:
    leading_to("changsha_loan", conversations)
    await serve(board, "changsha_loan", ("1001", WITH), ("1002", WITHOUT))
    async with calling(board, "13800000001"):
        await phones["1001"].rings()
        async with calling(board, "13800000002"):
            await manager.event("QueueCallerJoin", Count="2")
            first, second = await places(board, "changsha_loan")
            await phones["1002"].rings(within=20)
            await manager.event("AgentCalled", MemberName="1002")
            assert rung(manager)[0] == "1001"
            assert rung(manager).count("1002") == 1
            assert await places(board, "changsha_loan") == [first, second]
            joins = [event for event in manager.events if event.get("Event") == "QueueCallerJoin"]
            assert len(joins) == 2, "nobody left the line for it"


async def test_without_anybody_skilled_all_are_rung_at_once(
    board: Switchboard, conversations: Conversations, phones: dict[str, Telephone], manager: Manager
) -> None:
    leading_to("changsha_loan", conversations)
    await serve(board, "changsha_loan", ("1002", WITHOUT))
    async with calling(board, "13800000001"):
        await phones["1002"].rings(within=3)
        await manager.event("AgentCalled", MemberName="1002")
        assert rung(manager) == ["1002"]


async def test_a_long_line_gets_help_from_another_centre_and_the_caller_is_told(
    board: Switchboard, conversations: Conversations, phones: dict[str, Telephone], manager: Manager
) -> None:
    leading_to("changsha", conversations)
    await serve(board, "changsha", ("1001", 0))
    await board.rx("queue pause member PJSIP/ag8001 queue changsha")
    await serve(board, "yueyang", ("1002", 0))
    async with calling(board, "13800000001") as caller:
        await caller.hears("wait.overflow")
        await phones["1002"].rings()
        await manager.event("HotlineWaiting", Queue="yueyang")
        waits = [event for event in manager.events if event.get("UserEvent") == "HotlineWaiting"]
        assert [one["Queue"] for one in waits] == ["changsha", "yueyang"]
        assert waits[0]["Joined"] == waits[1]["Joined"], "the place is kept"


async def test_without_help_the_caller_goes_on_waiting_where_they_were(
    board: Switchboard, conversations: Conversations, phones: dict[str, Telephone], manager: Manager
) -> None:
    leading_to("changsha", conversations)
    await serve(board, "changsha", ("1001", 0))
    await board.rx("queue pause member PJSIP/ag8001 queue changsha")
    async with calling(board, "13800000001"), calling(board, "13800000002"):
        for visit in ("1", "2"):
            await manager.event("HotlineWaiting", Queue="changsha", Visit=visit)
        before = await places(board)
        await board.rx("queue unpause member PJSIP/ag8001 queue changsha")
        await phones["1001"].rings()
        phones["1001"].answer()
        assert (await manager.event("AgentConnect"))["Linkedid"] == before[0]
