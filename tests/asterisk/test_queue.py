"""Waiting for an agent, what both sides hear first, when the recording starts, and how every visit's end is told."""

from pathlib import Path

import numpy as np
import pytest

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from tests.asterisk import switchboard
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import Heard, heard_in


async def to_queue(line: Line) -> None:
    await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")


async def to_other_queue(line: Line) -> None:
    await line.leave(HL_NEXT="queue", HL_QUEUE="yueyang")


async def say_goodbye(line: Line) -> None:
    await line.leave(HL_NEXT="bye")


@pytest.fixture
def queueing(conversations: Conversations) -> Conversations:
    """Conversations that hand every call to the queue and say goodbye after it."""
    conversations.scripts |= {"call": to_queue, "after_queue": say_goodbye}
    return conversations


async def sign_in(board: Switchboard, queue: str = "changsha") -> None:
    await board.rx(f"queue add member PJSIP/ag8001 to {queue} penalty 0 as 1001")


def recorded(board: Switchboard, name: str) -> list[Heard]:
    samples = np.frombuffer((board.plan.recordings / name).read_bytes(), dtype="<i2").reshape(-1, 2)
    return [sound for side in (0, 1) for sound in heard_in(samples[:, side].astype(np.float64))]


async def talk(caller: Telephone, agent: Telephone) -> None:
    """From dialling until both have heard each other."""
    assert await caller.dial("12329") == 200
    await agent.rings()
    agent.answer()
    await caller.hears("agent")
    await agent.hears("caller")


