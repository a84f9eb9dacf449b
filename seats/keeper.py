"""The keeper: makes Asterisk's queues agree with the table of seats, and seats end what time ends.

It holds nothing in memory that matters: whenever it, Asterisk, the database or all of them were away, the next round sees what
differs and mends it. A round reads the queues first and the seats second, so that a seat taken in between is at worst put into
a queue twice, which Asterisk refuses, and never taken out.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ami.exceptions import NotDone
from facts import Fact, Journal, call_of_event
from seats.exceptions import SeatsUnavailable
from seats.experts import EXPERT, Subject, expert_seats
from seats.joining import rejoin
from seats.membership import Chair, agree, member
from seats.service import BY_TIME, PAUSED, PHONE_GONE, READY, Seats, Sitting, Stayed
from seats.settings import WRAP_UP
from seats.skills import DIRECT, Skill, seats_of

log = logging.getLogger(__name__)

ROUND_SECONDS = 2.0
"""Between two rounds when nothing happens."""

QUICKEST_SECONDS = 0.05
"""A burst of changes is one round."""

WANTED = frozenset(
    {
        "UserEvent",
        "AgentComplete",
        "QueueMemberAdded",
        "QueueMemberRemoved",
        "QueueMemberPause",
        "ContactStatus",
        "QueueCallerLeave",
        "AttendedTransfer",
    }
)
"""What Asterisk is listened to for; each begins a round, and the end of a talk a wrap-up."""

LONGEST_PULL_SECONDS = 180
"""Longer than any phone rings."""

TAKES_CALLS = frozenset({"agent"})
"""Roles that sit in their centre's queues."""

SATURDAY = 5

GONE = frozenset({"4", "5", "INVALID", "UNAVAILABLE"})
"""Status of a member, and DEVICE_STATE of a phone, that is not registered or does not answer. In a talk it is another."""


