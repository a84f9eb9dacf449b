"""A caller who talks with an agent, an expert's phone beside, and what Asterisk tells of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from asterisk_conf import Expert, Phone, Plan
from asterisk_conf.runtime import Asterisk
from facts import Fact
from queue_stats.ami_facts import translate
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Line
from tests.asterisk.manager import Event, Manager
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import mixed, tone

THIRD = Phone("8003", "ag8003", "third-phone-secret")
LOAN = "*201"
FIRST = "*200"


def expert_plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    """With experts for two subjects."""
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    made.whispers.mkdir(parents=True)
    (made.whispers / "changsha-known.alaw").write_bytes(tone("whisper", 1.5))
    return replace(
        made,
        queues=tuple(replace(queue, max_waiting=0, max_wait_seconds=30) for queue in made.queues),
        phones=(*made.phones, THIRD),
        experts=(Expert("loan", "1"), Expert("unit", "2")),
        expert_ring_seconds=3,
        expert_limit_seconds=4,
        return_ring_seconds=4,
    )


@dataclass(frozen=True, slots=True)
class Floor:
    """A caller who talks with agent 1001, expert 1101, and what Asterisk tells."""

    board: Switchboard
    manager: Manager
    caller: Telephone
    agent: Telephone
    expert: Telephone
    call: str

    async def expert_signed_in(self) -> None:
        await self.board.rx("queue add member PJSIP/ag8002 to expert_loan penalty 0 as 1101")

    async def refer(self, phone: Telephone, target: str = LOAN) -> int:
        return await phone.refer(f"sip:{target.replace('*', '%2A')}@127.0.0.1:{self.board.plan.sip_port}")

    def told(self, *kinds: str) -> list[Event]:
        """What was told of the call, in order."""
        return [
            event
            for event in self.manager.events
            if (event.get("UserEvent") or event.get("Event")) in kinds
            and self.call in {event.get("CallId"), event.get("Linkedid")}
        ]

    def facts(self) -> list[Fact]:
        """The call's facts, as the listener makes them."""
        found = (translate(event, 0) for event in self.manager.events)
        return [fact for fact in found if fact is not None and fact.call == self.call]

    async def over(self) -> None:
        """Until the call is over, and all of it told."""
        await self.manager.event("HotlineEnded", CallId=self.call)
        await self.board.idle()


async def hears_now(phone: Telephone, name: str) -> None:
    """Until the pitch is what the last moment of the stream has."""
    async with asyncio.timeout(15):
        while True:
            await phone.listens(0.5)
            sounds = phone.sounds()
            if sounds and sounds[-1].name == name and phone.seconds - sounds[-1].end < 0.15:
                return


async def hears_both(phone: Telephone, *names: str) -> None:
    """Until the last moment of the stream has all these pitches at once: a talk of three."""
    async with asyncio.timeout(15):
        while True:
            await phone.listens(0.5)
            if set(names) <= mixed(bytes(phone.stream[-3200:])):
                return


async def to_line(line: Line) -> None:
    await line.leave(HL_NEXT="queue", HL_QUEUE="changsha", __HL_WHISPER="changsha-known", __HL_VERIFIED="changsha/7")


async def goodbye(line: Line) -> None:
    await line.leave(HL_NEXT="bye")


@asynccontextmanager
async def talking(board: Switchboard) -> AsyncIterator[Floor]:
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(board.manager())
        caller, agent, expert = [
            await stack.enter_async_context(Telephone(board.plan.sip_port, user=user, voice=voice))
            for user, voice in (("13812345678", "caller"), ("ag8001", "agent"), ("ag8002", "expert"))
        ]
        for phone in (agent, expert):
            assert await phone.register(PHONE_SECRETS[phone.user]) == 200
        # The queue hears of the registration a moment later, and lets nobody in until then.
        await manager.event("QueueMemberStatus", Interface="PJSIP/ag8001", Status="1")
        assert await caller.dial("12329") == 200
        await agent.rings()
        agent.answer()
        connect = await manager.event("AgentConnect")
        await caller.hears("agent")
        await agent.hears("caller")
        yield Floor(board, manager, caller, agent, expert, connect["Linkedid"])