async def test_both_hear_the_announcement_and_then_each_other(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    await talk(caller, agent)
    for telephone, voice in ((caller, "agent"), (agent, "caller")):
        notice = await telephone.hears("announcement")
        other = await telephone.hears(voice)
        assert notice.end - notice.start == pytest.approx(1.4, abs=0.1)
        assert notice.start < other.start
        assert other.start - notice.end < 0.5  # nothing of the talk is held back


async def test_what_the_agent_says_during_the_announcement_is_dropped(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    """It is neither heard over the announcement nor piled up and delivered afterwards."""
    await sign_in(board)
    assert await caller.dial("12329") == 200
    await agent.rings()
    agent.voice = "too early"
    agent.answer()
    await agent.hears("announcement", until_end=True)
    agent.voice = "agent"
    await caller.hears("agent")
    await caller.listens(2)
    early = [sound for sound in caller.sounds() if sound.name == "too early"]
    assert sum(sound.end - sound.start for sound in early) < 0.7  # until this telephone has changed its voice


async def test_the_recording_starts_after_the_announcement(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    await talk(caller, agent)
    call = (await queueing.request()).environment["agi_uniqueid"]
    await caller.listens(2)
    await caller.hang_up()
    await agent.ends()
    await board.idle()
    found = {sound.name for sound in recorded(board, f"{call}.raw")}
    assert found
    assert found <= {"agent", "caller"}


async def test_nothing_is_recorded_when_nothing_can_be_announced(
    plan: Plan, board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    for file in [plan.prompts["agent.recorded"].with_suffix(".recorded.alaw"), *plan.announcements.iterdir()]:
        file.unlink()
    await sign_in(board)
    await talk(caller, agent)
    call = (await queueing.request()).environment["agi_uniqueid"]
    await caller.hang_up()
    await agent.ends()
    await board.idle()
    file = plan.recordings / f"{call}.raw"
    assert not file.exists() or recorded(board, file.name) == []


async def test_without_an_announcement_of_the_agent_the_notice_alone_is_heard(
    plan: Plan, board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    (plan.announcements / "1001.alaw").unlink()
    await sign_in(board)
    await talk(caller, agent)
    assert (await caller.hears("agent.recorded")).start < (await caller.hears("agent")).start


async def test_the_agent_is_connected_while_the_conversations_are_dead(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    assert await caller.dial("12329") == 200
    await agent.rings()
    queueing.die()
    agent.answer()
    await caller.hears("announcement")
    await caller.hears("agent")
    await agent.hang_up()
    await caller.ends()  # a goodbye, not the emergency script: the talk was had
    await board.idle()


async def test_agent_hangs_up_first_and_the_conversation_goes_on(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    async with board.manager() as manager:
        await talk(caller, agent)
        await agent.hang_up()
        await queueing.request()
        after = await queueing.request()
        assert after.route == "after_queue"
        await caller.ends()
        exit_ = await manager.event("HotlineQueueExit", Queue="changsha", Status="CONTINUE", Agent="1001")
        assert exit_["CallId"] == after.environment["agi_uniqueid"]
        connect = await manager.event("AgentConnect")
        assert connect["MemberName"] == "1001"
    await board.idle()


@pytest.mark.parametrize("when", ["waiting", "ringing", "talking"])
async def test_caller_hangs_up(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone, when: str
) -> None:
    await sign_in(board)
    async with board.manager() as manager:
        if when == "waiting":
            await board.rx("queue pause member PJSIP/ag8001 queue changsha")
        if when == "talking":
            await talk(caller, agent)
        else:
            assert await caller.dial("12329") == 200
            await manager.event("QueueCallerJoin")
        if when == "ringing":
            await agent.rings()
        await caller.hang_up()
        exit_ = await manager.event("HotlineQueueExit", Queue="changsha")
        assert exit_["Abandoned"] == ("" if when == "talking" else "TRUE")
        assert exit_["Agent"] == ("1001" if when == "talking" else "")
        await manager.event("HotlineEnded", CallId=exit_["CallId"])
        assert sum(event.get("UserEvent") == "HotlineQueueExit" for event in manager.events) == 1
    await board.idle()


async def test_nobody_signed_in(board: Switchboard, queueing: Conversations, caller: Telephone) -> None:
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await manager.event("HotlineQueueExit", Status="JOINEMPTY", Abandoned="")
        await caller.ends()
    await board.idle()


async def test_full(board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone) -> None:
    await sign_in(board)
    await board.rx("queue pause member PJSIP/ag8001 queue changsha")
    async with board.manager() as manager, Telephone(board.plan.sip_port, user="13900000000") as second:
        assert await caller.dial("12329") == 200
        await manager.event("QueueCallerJoin")
        assert await second.dial("12329") == 200
        await manager.event("HotlineQueueExit", Status="FULL")
        await second.ends()
    await caller.hang_up()
    await board.idle()


async def test_nobody_answers_in_time(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    queueing.scripts["call"] = to_other_queue
    await sign_in(board, "yueyang")
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await agent.rings()
        await manager.event("HotlineQueueExit", Queue="yueyang", Status="TIMEOUT", Abandoned="TRUE")
        await caller.ends()
    await board.idle()


async def test_the_last_agent_leaves(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    await board.rx("queue pause member PJSIP/ag8001 queue changsha")
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await manager.event("QueueCallerJoin")
        await board.rx("queue remove member PJSIP/ag8001 from changsha")
        await manager.event("HotlineQueueExit", Status="LEAVEEMPTY")
        await caller.ends()
    await board.idle()


async def test_an_unknown_queue_becomes_the_centres_own(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    async def wrong(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="no;such,queue")

    queueing.scripts["call"] = wrong
    await sign_in(board)
    await talk(caller, agent)


async def test_two_visits_of_one_call_have_their_own_recordings(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    turns: list[str] = []

    async def again(line: Line) -> None:
        turns.append(line.route)
        await line.leave(HL_NEXT="queue" if len(turns) == 1 else "bye")

    queueing.scripts["after_queue"] = again
    await sign_in(board)
    await talk(caller, agent)
    call = (await queueing.request()).environment["agi_uniqueid"]
    await agent.hang_up()
    first = await caller.hears("agent", until_end=True)
    await agent.rings()
    agent.answer()
    notice = await caller.hears("announcement", after=first.end)
    await caller.hears("agent", after=notice.end)
    await agent.hang_up()
    await caller.ends()
    await board.idle()
    assert sorted(file.name for file in board.plan.recordings.glob("*.raw")) == [f"{call}-2.raw", f"{call}.raw"]


async def test_queue_log_and_queue_events_have_no_whole_number(
    board: Switchboard, queueing: Conversations, caller: Telephone, agent: Telephone
) -> None:
    await sign_in(board)
    async with board.manager() as manager:
        await talk(caller, agent)
        join = await manager.event("QueueCallerJoin")
        assert join["CallerIDNum"] == "138****5678"
    log = board.places.queue_log.read_text(encoding="utf-8")
    assert "|ENTERQUEUE||138****5678|" in log
    assert "13812345678" not in log
    assert agent.invitation is not None
    assert "138****5678" in agent.invitation.headers["from"].replace("%2A", "*")


async def test_signed_in_members_and_phones_outlive_a_restart(plan: Plan, folder: Path, asterisk: Asterisk) -> None:
    async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as board:
        async with Telephone(plan.sip_port, user="ag8001") as phone:
            await phone.register(switchboard.PHONE_SECRETS["ag8001"])
        await sign_in(board)
    async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as board:
        assert "1001 (PJSIP/ag8001)" in await board.rx("queue show changsha")
        assert "sip:ag8001@127.0.0.1" in await board.rx("pjsip show contacts")


async def test_round_and_round_comes_to_an_end_in_words(
    board: Switchboard, queueing: Conversations, caller: Telephone
) -> None:
    queueing.scripts["after_queue"] = to_queue
    assert await caller.dial("12329") == 200
    await caller.hears("emergency.message")
    await caller.hears("beep")
    await caller.hang_up()
    await board.idle()
