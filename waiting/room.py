"""The waiting room: hears Asterisk's queue events and acts on them.

Tells each caller place and wait, pauses seats that do not answer, calls back those whose turn it is. When it is away, callers
hear that they still wait, keys and agents work on; promises stay in the database and are called when it is back.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ami import NotDone
from facts import Fact, Journal
from seats.exceptions import SeatsUnavailable
from seats.pauses import NO_ANSWER
from waiting.announcement import announcement
from waiting.announcer import Announcer
from waiting.caller_back import CallerBack
from waiting.estimate import Handling, wait_seconds
from waiting.no_answer import NoAnswer
from waiting.places import Places

log = logging.getLogger(__name__)

REFRESH_SECONDS = 5.0

WANTED = frozenset(
    {
        "QueueCallerJoin", "QueueCallerLeave", "QueueMemberAdded", "QueueMemberStatus", "QueueMemberPause",
        "QueueMemberRemoved", "AgentRingNoAnswer", "AgentConnect", "AgentComplete", "Hangup", "OriginateResponse",
        "UserEvent",
    }
)  # fmt: skip
"""All that Asterisk is listened to for."""


class Control(Protocol):
    """Actions at Asterisk's manager interface."""

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it once; NotDone when it was refused or no answer came."""
        ...


class Events(Protocol):
    """What Asterisk says: a snapshot with `queues` and `channels`, events, something else when the link broke."""

    def messages(self) -> AsyncGenerator[Any, None]:
        """For ever."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What the room is given. `set_state(interface, state, reason)` tells the seats."""

    control: Control
    announcer: Announcer
    handling: Handling
    no_answer: NoAnswer
    journal: Journal
    set_state: Callable[[str, str, str], Awaitable[None]]
    zone: ZoneInfo
    caller_back: CallerBack | None = None
    clock: Callable[[], float] = time.time


class WaitingRoom:
    """One for all lines."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.places = Places()
        self._wake = asyncio.Event()

    async def run(self, events: Events) -> None:
        """Listen and act until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(events))
            group.create_task(self._refresh())

    async def _listen(self, events: Events) -> None:
        async for message in events.messages():
            try:
                if isinstance(message, Mapping):
                    await self.take(message)
                elif (queues := getattr(message, "queues", None)) is not None:
                    await self._renewed(queues, message.channels)
                else:
                    self._setting.announcer.forget_all()
            except (SeatsUnavailable, NotDone) as error:
                log.warning("%s: %s", type(error).__name__, error)
            except (ValueError, OSError):
                log.exception("an event was not understood")

    async def take(self, event: Mapping[str, str]) -> None:
        """Take one event."""
        setting = self._setting
        match event.get("Event"):
            case "AgentRingNoAnswer" if setting.no_answer.missed(event):
                await self._pause(event.get("Interface", ""), event.get("MemberName", ""), event.get("Queue", ""))
            case "AgentConnect":
                setting.no_answer.answered(event.get("Interface", ""))
            case "AgentComplete":
                setting.handling.talked(event.get("Queue", ""), setting.clock(), float(event.get("TalkTime", "0") or 0))
        if queue := self.places.take(event):
            self._tell(queue)
            self._wake.set()
        if setting.caller_back is not None:
            await setting.caller_back.take(event)

    async def _renewed(self, queues: Any, channels: Any) -> None:  # noqa: ANN401 - events of a snapshot
        self.places.renew(queues)
        for queue in self.places.lines:
            self._tell(queue)
        if self._setting.caller_back is not None:
            await self._setting.caller_back.resume({event.get("Uniqueid", "") for event in channels})
        self._wake.set()

    async def _refresh(self) -> None:
        while True:
            try:
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            for queue in self.places.lines:
                self._tell(queue)
            if (caller_back := self._setting.caller_back) is not None:
                try:
                    now = dt.datetime.fromtimestamp(self._setting.clock(), self._setting.zone)
                    await caller_back.release(self.places, now)
                except (SeatsUnavailable, NotDone) as error:
                    log.warning("call-backs: %s: %s", type(error).__name__, error)

    def _tell(self, queue: str) -> None:
        setting = self._setting
        mean = setting.handling.mean(queue, setting.clock())
        for place, call in enumerate(self.places.lines.get(queue, []), 1):
            wait = wait_seconds(place, mean, self.places.serving(queue))
            setting.announcer.tell(call, announcement(place, wait, calls_back=setting.caller_back is not None))
        setting.announcer.keep(call for line in self.places.lines.values() for call in line)

    async def _pause(self, interface: str, agent: str, queue: str) -> None:
        """Pause the seat in all its queues, and say so: to the ledger and to the seats' own table."""
        log.warning("agent %s at %s did not answer and is paused", agent, interface)
        t = round(self._setting.clock() * 1000)
        data = {"state": "paused", "reason": NO_ANSWER, "interface": interface}
        self._setting.journal.append([Fact(f"seat/{agent}/{NO_ANSWER}/{t}", t, "seat", "", queue, agent, data)])
        # The table first: the keeper of the seats would undo a pause that stands in no table.
        try:
            await self._setting.set_state(interface, "paused", NO_ANSWER)
        finally:
            await self._setting.control.do("QueuePause", Interface=interface, Paused="true", Reason=NO_ANSWER)
