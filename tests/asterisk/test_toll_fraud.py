"""Attempts to reach an outside number at the fund's expense: from the trunk, a phone, by transfer. Each refused and logged."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from seats.dialling import Rules, patterns
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.lines import MEMBER
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone

RULES = Rules(area_codes=("0731",), refused=("1349",))
OUTSIDE = ["13912345678", "073188887777", "0085212345678", "+14155550123", "16812345", "95588", "110"]
INSIDE = ["outbound", "hotline-call-back", "trunk-out", "s", "refused"]


@pytest.fixture
async def outside() -> AsyncIterator[Telephone]:
    """The telephone that everything going out would reach."""
    async with Telephone(0, voice="caller") as telephone:
        yield telephone


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path, outside: Telephone) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    outside.server = made.sip_port
    return replace(
        made, outgoing=f"127.0.0.1:{outside.port}", dial_patterns=patterns(RULES), dial_refused=RULES.refused
    )


async def logged(board: Switchboard, *words: str) -> None:
    """Wait for a line with all the words: Asterisk writes its log a moment later."""
    async with asyncio.timeout(5):
        while not any(
            all(word in line for word in words)
            for line in board.places.messages_log.read_text(encoding="utf-8").splitlines()
        ):
            await board.rx("core show uptime")


@pytest.mark.parametrize("number", [*OUTSIDE, *INSIDE, "8001"])
async def test_from_the_trunk(board: Switchboard, outside: Telephone, caller: Telephone, number: str) -> None:
    assert await caller.dial(number) == 404
    await logged(board, number, "extension not found")
    assert not outside.ringing.is_set()


@pytest.mark.parametrize("number", [*OUTSIDE, *INSIDE])
async def test_from_a_phone(board: Switchboard, outside: Telephone, agent: Telephone, number: str) -> None:
    assert await agent.dial(number, secret=PHONE_SECRETS["ag8001"]) == 404
    await logged(board, number, "extension not found")
    assert not outside.ringing.is_set()


@pytest.mark.parametrize("user", ["trunk", "trunk-out", "12329", "8001"])
async def test_nobody_becomes_the_trunk_by_calling_themselves_so(
    board: Switchboard, outside: Telephone, user: str
) -> None:
    async with Telephone(board.plan.sip_port, user=user) as stranger:
        assert await stranger.dial("13912345678") == 404
    assert not outside.ringing.is_set()


@pytest.mark.parametrize("target", ["13912345678", "0085212345678", "13912345678@192.0.2.1:5060", "s", "*11"])
async def test_by_transfer(
    board: Switchboard,
    conversations: Conversations,
    outside: Telephone,
    caller: Telephone,
    agent: Telephone,
    target: str,
) -> None:
    """The transfer fails, the talk goes on."""

    async def to_line(line: Line) -> None:
        await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")

    conversations.scripts["call"] = to_line
    await board.rx(f"queue add member {MEMBER} to changsha penalty 0 as 1001")
    assert await caller.dial("12329") == 200
    await agent.rings()
    agent.answer()
    await caller.hears("agent")
    address = target if "@" in target else f"{target}@127.0.0.1:{board.plan.sip_port}"
    assert await agent.refer(f"sip:{address}") in {202, 404, 603}
    mark = caller.seconds
    await caller.listens(2)
    assert caller.sounds()[-1].name == "agent"
    assert caller.sounds()[-1].end > mark + 1
    assert not outside.ringing.is_set()
    assert not caller.ended.is_set()


async def test_by_transfer_of_the_caller(
    board: Switchboard, conversations: Conversations, outside: Telephone, caller: Telephone
) -> None:
    async def wait(line: Line) -> None:
        await line.run("WAIT FOR DIGIT 5000")

    conversations.scripts["call"] = wait
    assert await caller.dial("12329") == 200
    assert await caller.refer(f"sip:13912345678@127.0.0.1:{board.plan.sip_port}") in {403, 405, 501, 603}
    assert not outside.ringing.is_set()


@pytest.mark.parametrize("number", ["13912345678", "073188887777"])
async def test_an_agents_return_call_goes_out_as_the_hotline(
    board: Switchboard, outside: Telephone, agent: Telephone, number: str
) -> None:
    async with board.manager("hl_control") as control:
        done = await control.ask(
            Action="Originate", Channel=MEMBER, Context="outbound", Exten=number, Priority="1", Async="true"
        )
        assert done["Response"] == "Success"
        await agent.rings()
        agent.answer()
        await outside.rings()
        assert outside.invitation is not None
        assert "12329@" in outside.invitation.headers["from"]
        outside.answer()
        await agent.hears("caller")


@pytest.mark.parametrize(
    "number", ["0085212345678", "16812345", "13491234567", "95588", "110", "02088887777", "*11", "refused"]
)
async def test_even_the_originator_reaches_only_the_plan(
    board: Switchboard, outside: Telephone, agent: Telephone, number: str
) -> None:
    async with board.manager("hl_control") as control, board.manager() as manager:
        await control.ask(
            Action="Originate", Channel=MEMBER, Context="outbound", Exten=number, Priority="1", Async="true"
        )
        await agent.rings()
        agent.answer()
        await manager.event("HotlineDialRefused")
        await agent.ends()
    await logged(board, "an outside number of")
    assert not outside.ringing.is_set()
