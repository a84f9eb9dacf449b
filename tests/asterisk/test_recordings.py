"""What Asterisk records of real calls: two sides apart and in step, silence while muted, one story through transfers."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from asterisk_conf import Plan
from recordings.plain import Part, being_written, finished
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.manager import Event
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import Heard, heard_in
from tests.fixtures.instance import until

STALL = 1.0
"""Seconds."""


async def to_queue(line: Line) -> None:
    await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")


async def say_goodbye(line: Line) -> None:
    await line.leave(HL_NEXT="bye")


@pytest.fixture
async def answered(
    board: Switchboard, conversations: Conversations, caller: Telephone, agent: Telephone
) -> Callable[[], Awaitable[Event]]:
    """Give what leads the caller to the agent, until they have heard each other."""
    conversations.scripts |= {"call": to_queue, "after_queue": say_goodbye}
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")

    async def talk() -> Event:
        async with board.manager() as manager:
            assert await caller.dial("12329") == 200
            await agent.rings()
            agent.answer()
            connect = await manager.event("AgentConnect")
        await caller.hears("agent")
        await agent.hears("caller")
        return connect

    return talk


def sides(raw: Path) -> tuple[list[Heard], list[Heard]]:
    """What the caller said, and what the agent said."""
    samples = np.frombuffer(raw.read_bytes(), dtype="<i2").reshape(-1, 2).astype(np.float64)
    return joined(heard_in(samples[:, 0])), joined(heard_in(samples[:, 1]))


def joined(sounds: list[Heard]) -> list[Heard]:
    """Take pieces of one voice for one sound: a busy machine sends late, and so with a hole."""
    whole: list[Heard] = []
    for sound in sounds:
        if whole and whole[-1].name == sound.name and sound.start - whole[-1].end < STALL:
            whole[-1] = replace(whole[-1], end=sound.end)
        else:
            whole.append(sound)
    return whole


def all_closed(folder: Path) -> bool:
    return len(finished(folder)) == len(list(folder.glob("*.raw")))


async def over(board: Switchboard, folder: Path) -> list[Part]:
    """Give the parts of a call that has ended. Asterisk closes a file after the channel is gone, and tells nobody."""

    async def closed() -> bool:
        return all_closed(folder)

    await board.idle()
    await until(closed, within=10)
    return finished(folder)


async def test_each_side_is_on_its_own_channel_and_beside_it_stands_who(
    board: Switchboard, answered: Callable[[], Awaitable[Event]], caller: Telephone, agent: Telephone
) -> None:
    connect = await answered()
    await caller.listens(1.5)
    raw = board.plan.recordings / f"{connect['Linkedid']}.raw"
    assert being_written(raw)
    assert not finished(board.plan.recordings)
    assert stat.S_IMODE(board.plan.recordings.stat().st_mode) == 0o700
    await caller.hang_up()
    await agent.ends()
    (part,) = await over(board, board.plan.recordings)
    left, right = sides(part.raw)
    assert {sound.name for sound in left} == {"caller"}
    assert {sound.name for sound in right} == {"agent"}
    told = part.told()
    assert (part.call, part.number, told.queue, told.agent) == (connect["Linkedid"], 1000, "changsha", "1001")
    assert told.began is not None
    assert told.began.timestamp() - float(connect["Timestamp"]) == pytest.approx(1.8, abs=0.5)


async def test_a_silent_telephone_does_not_put_the_sides_out_of_step(
    board: Switchboard, answered: Callable[[], Awaitable[Event]], caller: Telephone, agent: Telephone
) -> None:
    """One that sends no packets while nobody speaks."""
    await answered()
    await caller.listens(1)
    agent._quiet()
    await agent.listens(2)
    agent._speaking = asyncio.get_running_loop().create_task(agent._speak())
    await caller.listens(1)
    await caller.hang_up()
    await agent.ends()
    (part,) = await over(board, board.plan.recordings)
    left, right = sides(part.raw)
    assert len(left) == 1
    first, second = right
    assert second.start - first.end == pytest.approx(2, abs=0.5)
    assert second.end == pytest.approx(left[0].end, abs=0.3)


@pytest.mark.parametrize("kind", ["blind transfer", "led by the dialplan"])
async def test_a_talk_that_is_handed_on_is_one_story(
    board: Switchboard, answered: Callable[[], Awaitable[Event]], caller: Telephone, agent: Telephone, kind: str
) -> None:
    """In two parts: whoever speaks next is heard at once, on the right, though that phone counts its packets from zero again."""
    connect = await answered()
    async with Telephone(board.plan.sip_port, user="ag8002", voice="supervisor") as second:
        assert await second.register(PHONE_SECRETS["ag8002"]) == 200
        await caller.listens(2)
        if kind == "blind transfer":
            assert await agent.refer(f"sip:8002@127.0.0.1:{board.plan.sip_port}") == 202
        else:
            async with board.manager("hl_control") as manager:
                answer = await manager.ask(
                    Action="Redirect", Channel=connect["Channel"], Context="transfers", Exten="8002", Priority="1"
                )
                assert answer["Response"] == "Success"
        await second.rings()
        second.answer()
        await caller.hears("supervisor")
        await second.hears("caller")
        await caller.listens(2)
        await caller.hang_up()
    first, then = await over(board, board.plan.recordings)
    assert (first.call, first.number, then.call, then.number) == (then.call, 1000, connect["Linkedid"], 1001)
    for part, names in ((first, ["agent"]), (then, ["expert.returned", "supervisor"])):
        left, right = sides(part.raw)
        assert [sound.name for sound in left] == ["caller"]
        assert [sound.name for sound in right] == names
        assert right[0].start == pytest.approx(left[0].start, abs=1.0)
        assert right[-1].end == pytest.approx(left[0].end, abs=0.3)


async def test_two_who_talk_already_are_recorded_anew(
    board: Switchboard, answered: Callable[[], Awaitable[Event]], caller: Telephone, agent: Telephone
) -> None:
    """What follows an attended transfer: the bridge is made again, within a moment, with a new part."""
    connect = await answered()
    await caller.listens(1)
    async with board.manager("hl_control") as manager:
        other = connect["DestChannel"]
        await manager.ask(Action="Setvar", Channel=connect["Channel"], Variable="SHARED(HL_WITH)", Value=other)
        answer = await manager.ask(
            Action="Redirect", Channel=connect["Channel"], Context="talk", Exten="s", Priority="1",
            ExtraChannel=other, ExtraContext="consultation", ExtraExten="held", ExtraPriority="1",
        )  # fmt: skip
        assert answer["Response"] == "Success", answer
    await caller.listens(3)
    *_, last = caller.sounds()
    assert (last.name, caller.seconds - last.end < 0.3) == ("agent", True)
    assert last.end - last.start > 2
    await caller.hang_up()
    await agent.ends()
    first, then = await over(board, board.plan.recordings)
    assert (first.told().agent, then.told().agent) == ("1001", "1001")
    left, right = sides(then.raw)
    assert ({sound.name for sound in left}, {sound.name for sound in right}) == ({"caller"}, {"agent"})
    assert right[0].start == pytest.approx(left[0].start, abs=1.0)


async def test_a_call_that_ends_in_the_announcement_leaves_no_sound(
    plan: Plan, board: Switchboard, conversations: Conversations, caller: Telephone, agent: Telephone
) -> None:
    conversations.scripts |= {"call": to_queue, "after_queue": say_goodbye}
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")
    assert await caller.dial("12329") == 200
    await agent.rings()
    agent.answer()
    await caller.hears("announcement")
    await caller.hang_up()
    await agent.ends()
    assert all(part.raw.stat().st_size == 0 for part in await over(board, plan.recordings))
