"""In the middle of a talk, by real phones: an expert is asked first, all three talk, a password is typed to the machine.

Each by the codes of the phone and by the API's own deeds.
"""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ami import Access, Control
from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from queue_stats.call import Call, Visit
from queue_stats.ledger import reduce
from recordings.plain import finished
from seats.consultation import AWAY, TO_ROOM, keep_waiting, with_expert
from seats.exceptions import NotPossible
from seats.service import Occupant, Sitting
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.talk import LOAN, Floor, expert_plan, goodbye, hears_both, hears_now, talking, to_line
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import mixed_in

ASK, TOGETHER, BACK, QUERY = "*211", "*22", "*23", "*24"
WAYS = ["keys", "http"]


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    return expert_plan(folder, asterisk, music)


@pytest.fixture
async def floor(board: Switchboard, conversations: Conversations) -> AsyncIterator[Floor]:
    conversations.scripts |= {"call": to_line, "after_queue": goodbye}
    async with talking(board) as floor:
        yield floor


@pytest.fixture
async def control(floor: Floor) -> AsyncIterator[Control]:
    plan = floor.board.plan
    async with Control(Access("127.0.0.1", plan.ami_port, "hl_control", plan.ami_control_secret)) as control:
        yield control


SEAT = Sitting(
    Occupant("1001", "changsha", "agent"), "甲", "PJSIP/ag8001", "ready", "", dt.datetime.now(dt.UTC), None, warned=False,
    call="", queue="", gone_since=None,
)  # fmt: skip


async def press(phone: Telephone, keys: str) -> None:
    for key in keys:
        await phone.press(key)


async def ask(floor: Floor, control: Control, way: str) -> None:
    if way == "keys":
        await press(floor.agent, ASK)
    else:
        assert await keep_waiting(control, SEAT, "ask_loan", "s") == floor.call


async def asked(floor: Floor, control: Control, way: str = "keys") -> None:
    """The agent talks with the expert, and the caller waits."""
    await floor.expert_signed_in()
    await ask(floor, control, way)
    await floor.caller.hears("expert.asking")
    await floor.expert.rings()
    floor.expert.answer()
    await floor.expert.hears("whisper")
    await hears_now(floor.agent, "expert")
    await hears_now(floor.expert, "agent")


async def together(floor: Floor, control: Control, way: str = "keys") -> None:
    """All three talk."""
    await asked(floor, control, way)
    if way == "keys":
        await press(floor.agent, TOGETHER)
    else:
        await with_expert(control, SEAT, TO_ROOM, HL_TOGETHER="1")
    await hears_both(floor.caller, "agent", "expert")
    await hears_both(floor.agent, "caller", "expert")
    await hears_both(floor.expert, "caller", "agent")


def visits(floor: Floor) -> tuple[Call, Visit, Visit]:
    """What became of it: two visits, the agent's and the expert's."""
    call = reduce(floor.facts())
    first, expert = call.visits
    assert [(one.queue, one.agent) for one in (first, expert)] == [("changsha", "1001"), ("expert_loan", "1101")]
    return call, first, expert


def overs(floor: Floor) -> set[tuple[str, str]]:
    """Whose wrap-up begins: told by a queue, or by the dialplan."""
    told = floor.told("HotlineLeg", "AgentComplete")
    return {(one.get("Agent") or one["MemberName"], one["Interface"]) for one in told if one.get("State", "over") == "over"}


