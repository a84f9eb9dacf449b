"""Who waits where in which line, and who serves it. Pure: fed with Asterisk's queue events, so no polling.

QueueCallerJoin and QueueCallerLeave name the place of the one who comes or goes, everybody behind moves by one. A snapshot
(QueueEntry, QueueMember) begins anew. Calls are known by the Linkedid, which is the hotline's own call id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from facts import call_of
from seats.settings import WRAP_UP

Event = Mapping[str, str]

GONE = {"4", "5"}
"""Member states of a phone that is not there: invalid, unavailable."""

NOT_IN_USE = "1"


@dataclass(frozen=True, slots=True)
class Member:
    """One agent's seat in one queue."""

    interface: str
    agent: str
    paused: str
    """Why the seat takes no calls for now; empty: it takes calls."""
    status: str

    @property
    def serves(self) -> bool:
        """The agent takes calls of the queue, now or after the present one."""
        return self.paused in {"", WRAP_UP} and self.status not in GONE

    @property
    def free(self) -> bool:
        """The phone would ring at once."""
        return not self.paused and self.status == NOT_IN_USE


@dataclass(slots=True)
class Places:
    """Every line."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    """Queue → calls, first first."""
    members: dict[str, dict[str, Member]] = field(default_factory=dict)
    """Queue → interface → seat."""
    joined: dict[str, int] = field(default_factory=dict)
    """Call → when it first joined a line, ms since 1970: what its place is kept by."""

    def renew(self, events: Iterable[Event]) -> None:
        """Begin anew from a snapshot."""
        self.lines, self.members = {}, {}
        entries = []
        for event in events:
            if event.get("Event") == "QueueMember":
                self._member(event)
            elif event.get("Event") == "QueueEntry":
                entries.append(event)
        for entry in sorted(entries, key=lambda one: int(one.get("Position", "0") or 0)):
            self.lines.setdefault(entry.get("Queue", ""), []).append(call_of(entry.get("Uniqueid", "")))
        waiting = {call for line in self.lines.values() for call in line}
        self.joined = {call: t for call, t in self.joined.items() if call in waiting}

    def take(self, event: Event) -> str:
        """Take an event; give the queue whose line or seats changed, else nothing."""
        queue = event.get("Queue", "")
        match event.get("Event"):
            case "QueueCallerJoin":
                line = self.lines.setdefault(queue, [])
                line.insert(max(0, int(event.get("Position", "0") or 0) - 1), _call(event))
            case "QueueCallerLeave":
                line = self.lines.get(queue, [])
                if (call := _call(event)) in line:
                    line.remove(call)
            case "QueueMemberAdded" | "QueueMemberStatus" | "QueueMemberPause":
                self._member(event)
            case "QueueMemberRemoved":
                self.members.get(queue, {}).pop(event.get("Interface", ""), None)
            case "UserEvent" if event.get("UserEvent") == "HotlineWaiting":
                self.joined[event.get("CallId", "")] = int(event.get("Joined", "0") or 0)
                return ""
            case "UserEvent" if event.get("UserEvent") == "HotlineEnded":
                self.joined.pop(event.get("CallId", ""), None)
                return ""
            case _:
                return ""
        return queue

    def place(self, queue: str, call: str) -> int:
        """The place of a call in its line, from 1; 0: it does not wait there."""
        line = self.lines.get(queue, [])
        return line.index(call) + 1 if call in line else 0

    def serving(self, queue: str) -> int:
        """How many agents take calls of the queue, now or after their present one."""
        return sum(member.serves for member in self.members.get(queue, {}).values())

    def free(self, queue: str) -> int:
        """How many phones would ring at once."""
        return sum(member.free for member in self.members.get(queue, {}).values())

    def seats(self, interface: str) -> list[str]:
        """The queues a phone is a member of."""
        return [queue for queue, members in self.members.items() if interface in members]

    def _member(self, event: Event) -> None:
        interface = event.get("Interface") or event.get("Location", "")
        self.members.setdefault(event.get("Queue", ""), {})[interface] = Member(
            interface,
            event.get("MemberName") or event.get("Name", ""),
            (event.get("PausedReason") or "paused") if event.get("Paused") == "1" else "",
            event.get("Status", ""),
        )


def _call(event: Event) -> str:
    return call_of(event.get("Linkedid") or event.get("Uniqueid", ""))