class Control(Protocol):
    """Actions at Asterisk's manager interface (ami.Control)."""

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it once."""
        ...

    async def list(self, action: str, event: str, **fields: str) -> Sequence[Mapping[str, str]]:
        """Ask for a list."""
        ...


class Events(Protocol):
    """What Asterisk says (ami.Ami)."""

    def messages(self) -> AsyncGenerator[Any, None]:
        """For ever."""
        ...


async def _nothing(_: Sequence[str]) -> None:
    pass


@dataclass(slots=True)
class Keeper:
    """`managed`: queues whose members follow from the seats alone. `voice` makes announcements of agents that lack one."""

    seats: Seats
    control: Control
    journal: Journal
    skills: Sequence[Skill]
    managed: frozenset[str]
    voice: Callable[[Sequence[str]], Awaitable[None]] = _nothing
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    subjects: Sequence[Subject] = ()
    working_day: Callable[[dt.datetime], bool] = lambda moment: moment.weekday() < SATURDAY
    rounds: int = 0
    """How many rounds went well: a test waits for it."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _complaint: str = ""
    _told: dict[str, str] = field(default_factory=dict)
    """Phone → the number of the agent who sits there, as Asterisk was told."""
    _direct_since: dict[str, dt.datetime] = field(default_factory=dict)

    def wake(self) -> None:
        """Something changed: begin a round."""
        self._wake.set()

    async def run(self, events: Events) -> None:
        """Listen and keep until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(events))
            group.create_task(self._keep())

    async def _listen(self, events: Events) -> None:
        async for message in events.messages():
            if isinstance(message, Mapping):
                await self._take(message)
            else:
                # Asterisk was away, and knows nothing any more.
                self._told.clear()
            self.wake()

    async def _take(self, event: Mapping[str, str]) -> None:
        name = event.get("UserEvent") or event.get("Event", "")
        if name == "AgentComplete":
            await self._talk_ended(event, event.get("MemberName", ""), call_of_event(event))
        elif name in {"HotlineTakenOver", "HotlineHandedOn"} or (name, event.get("State")) == ("HotlineLeg", "over"):
            await self._talk_ended(event, event.get("Agent", ""), event.get("CallId", ""))
        elif name == "AttendedTransfer":
            await rejoin(self.control, event)
        elif name == "QueueCallerLeave":
            await self._empty(event.get("Queue", ""))

    async def _empty(self, queue: str) -> None:
        """The caller of a queue of one left it, to talk or for another line: its member goes, too."""
        if not queue.endswith(f"_{DIRECT}"):
            return
        try:
            for one in await self.control.list("QueueStatus", "QueueMember", Queue=queue):
                await self.control.do("QueueRemove", Queue=queue, Interface=one.get("Location", ""))
        except NotDone as error:
            log.warning("%s is not emptied: %s", queue, error)

    async def _talk_ended(self, event: Mapping[str, str], agent: str, call: str) -> None:
        """Wrap-up begins in the table first. Asterisk's own short wrap-up keeps calls away until the pause is set."""
        interface, queue = event.get("Interface", ""), event.get("Queue", "")
        try:
            if await self.seats.begin_wrap_up(interface, agent, call[:80], queue[:80]):
                await self.control.do("QueuePause", Interface=interface, Paused="true", Reason=WRAP_UP)
        except (SeatsUnavailable, NotDone) as error:
            log.warning("agent %s has no wrap-up: %s", agent, error)

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(ROUND_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self.round()
                self._complaint = ""
            except (SeatsUnavailable, NotDone) as error:
                if str(error) != self._complaint:
                    log.warning("the seats wait: %s", error)
                self._complaint = str(error)
            await asyncio.sleep(QUICKEST_SECONDS)

    async def round(self) -> None:
        """Mend what differs; SeatsUnavailable or NotDone when a part is away."""
        members = await self.control.list("QueueStatus", "QueueMember")
        states = {one.get("Location", ""): one.get("Status", "") for one in members}
        for seat in await self.seats.sitting():
            state = states.get(seat.interface) or await self._device(seat.interface)
            await self._presence(seat, there=state not in GONE)
            await self._time(seat)
        found = await self.seats.sitting()
        await self._name(found)
        chairs = [self._chair(seat) for seat in found]
        for action, fields in agree(chairs, (member(one) for one in members), self.managed):
            try:
                await self.control.do(action, **fields)
                log.info("%s %s", action, " ".join(fields.values()))
            except NotDone as error:
                log.warning("%s", error)
        await self._sweep(members)
        await self._tell()
        await self.voice(await self.seats.numbers())
        self.rounds += 1

    async def _sweep(self, members: Sequence[Mapping[str, str]]) -> None:
        """Members of queues of one whose caller's leaving nobody heard."""
        now = self.clock()
        direct = {one.get("Queue", "") for one in members if one.get("Queue", "").endswith(f"_{DIRECT}")}
        self._direct_since = {queue: self._direct_since.get(queue, now) for queue in direct}
        for queue, since in self._direct_since.items():
            if (now - since).total_seconds() > LONGEST_PULL_SECONDS:
                await self._empty(queue)

    async def _name(self, seats: Sequence[Sitting]) -> None:
        """Tell the dialplan who sits at which phone: a caller may be transferred to an extension."""
        sits = {seat.interface: seat.occupant.number for seat in seats}
        for interface in sorted({*sits, *self._told}):
            number = sits.get(interface, "")
            if self._told.get(interface, "") != number:
                name = f"HL_SITS_{interface.removeprefix('PJSIP/')}"
                await self.control.do("Setvar", Variable=name, Value=number)
                self._told[interface] = number

    async def _device(self, interface: str) -> str:
        """State of a phone that is in no queue: an expert's or a supervisor's."""
        answer = await self.control.do("Getvar", Variable=f"DEVICE_STATE({interface})")
        return answer.get("Value", "")

    async def _presence(self, seat: Sitting, *, there: bool) -> None:
        """A phone that is gone signs its agent out after the grace time; it may come back until then."""
        if there:
            if seat.gone_since is not None:
                await self.seats.phone_gone(seat.interface, gone=False)
            return
        if seat.gone_since is None:
            await self.seats.phone_gone(seat.interface, gone=True)
        elif (self.clock() - seat.gone_since).total_seconds() >= self.seats.settings.phone_grace_seconds:
            log.warning("agent %s is signed out: %s cannot be reached", seat.occupant.number, seat.interface)
            await self.seats.sign_out(seat.interface, PHONE_GONE)
            self.journal.append([seat_fact(seat, "signed_out", self.clock(), PHONE_GONE)])

    async def _time(self, seat: Sitting) -> None:
        """End a wrap-up, warn of a pause beyond its limit."""
        if seat.until is None or seat.until > self.clock():
            return
        if seat.state == WRAP_UP:
            await self.seats.end_wrap_up(seat.interface, BY_TIME)
        elif seat.state == PAUSED and not seat.warned and await self.seats.warn(seat.interface):
            log.warning("agent %s is paused (%s) beyond the limit", seat.occupant.number, seat.reason)
            self.journal.append([seat_fact(seat, "pause_too_long", self.clock(), seat.reason)])

    async def _tell(self) -> None:
        """Tell the ledger of states that are over: on disk first, then noted, so at least once, and once by the id."""
        over = await self.seats.untold()
        if not over:
            return
        lost = self.journal.lost
        self.journal.append(fact for stay in over for fact in stay_facts(stay))
        if self.journal.lost == lost:
            await self.seats.told([stay.id for stay in over])

    def _chair(self, seat: Sitting) -> Chair:
        queues: Iterable[tuple[str, int]] = ()
        number, role = seat.occupant.number, seat.occupant.role
        if role in TAKES_CALLS:
            queues = seats_of(number, seat.occupant.centre, self.skills)
        elif role == EXPERT:
            queues = expert_seats(number, self.subjects, working_day=self.working_day(self.clock()))
        reason = WRAP_UP if seat.state == WRAP_UP else seat.reason
        return Chair(seat.interface, number, tuple(queues), seat.state != READY, reason)


def seat_fact(seat: Sitting, state: str, now: dt.datetime, reason: str = "") -> Fact:
    """A seat's fact."""
    t, agent = round(now.timestamp() * 1000), seat.occupant.number
    data = {"state": state, "reason": reason, "interface": seat.interface}
    return Fact(f"seat/{agent}/{state}/{t}", t, "seat", "", seat.occupant.centre, agent, data)


def stay_facts(stay: Stayed) -> Iterable[Fact]:
    """What the ledger is told of a state that is over; of wrap-up also under the call it was for."""
    t = round(stay.ended.timestamp() * 1000)
    seconds = round((stay.ended - stay.began).total_seconds(), 1)
    data = {"state": stay.state, "reason": stay.reason, "seconds": seconds, "ended_by": stay.ended_by}
    yield Fact(f"stay/{stay.id}/{t}", t, "stay", "", stay.queue, stay.agent, data)
    if stay.state == WRAP_UP and stay.call:
        data = {"seconds": seconds, "ended_by": stay.ended_by}
        yield Fact(f"wrap_up/{stay.id}/{t}", t, "wrap_up", stay.call, stay.queue, stay.agent, data)