def voices(samples: np.ndarray) -> set[str]:
    """Whose voices are in a recording, alone or together."""
    pieces = np.array_split(samples, max(1, len(samples) // 2000))
    return set().union(*(mixed_in(piece) for piece in pieces)) & {"caller", "agent", "expert"}


BOTH = {("1001", "PJSIP/ag8001"), ("1101", "PJSIP/ag8002")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["the expert hangs up", "the agent sends the expert away"])
async def test_an_expert_is_asked_and_the_talk_goes_on(floor: Floor, control: Control, way: str, who: str) -> None:
    await asked(floor, control, way)
    if who == "the expert hangs up":
        await floor.expert.hang_up()
    elif way == "keys":
        await press(floor.agent, BACK)
        await floor.expert.ends()
    else:
        await with_expert(control, SEAT, AWAY)
        await floor.expert.ends()
    await hears_now(floor.caller, "agent")
    await hears_now(floor.agent, "caller")
    await floor.agent.hang_up()
    await floor.over()
    call, first, expert = visits(floor)
    assert first.talk is not None
    assert expert.talk is not None
    assert first.talk[0] < expert.talk[0] < expert.talk[1] < first.talk[1]
    assert call.together_ms == expert.talk[1] - expert.talk[0]
    assert call.settled is True
    assert overs(floor) == BOTH


async def test_asking_twice_and_handing_over_at_last(floor: Floor, control: Control) -> None:
    """Whatever the agent did before, the next code is a talk's like any other."""
    await asked(floor, control)
    await floor.expert.hang_up()
    await hears_now(floor.caller, "agent")
    await press(floor.agent, LOAN)
    await floor.agent.ends()
    await floor.expert.rings(within=20)
    floor.expert.answer()
    await hears_now(floor.caller, "expert")
    await floor.caller.hang_up()
    await floor.over()
    call = reduce(floor.facts())
    assert [one.agent for one in call.visits] == ["1001", "1101", "1101"]
    assert all(one.talk for one in call.visits)


@pytest.mark.parametrize("way", WAYS)
async def test_an_agent_who_hangs_up_leaves_the_caller_to_the_expert(floor: Floor, control: Control, way: str) -> None:
    await asked(floor, control, way)
    await floor.agent.hang_up()
    await hears_now(floor.caller, "expert")
    await hears_now(floor.expert, "caller")
    await floor.expert.hang_up()
    await floor.over()
    _, first, expert = visits(floor)
    assert first.talk is not None
    assert expert.talk is not None
    assert first.talk[0] < expert.talk[0] < first.talk[1] < expert.talk[1]
    assert overs(floor) == BOTH
    exit_ = floor.told("HotlineQueueExit")[-1]
    assert exit_["Agent"] == "1101", "who is rated is who talked last"


async def test_nobody_to_ask_and_the_talk_goes_on(floor: Floor, control: Control) -> None:
    await ask(floor, control, "keys")
    await floor.agent.hears("expert.back", within=20)
    await hears_now(floor.caller, "agent")
    await hears_now(floor.agent, "caller")
    await floor.agent.hang_up()
    await floor.over()
    assert not floor.told("HotlineUnsettled")


async def test_an_agent_who_hangs_up_before_an_expert_answers_has_handed_on(floor: Floor, control: Control) -> None:
    await floor.expert_signed_in()
    await ask(floor, control, "keys")
    await floor.expert.rings()
    await floor.agent.hang_up()
    await floor.caller.hears("expert.connecting")
    await floor.expert.rings(within=20)
    floor.expert.answer()
    await hears_now(floor.caller, "expert")
    await floor.expert.hang_up()
    await floor.over()
    call = reduce(floor.facts())
    assert [one.agent for one in call.visits if one.answered] == ["1001", "1101"]
    assert call.together_ms == 0


async def test_a_caller_who_hangs_up_meanwhile_ends_all_of_it(floor: Floor, control: Control) -> None:
    await asked(floor, control)
    await floor.caller.hang_up()
    await floor.agent.hears("expert.gone")
    await floor.agent.ends()
    await floor.expert.ends()
    await floor.over()
    assert overs(floor) == BOTH


@pytest.mark.parametrize(("way", "leaves"), [("keys", "agent"), ("http", "agent"), ("keys", "expert"), ("http", "caller")])
async def test_three_at_once(floor: Floor, control: Control, way: str, leaves: str) -> None:
    await together(floor, control, way)
    leaver: Telephone = getattr(floor, leaves)
    await leaver.hang_up()
    if leaves == "caller":
        await floor.agent.ends()
        await floor.expert.ends()
    else:
        other, name = (floor.expert, "expert") if leaves == "agent" else (floor.agent, "agent")
        await hears_now(floor.caller, name)
        await hears_now(other, "caller")
        await other.hang_up()
    await floor.over()
    call, first, expert = visits(floor)
    assert first.talk is not None
    assert expert.talk is not None
    end = {"agent": first.talk[1], "expert": expert.talk[1], "caller": min(first.talk[1], expert.talk[1])}[leaves]
    assert call.together_ms == end - expert.talk[0]
    assert overs(floor) == BOTH


async def test_three_at_once_are_one_story_of_the_recording(floor: Floor, control: Control) -> None:
    # What is said during the announcement is not recorded.
    await floor.caller.listens(1)
    await together(floor, control)
    await floor.expert.hang_up()
    await hears_now(floor.caller, "agent")
    await floor.agent.hang_up()
    await floor.over()
    parts = list(finished(floor.board.plan.recordings))
    heard = []
    for part in parts:
        samples = np.frombuffer(part.raw.read_bytes(), dtype="<i2").reshape(-1, 2).astype(np.float64)
        heard.append([voices(samples[:, side]) for side in (0, 1)])
    assert len(parts) == 3
    first, room, last = heard
    assert first == [{"caller"}, {"agent"}]
    assert room == [{"caller"}, {"agent", "expert"}]
    assert last == [{"caller"}, {"agent"}]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_a_password_is_typed_to_the_machine(
    floor: Floor, control: Control, conversations: Conversations, way: str, answer: str
) -> None:
    async def typed(line: Line) -> None:
        digits = await line.run(f"GET DATA {floor.board.plan.prompts['beep']} 8000 6")
        await line.leave(HL_ANSWER=answer if digits == "200 result=246813" else "")

    conversations.scripts |= {"verified_query": typed}
    await conversations.request()
    if way == "keys":
        await press(floor.agent, QUERY)
    else:
        await keep_waiting(control, SEAT, "query", "query")
    assert (await conversations.request()).route == "verified_query"
    await press(floor.caller, "246813")
    await floor.agent.hears(f"query.{answer}")
    await hears_now(floor.caller, "agent")
    await hears_now(floor.agent, "caller")
    await floor.agent.hang_up()
    await floor.over()
    (told,) = floor.told("HotlineVerifiedQuery")
    assert told["Answer"] == answer
    everything = "".join(value for event in floor.manager.events for value in event.values())
    assert "246813" not in everything
    assert len(list(finished(floor.board.plan.recordings))) == 2, "nothing was recorded in between"
    assert overs(floor) == {("1001", "PJSIP/ag8001")}


async def test_an_agent_who_does_not_wait_for_the_answer(floor: Floor, conversations: Conversations) -> None:
    async def typed(line: Line) -> None:
        await line.run("WAIT FOR DIGIT 8000")
        await line.leave(HL_ANSWER="yes")

    conversations.scripts |= {"verified_query": typed}
    await conversations.request()
    await press(floor.agent, QUERY)
    assert (await conversations.request()).route == "verified_query"
    await floor.agent.hang_up()
    # Told by Asterisk's queue in any case, and by the dialplan when the phone had got as far as the music.
    await floor.manager.event("AgentComplete", MemberName="1001")
    await press(floor.caller, "1")
    await floor.caller.ends()
    await floor.over()
    (told,) = floor.told("HotlineQueueExit")
    assert told["Status"] == "CONTINUE", "as after a talk that the agent ended"


async def test_a_caller_who_hangs_up_instead_of_typing(floor: Floor, conversations: Conversations) -> None:
    async def typed(line: Line) -> None:
        await line.run("WAIT FOR DIGIT 8000")

    conversations.scripts |= {"verified_query": typed}
    await conversations.request()
    await press(floor.agent, QUERY)
    assert (await conversations.request()).route == "verified_query"
    await floor.caller.hang_up()
    await floor.agent.hears("expert.gone")
    await floor.agent.ends()
    await floor.over()
    assert overs(floor) == {("1001", "PJSIP/ag8001")}


async def test_only_a_phone_in_a_talk_asks_and_a_caller_never(floor: Floor, control: Control) -> None:
    await floor.expert_signed_in()
    for keys in (ASK, QUERY, TOGETHER, BACK):
        await press(floor.caller, keys)
        await floor.caller.listens(2.2)
    await press(floor.agent, TOGETHER)
    await press(floor.agent, BACK)
    with pytest.raises(NotPossible, match="not_asking"):
        await with_expert(control, SEAT, TO_ROOM)
    await floor.caller.listens(2.2)
    await hears_now(floor.caller, "agent")
    await hears_now(floor.agent, "caller")
    assert not floor.expert.ringing.is_set()
