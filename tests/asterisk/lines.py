"""What the tests of the line share: callers in it, a waiting room over it, and conversations that lead there."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ami import Access, Ami, NotDone
from facts import Journal
from sounds import Recordings
from tests.asterisk.manager import Manager
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import tone
from waiting.announcer import Announcer
from waiting.caller_back import CallerBack
from waiting.estimate import Handling
from waiting.no_answer import NoAnswer
from waiting.room import WANTED, Setting, WaitingRoom

ZONE = ZoneInfo("Asia/Shanghai")
TONES = {
    "wait.next": "place one",
    "value/people/1": "place two",
    "value/people/2": "place three",
    "value/minutes/1": "one minute",
    "value/minutes/2": "two minutes",
}


class Tones(Recordings):
    """Prompts of the line as pitches; what has none is silent."""

    def audio(self, name: str) -> bytes:
        return tone(TONES[name], 0.6) if name in TONES else b"\xd5" * 400


@dataclass(slots=True)
class Actions:
    """Actions as the room has them, over a manager connection of the test."""

    manager: Manager
    done: list[Mapping[str, str]] = field(default_factory=list)

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        self.done.append({"Action": action} | fields)
        answer = await self.manager.ask(Action=action, **fields)
        if answer["Response"] != "Success":
            raise NotDone(answer.get("Message", ""))
        return answer


@dataclass(slots=True)
class Heard:
    """The events of a link, and that it is up."""

    ami: Ami
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def messages(self) -> AsyncGenerator[Any, None]:
        async for message in self.ami.messages():
            yield message
            # The room has taken the snapshot when it asks for more.
            self.connected.set()


@dataclass(slots=True)
class Room:
    """A running waiting room."""

    room: WaitingRoom
    actions: Actions
    states: asyncio.Queue[tuple[str, str, str]]
    handling: Handling


@asynccontextmanager
async def waiting_room(
    board: Switchboard, folder: Path, *, most_missed: int = 2, caller_back: CallerBack | None = None
) -> AsyncIterator[Room]:
    """Run one over the real manager interface. A `caller_back` gets its actions here."""
    states: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()

    async def set_state(interface: str, state: str, reason: str) -> None:
        states.put_nowait((interface, state, reason))

    plan = board.plan
    async with AsyncExitStack() as stack:
        actions = Actions(await stack.enter_async_context(board.manager("hl_control")))
        journal = Journal(folder / "seats.jsonl")
        stack.callback(journal.close)
        if caller_back is not None:
            caller_back.do, caller_back.journal = actions.do, journal
        setting = Setting(
            control=actions,
            announcer=Announcer(plan.waiting, Tones(folder)),
            handling=Handling(window=3600, wrap_up=0),
            no_answer=NoAnswer(most_missed, plan.queues[0].ring_seconds),
            journal=journal,
            set_state=set_state,
            zone=ZONE,
            caller_back=caller_back,
        )
        room = WaitingRoom(setting)
        ami = Ami(Access("127.0.0.1", plan.ami_port, "hl_events", plan.ami_events_secret), 10000, WANTED)
        heard = Heard(ami)
        task = asyncio.ensure_future(room.run(heard))
        async with asyncio.timeout(10):
            await heard.connected.wait()
        yield Room(room, actions, states, setting.handling)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def standing(board: Switchboard, manager: Manager, *numbers: str) -> AsyncIterator[list[tuple[Telephone, str]]]:
    """Callers who join the line one after the other: each with its call's id."""
    async with AsyncExitStack() as stack:
        found = []
        for number in numbers:
            phone = await stack.enter_async_context(Telephone(board.plan.sip_port, user=number, voice="caller"))
            assert await phone.dial("12329") == 200
            join = await manager.event("QueueCallerJoin", CallerIDNum=f"{number[:3]}****{number[-4:]}")
            found.append((phone, join["Uniqueid"]))
        yield found


MEMBER = "PJSIP/ag8001"


async def paused(board: Switchboard) -> None:
    """Somebody serves the queue, but takes no call for now."""
    await board.rx(f"queue add member {MEMBER} to changsha penalty 0 as 1001")
    await board.rx(f"queue pause member {MEMBER} queue changsha")


async def ready(board: Switchboard) -> None:
    """They take calls now."""
    await board.rx(f"queue unpause member {MEMBER} queue changsha")


async def places(board: Switchboard, queue: str = "changsha") -> list[str]:
    """Ids of those who wait, first first."""
    async with board.manager() as asking:
        await asking.ask(Action="QueueStatus", Queue=queue)
        await asking.event("QueueStatusComplete")
        entries = [event for event in asking.events if event.get("Event") == "QueueEntry"]
    return [entry["Uniqueid"] for entry in sorted(entries, key=lambda one: int(one["Position"]))]
