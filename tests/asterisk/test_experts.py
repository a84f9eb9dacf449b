"""Callers handed on to experts by real phones: by REFER, by a code pressed in the talk, by redirecting; and back again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from ami import Access, Control
from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from queue_stats.ledger import reduce
from recordings.plain import finished
from seats.joining import rejoin
from tests.asterisk.conversations import Conversations
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.talk import FIRST, LOAN, THIRD, Floor, expert_plan, goodbye, hears_now, talking, to_line
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import heard_in


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    return expert_plan(folder, asterisk, music)


@pytest.fixture
async def floor(board: Switchboard, conversations: Conversations) -> AsyncIterator[Floor]:
    conversations.scripts |= {"call": to_line, "after_queue": goodbye}
    async with talking(board) as floor:
        yield floor


async def test_the_agent_hears_of_the_caller_while_the_caller_hears_the_announcement(floor: Floor) -> None:
    assert [sound.name for sound in floor.agent.sounds()][:2] == ["whisper", "caller"]
    assert "whisper" not in {sound.name for sound in floor.caller.sounds()}
    assert "announcement" in {sound.name for sound in floor.caller.sounds()}


@pytest.mark.parametrize("way", ["refer", "keys", "redirect"])
async def test_an_expert_takes_the_caller(floor: Floor, way: str) -> None:
    await floor.expert_signed_in()
    if way == "refer":
        assert await floor.refer(floor.agent) == 202
    elif way == "keys":
        for key in LOAN:
            await floor.agent.press(key)
    else:
        (channel,) = {event["Channel"] for event in floor.told("QueueCallerJoin")}
        async with floor.board.manager("hl_control") as control:
            await control.ask(Action="Redirect", Channel=channel, Context="experts", Exten="loan", Priority="1")
    await floor.caller.hears("expert.connecting")
    await floor.expert.rings()
    floor.expert.answer()
    await floor.caller.hears("expert")
    await floor.expert.hears("caller")
    assert "whisper" in {sound.name for sound in floor.expert.sounds()}, "it travels to the expert"
    if way != "refer":
        await floor.agent.ends()
    await floor.expert.hang_up()
    await floor.over()
    (handed,) = floor.told("HotlineHandedOn")
    assert (handed["Queue"], handed["Agent"], handed["Interface"]) == ("changsha", "1001", "PJSIP/ag8001")
    assert [event["MemberName"] for event in floor.told("AgentConnect")] == ["1001", "1101"]
    assert [event["Queue"] for event in floor.told("HotlineQueueExit")] == ["changsha", "expert_loan"]
    assert not floor.told("HotlineUnsettled")


@pytest.mark.parametrize("signed_in", [False, True])
async def test_without_an_expert_the_same_agent_has_the_caller_back(floor: Floor, signed_in: bool) -> None:
    if signed_in:
        await floor.expert_signed_in()
    assert await floor.refer(floor.agent) == 202
    await floor.agent.hang_up()
    await floor.caller.hears("expert.back")
    await floor.agent.rings(within=20)
    floor.agent.answer()
    await hears_now(floor.caller, "agent")
    await floor.agent.hears("expert.returned")
    await hears_now(floor.agent, "caller")
    await floor.caller.hang_up()
    await floor.over()
    legs = [(event["Agent"], event["State"]) for event in floor.told("HotlineLeg")]
    assert legs == [("1001", "rings"), ("1001", "answered"), ("1001", "over")]
    (unsettled,) = floor.told("HotlineUnsettled")
    assert (unsettled["Subject"], unsettled["Agent"], unsettled["Centre"]) == ("loan", "1001", "changsha")


async def test_unanswered_at_last_the_caller_is_first_in_the_line(floor: Floor) -> None:
    assert await floor.refer(floor.agent) == 202
    await floor.agent.hang_up()
    await floor.agent.rings(within=20)
    await floor.agent.ends(within=20)
    await floor.manager.event("HotlineWaiting", Queue="changsha", Visit="4", within=20)
    await floor.agent.rings(within=20)
    floor.agent.answer()
    await hears_now(floor.caller, "agent")
    await floor.caller.hang_up()
    await floor.over()
    assert len(floor.told("HotlineUnsettled")) == 1


@pytest.mark.parametrize("way", ["refer", "keys"])
async def test_an_expert_hands_the_caller_back(floor: Floor, way: str) -> None:
    await floor.expert_signed_in()
    assert await floor.refer(floor.agent) == 202
    await floor.agent.hang_up()
    await floor.expert.rings()
    floor.expert.answer()
    await floor.caller.hears("expert")
    if way == "refer":
        assert await floor.refer(floor.expert, "8001") == 202
        await floor.expert.hang_up()
    else:
        for key in FIRST:
            await floor.expert.press(key)
    await floor.agent.rings()
    floor.agent.answer()
    await hears_now(floor.caller, "agent")
    await floor.agent.hang_up()
    await floor.over()
    handed = [(event["Queue"], event["Agent"]) for event in floor.told("HotlineHandedOn")]
    assert handed == [("changsha", "1001"), ("expert_loan", "1101")]
    ends = [(event["Queue"], event["Agent"], event["Status"]) for event in floor.told("HotlineQueueExit")]
    assert ends[-1] == ("phone", "1001", "CONTINUE")
    assert not floor.told("HotlineUnsettled")


async def test_another_agent_gets_the_caller_and_is_known_by_number(board: Switchboard, floor: Floor) -> None:
    """The keeper says who sits at which phone."""
    async with Telephone(board.plan.sip_port, user="ag8003", voice="supervisor") as third:
        assert await third.register(THIRD.secret) == 200
        async with board.manager("hl_control") as control:
            await control.ask(Action="Setvar", Variable="HL_SITS_ag8003", Value="1003")
        assert await floor.refer(floor.agent, "8003") == 202
        await floor.agent.hang_up()
        await third.rings()
        third.answer()
        await hears_now(floor.caller, "supervisor")
        await third.hang_up()
        await floor.over()
    call = reduce(floor.facts())
    assert [(visit.queue, visit.agent) for visit in call.visits] == [("changsha", "1001"), ("phone", "1003")]


async def test_two_transfers_at_once_are_one(floor: Floor) -> None:
    await floor.expert_signed_in()
    (channel,) = {event["Channel"] for event in floor.told("QueueCallerJoin")}
    async with floor.board.manager("hl_control") as control:
        redirect = control.ask(Action="Redirect", Channel=channel, Context="experts", Exten="loan", Priority="1")
        statuses = await asyncio.gather(floor.refer(floor.agent), redirect)
    assert statuses[1]["Response"] in {"Success", "Error"}
    await floor.expert.rings()
    floor.expert.answer()
    await floor.caller.hears("expert")
    await floor.caller.hang_up()
    await floor.over()
    (handed,) = floor.told("HotlineHandedOn")
    assert handed["Agent"] == "1001"
    assert [event["MemberName"] for event in floor.told("AgentConnect")] == ["1001", "1101"]


async def test_the_callers_keys_hand_nobody_on(floor: Floor) -> None:
    await floor.expert_signed_in()
    for key in LOAN:
        await floor.caller.press(key)
    await floor.caller.listens(2.5)
    await hears_now(floor.caller, "agent")
    assert not floor.told("HotlineHandedOn")
    assert not floor.expert.ringing.is_set()


async def test_a_phone_without_a_caller_hands_nobody_on(board: Switchboard, floor: Floor) -> None:
    async with Telephone(board.plan.sip_port, user="ag8003") as third:
        assert await third.register(THIRD.secret) == 200
        await floor.expert_signed_in()
        for number in (FIRST, LOAN):
            await third.dial(number, secret=THIRD.secret)
    assert not floor.told("HotlineHandedOn")
    assert not floor.expert.ringing.is_set()


@asynccontextmanager
async def second_line(floor: Floor) -> AsyncIterator[Telephone]:
    """The agent's phone calls the expert while the caller is on hold, and they talk."""
    await floor.expert_signed_in()
    await floor.agent.hold()
    async with Telephone(floor.board.plan.sip_port, user="ag8001", voice="supervisor") as second:
        assert await second.dial(LOAN, secret=PHONE_SECRETS["ag8001"]) == 200
        await floor.expert.rings()
        floor.expert.answer()
        await second.hears("expert")
        await floor.expert.hears("whisper")
        await hears_now(floor.expert, "supervisor")
        yield second


