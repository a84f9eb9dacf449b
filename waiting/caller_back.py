"""Calls people back through the trunk when their turn comes, and notes what came of it.

The call-back's channel is named <call>-cb<try>, so everything that happens on it belongs to the call it answers
(facts.call_of). What is dialled is checked by the dialling plan once more, whatever the table says.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

from ami import NotDone
from facts import Fact, Journal, call_of, masked_number
from seats.call_back import CallBacks, Promise
from seats.dialling import Allowed, dialled
from waiting.places import Places
from waiting.release import Hours, released

log = logging.getLogger(__name__)

CONTEXT = "hotline-call-back"
VISITS_A_TRY = 100
"""Visits of the first try are counted from 101, of the second from 201: each visit of a call has a number of its own."""

Do = Callable[..., Awaitable[Mapping[str, str]]]


@dataclass(slots=True)
class CallerBack:
    """`number`: who calls, 12329. `do`: an action at the manager interface, as Control.do."""

    call_backs: CallBacks
    do: Do
    journal: Journal
    hours: Hours
    number: str
    endpoint: str = "trunk-out"
    ring_seconds: int = 30
    _under_way: dict[str, Promise] = field(default_factory=dict)
    """Channel → promise, of those being called who are not in the line yet."""

    async def release(self, places: Places, now: dt.datetime) -> None:
        """Call those whose turn it is; `now` is local time."""
        if not self.hours.allow(now):
            return
        due = await self.call_backs.due()
        for promise in list(released(due, places, Counter(promise.queue for promise in self._under_way.values()))):
            await self._call(promise)

    async def resume(self, up: Collection[str]) -> None:
        """After a silence: tries whose channel is gone are over."""
        channels = {call_of(channel) for channel in up if call_of(channel) != channel}
        self._under_way = {channel: promise for channel, promise in self._under_way.items() if channel in up}
        for call in await self.call_backs.calling():
            if call not in channels:
                await self.call_backs.failed(call)

    async def take(self, event: Mapping[str, str]) -> None:
        """Take an event of a call-back's channel; others are passed over."""
        name, channel = event.get("Event"), event.get("Linkedid") or event.get("Uniqueid", "")
        if name == "OriginateResponse":
            await self._originated(event)
            return
        call = call_of(channel)
        if call == channel:
            return
        match name:
            case "QueueCallerJoin":
                self._under_way.pop(channel, None)
            case "AgentConnect":
                agent = event.get("MemberName", "")
                await self.call_backs.answered(call, agent)
                self._note(call, "answered", event.get("Queue", ""), agent)
            case "Hangup" if event.get("Uniqueid") == channel:
                self._under_way.pop(channel, None)
                await self.call_backs.failed(call)
                self._note(call, "over")

    async def _originated(self, event: Mapping[str, str]) -> None:
        """No channel was made, so no Hangup will be told."""
        if event.get("Context") != CONTEXT or event.get("Response") != "Failure":
            return
        for channel, promise in list(self._under_way.items()):
            if str(promise.id) == event.get("Exten"):
                del self._under_way[channel]
                await self.call_backs.failed(promise.call)

    async def _call(self, promise: Promise) -> None:
        allowed = dialled(promise.number, self.call_backs.rules)
        attempt = await self.call_backs.begin(promise.id)
        if not attempt:
            return
        if not isinstance(allowed, Allowed):
            log.warning("call-back to %s refused: %s", masked_number(promise.number), allowed.why)
            self._note(promise.call, "refused", promise.queue)
            await self.call_backs.failed(promise.call)
            return
        channel = f"{promise.call}-cb{attempt}"
        self._under_way[channel] = promise
        known = {
            "__HL_CALL_ID": promise.call,
            "__HL_CENTRE": promise.centre,
            "HL_QUEUE": promise.queue,
            "HL_JOINED": str(promise.joined),
            "HL_CALLER": allowed.number,
            "HL_VISIT": str(attempt * VISITS_A_TRY),
        }
        self._note(promise.call, "called", promise.queue)
        try:
            await self.do(
                "Originate",
                Channel=f"PJSIP/{allowed.number}@{self.endpoint}",
                ChannelId=channel,
                Context=CONTEXT,
                Exten=str(promise.id),
                Priority="1",
                CallerID=f"<{self.number}>",
                Timeout=str(self.ring_seconds * 1000),
                Async="true",
                Variable=",".join(f"{name}={value}" for name, value in known.items()),
            )
        except NotDone:
            self._under_way.pop(channel, None)
            await self.call_backs.failed(promise.call)
            raise

    def _note(self, call: str, state: str, queue: str = "", agent: str = "") -> None:
        t = round(dt.datetime.now(dt.UTC).timestamp() * 1000)
        self.journal.append(
            [Fact(f"{call}/call_back/{state}/{t}", t, "call_back", call, queue, agent, {"state": state})]
        )
