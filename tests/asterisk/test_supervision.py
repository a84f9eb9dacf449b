"""Supervisors on real phones: what each side hears, what a caller goes through, and what the audit list says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import seats.demo
from ami import Access, Control
from asterisk_conf import Plan, Queue
from asterisk_conf.runtime import Asterisk
from fund.passwords import Passwords
from seats.audit import AuditTrail
from seats.exceptions import NotPossible
from seats.service import Seats
from seats.settings import SeatsSettings
from seats.supervision import BY_CODE, Supervision, interface_at
from sounds.alaw import RATE, decode
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.manager import Manager
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import PITCHES

PINS = Passwords("key")
AGENT, SUPERVISOR = "PJSIP/ag8001", "PJSIP/ag8002"
AUDIBLE = 500.0


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    first = replace(made.queues[0], max_waiting=0, max_wait_seconds=60)
    direct = Queue(
        "changsha_direct", ring_seconds=5, retry_seconds=1, wrap_up_seconds=0, max_wait_seconds=6, direct=True
    )
    return replace(made, queues=(first, made.queues[1], direct))


@dataclass(frozen=True, slots=True)
class Floor:
    """A centre with agent 1001 at 8001 and supervisor 9001 at 8002, and the conversations of its codes."""

    supervision: Supervision
    phone: Telephone
    audit: AuditTrail

    async def deeds(self) -> list[tuple[str, str, str, str]]:
        found = await self.audit.latest(20)
        return [(one.deed.who, one.deed.what, one.deed.whom, one.deed.outcome) for one in reversed(found)]


@pytest.fixture
async def floor(
    board: Switchboard, conversations: Conversations, fresh_engine: AsyncEngine, agent: Telephone
) -> AsyncIterator[Floor]:
    await seats.demo.load(fresh_engine, "seats", ["changsha"], PINS)
    service = Seats(fresh_engine, PINS, SeatsSettings())
    for number, interface in (("1001", AGENT), ("9001", SUPERVISOR)):
        assert await service.sign_in(number, seats.demo.pin("seats", number), interface)
    await board.rx(f"queue add member {AGENT} to changsha penalty 0 as 1001")
    access = Access("127.0.0.1", board.plan.ami_port, "hl_control", board.plan.ami_control_secret)
    audit = AuditTrail(fresh_engine)
    async with (
        Control(access) as control,
        Telephone(board.plan.sip_port, user="ag8002", voice="supervisor") as phone,
    ):
        assert await phone.register(PHONE_SECRETS["ag8002"]) == 200
        supervision = Supervision(service, control, audit)
        conversations.scripts |= {"call": _to_line} | {what: _joining(supervision, what) for what in BY_CODE.values()}
        yield Floor(supervision, phone, audit)


async def _to_line(line: Line) -> None:
    await line.leave(HL_NEXT="queue", HL_QUEUE="changsha")


def _joining(supervision: Supervision, what: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - a script
    async def script(line: Line) -> None:
        channel = line.environment["agi_channel"]
        supervisor = await supervision.supervisor_at(channel.rpartition("-")[0])
        seat = await supervision.seat_at(interface_at(line.environment["agi_extension"][3:]))
        talk = await supervision.joins(supervisor.number, what, seat, "phone")
        target = talk.agent
        if what == "take_over":
            await supervision.give_caller(talk, channel)
            target = talk.caller
        await line.leave(HL_NEXT="supervise", HL_MODE=what, HL_TARGET=target)

    return script


@asynccontextmanager
async def talking(board: Switchboard, caller: Telephone, agent: Telephone) -> AsyncIterator[Manager]:
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await agent.rings()
        agent.answer()
        await manager.event("AgentConnect")
        await caller.hears("agent")
        await agent.hears("caller")
        yield manager


def level(phone: Telephone, name: str, since: float) -> float:
    """The median strength of a pitch in what was heard from a second of the stream on."""
    samples = decode(bytes(phone.stream[round(since * RATE) :])).astype(np.float64)
    windows = samples[: len(samples) // 400 * 400].reshape(-1, 400)
    wave = np.exp(-2j * np.pi * PITCHES[name] * np.arange(400) / RATE)
    return float(np.median(np.abs(windows @ wave) * 2 / 400))


async def heard_by(phone: Telephone, *names: str) -> set[str]:
    """Which of these voices are heard in the second that comes."""
    since = phone.seconds
    await phone.listens(1.0)
    return {name for name in names if level(phone, name, since) > AUDIBLE}


async def comes_to_hear(phone: Telephone, *names: str) -> None:
    """Listen until these voices are heard, and no other."""
    async with asyncio.timeout(15):
        while await heard_by(phone, *VOICES) != set(names):
            pass


VOICES = ("caller", "agent", "supervisor")


@pytest.mark.parametrize(
    ("code", "caller_hears", "agent_hears"),
    [
        ("*31", {"agent"}, {"caller"}),
        ("*32", {"agent"}, {"caller", "supervisor"}),
        ("*33", {"agent", "supervisor"}, {"caller", "supervisor"}),
    ],
)
async def test_a_supervisor_hears_both_and_is_heard_by_whom_the_code_says(
    board: Switchboard,
    floor: Floor,
    caller: Telephone,
    agent: Telephone,
    code: str,
    caller_hears: set[str],
    agent_hears: set[str],
) -> None:
    async with talking(board, caller, agent):
        assert await floor.phone.dial(f"{code}8001", secret=PHONE_SECRETS["ag8002"]) == 200
        await comes_to_hear(floor.phone, "caller", "agent")
        assert await heard_by(caller, *VOICES) == caller_hears
        assert await heard_by(agent, *VOICES) == agent_hears
        await agent.hang_up()
        await floor.phone.ends()
    assert await floor.deeds() == [("9001", BY_CODE[code], "1001", "done")]


async def test_the_api_rings_the_supervisors_phone(
    board: Switchboard, floor: Floor, caller: Telephone, agent: Telephone
) -> None:
    async with talking(board, caller, agent):
        seat = await floor.supervision.seat_of("1001")
        await floor.supervision.ring(SUPERVISOR, "*31", seat, "9001")
        await floor.phone.rings()
        floor.phone.answer()
        await comes_to_hear(floor.phone, "caller", "agent")
        assert await heard_by(agent, *VOICES) == {"caller"}
        with pytest.raises(NotPossible, match="not_supervisor"):
            await floor.supervision.ring(AGENT, "*31", seat, "1001")
    assert await floor.deeds() == [("9001", "listen", "1001", "done"), ("1001", "listen", "1001", "not_supervisor")]


async def test_a_talk_is_taken_over(board: Switchboard, floor: Floor, caller: Telephone, agent: Telephone) -> None:
    """Caller and supervisor talk, the agent is out of it; after it the call goes on as after any talk."""
    async with talking(board, caller, agent) as manager:
        assert await floor.phone.dial("*348001", secret=PHONE_SECRETS["ag8002"]) == 200
        await agent.ends()
        await caller.hears("supervisor")
        await floor.phone.hears("caller")
        assert await heard_by(caller, *VOICES) == {"supervisor"}
        assert await heard_by(floor.phone, *VOICES) == {"caller"}
        taken = await manager.event("HotlineTakenOver")
        assert (taken["Agent"], taken["Interface"], taken["Queue"]) == ("1001", AGENT, "changsha")
        await floor.phone.hang_up()
        assert (await manager.event("HotlineQueueExit"))["Status"] == "CONTINUE"
    assert await floor.deeds() == [("9001", "take_over", "1001", "done")]


async def test_a_waiting_caller_is_given_to_an_agent(
    board: Switchboard, floor: Floor, caller: Telephone, agent: Telephone
) -> None:
    """Though the agent is paused; unanswered the caller is back in the line, and the next pull is answered."""
    await board.rx(f"queue pause member {AGENT} queue changsha")
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        join = await manager.event("QueueCallerJoin", Queue="changsha")
        call = join["Uniqueid"]
        assert await floor.supervision.pull("9001", call, "1001", "http") == call
        await agent.rings()
        await manager.event("QueueCallerJoin", Queue="changsha_direct")
        with pytest.raises(NotPossible, match="busy"):
            await floor.supervision.pull("9001", call, "1001", "http")
        await manager.event("HotlineWaiting", Queue="changsha", Visit="3", within=20)
        await board.rx(f"queue remove member {AGENT} from changsha_direct")
        manager.events.clear()
        await floor.supervision.pull("9001", "", "1001", "http")
        await agent.rings()
        agent.answer()
        connect = await manager.event("AgentConnect", Queue="changsha_direct")
        assert (connect["Linkedid"], connect["MemberName"]) == (call, "1001")
        await caller.hears("agent")
        await caller.hang_up()
    assert [deed[3] for deed in await floor.deeds()] == ["done", "busy", "done"]


async def test_what_cannot_be_is_refused_and_noted(board: Switchboard, floor: Floor) -> None:
    supervision = floor.supervision
    with pytest.raises(NotPossible, match="not_supervisor"):
        await supervision.supervisor_at(AGENT)
    with pytest.raises(NotPossible, match="nobody"):
        await supervision.force_sign_out("9001", "1002", "http")
    with pytest.raises(NotPossible, match="not_talking"):
        await supervision.ring(SUPERVISOR, "*33", await supervision.seat_of("1001"), "9001")
    with pytest.raises(NotPossible, match="no_such_call"):
        await supervision.pull("9001", "1795427507.1", "1001", "http")
    await supervision.force_pause("9001", "1001", "http")
    assert (await supervision.seat_of("1001")).reason == "主管示忙"
    await supervision.force_sign_out("9001", "1001", "http")
    assert [(deed[1], deed[3]) for deed in await floor.deeds()] == [
        ("force_sign_out", "nobody"), ("barge", "not_talking"), ("pull", "no_such_call"),
        ("force_pause", "done"), ("force_sign_out", "done"),
    ]  # fmt: skip


async def test_supervise_cannot_be_dialled(board: Switchboard, floor: Floor, agent: Telephone) -> None:
    """Neither the context's own names nor a code without its conversation lead into a talk."""
    for number in ("listen", "spy", "take_over", "barge"):
        assert await agent.dial(number, secret=PHONE_SECRETS["ag8001"]) == 404
    async with asyncio.timeout(10):
        assert await agent.dial("*318001", secret=PHONE_SECRETS["ag8001"]) == 200
        await agent.ends()