async def test_an_agent_asks_an_expert_first_and_joins_the_two(floor: Floor) -> None:
    async with second_line(floor) as second:
        assert await floor.agent.refer(second.replaces(floor.board.plan.sip_port)) == 202
        await hears_now(floor.caller, "expert")
        await hears_now(floor.expert, "caller")
        await second.ends()
    await floor.expert.hang_up()
    await floor.over()
    call = reduce(floor.facts())
    assert [(visit.queue, visit.agent) for visit in call.visits] == [("changsha", "1001"), ("expert_loan", "1101")]
    first, expert = (visit.talk for visit in call.visits)
    assert first is not None
    assert expert is not None
    assert first[0] < expert[0] < first[1] < expert[1], "the expert's time goes on after the agent's"
    assert call.ended is not None
    assert expert[1] <= call.ended
    assert call.together_ms == first[1] - expert[0]
    assert call.hold_ms is not None
    assert call.hold_ms > 0


async def test_an_expert_who_was_joined_is_heard_by_the_recording(floor: Floor) -> None:
    """Though the expert's phone counts its packets from zero, as the agent's did before."""
    async with second_line(floor) as second:
        assert await floor.agent.refer(second.replaces(floor.board.plan.sip_port)) == 202
        await hears_now(floor.caller, "expert")
        await second.ends()
        event = await floor.manager.event("AttendedTransfer")
        plan = floor.board.plan
        async with Control(Access("127.0.0.1", plan.ami_port, "hl_control", plan.ami_control_secret)) as control:
            await rejoin(control, event)
        await hears_now(floor.caller, "expert")
        await hears_now(floor.expert, "caller")
    await floor.expert.hang_up()
    await floor.over()
    *_, last = finished(floor.board.plan.recordings)
    assert last.told().agent == "1101"
    samples = np.frombuffer(last.raw.read_bytes(), dtype="<i2").reshape(-1, 2).astype(np.float64)
    assert {sound.name for sound in heard_in(samples[:, 0])} == {"caller"}
    assert {sound.name for sound in heard_in(samples[:, 1])} == {"expert"}
    first, expert = (visit.talk for visit in reduce(floor.facts()).visits)
    assert first is not None
    assert expert is not None
    assert first[1] < expert[1], "the expert's time goes on"


async def test_an_agent_asks_an_expert_and_goes_on_alone(floor: Floor) -> None:
    async with second_line(floor) as second:
        await second.hang_up()
        await floor.expert.ends()
        await floor.agent.hold(off=True)
        await hears_now(floor.caller, "agent")
        await floor.agent.hang_up()
        await floor.over()
    call = reduce(floor.facts())
    first, expert = (visit.talk for visit in call.visits)
    assert first is not None
    assert expert is not None
    assert first[0] < expert[0] < expert[1] < first[1]
    assert call.settled is True


async def test_a_question_an_agent_leaves_open(floor: Floor) -> None:
    (channel,) = {event["Channel"] for event in floor.told("QueueCallerJoin")}
    async with floor.board.manager("hl_control") as control:
        await control.ask(Action="Setvar", Channel=channel, Variable="HL_ASKED", Value="loan")
    await floor.agent.hang_up()
    await floor.over()
    (question,) = floor.told("HotlineUnsettled")
    assert (question["Subject"], question["Agent"]) == ("loan", "1001")
