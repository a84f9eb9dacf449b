"""What is going on right now: callers waiting, agents and their states. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from facts import Fact, call_of
from queue_stats.call import Call
from queue_stats.ledger import reduce

RINGING, IN_USE, BUSY, ON_HOLD = "6", "2", "3", "8"
GONE = {"4", "5"}

BEGINNINGS = {"entered", "joined"}
"""A call first heard of when it joins a queue was in its conversation while nobody listened."""


WRAP_UP = "wrap_up"
NOT_SATISFIED = 3
LOW_RATINGS_KEPT = 50


@dataclass(slots=True)
class AgentState:
    """One signed-in agent in one queue. `since`: ms since 1970."""

    number: str
    queue: str
    state: str
    since: int
    reason: str = ""
    wrap_up_ends: int = 0
    """When wrap-up turns into ready: Asterisk says nothing then."""

    def at(self, t: int) -> "AgentState":
        """The state at a moment after the last word."""
        if self.state != WRAP_UP or not self.wrap_up_ends or t < self.wrap_up_ends:
            return self
        return replace(self, state="ready", since=self.wrap_up_ends)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One caller waiting in a queue."""

    call: str
    queue: str
    since: int
    ringing: str


@dataclass(frozen=True, slots=True)
class LowRating:
    """Somebody was not satisfied. `at`: ms since 1970; `why`: empty until it is told."""

    call: str
    queue: str
    agent: str
    why: str
    at: int


class Live:
    """Open calls and signed-in agents, kept up to date by facts and by queue members' events."""

    def __init__(self) -> None:
        self._open: dict[str, list[Fact]] = {}
        self._members: dict[tuple[str, str], AgentState] = {}
        self._low: dict[str, LowRating] = {}

    def take(self, fact: Fact) -> None:
        """Take a fact of a call."""
        if fact.kind == "rated" and fact.data.get("rating") == NOT_SATISFIED:
            self._rated_low(fact)
        if fact.kind == "ended":
            self._open.pop(fact.call, None)
        elif fact.call and (fact.kind in BEGINNINGS or fact.call in self._open):
            self._open.setdefault(fact.call, []).append(fact)

    def _rated_low(self, fact: Fact) -> None:
        known = self._open.get(fact.call)
        visits = reduce(known).visits if known else []
        earlier = self._low.pop(fact.call, None)
        queue = visits[-1].queue if visits else earlier.queue if earlier else ""
        self._low[fact.call] = LowRating(fact.call, queue, fact.agent, str(fact.data.get("why", "")), fact.t)
        while len(self._low) > LOW_RATINGS_KEPT:
            del self._low[next(iter(self._low))]

    def low_ratings(self) -> list[LowRating]:
        """The latest, newest first."""
        return list(reversed(self._low.values()))

    def member(self, event: Mapping[str, str], t: int) -> None:
        """Take what Asterisk says of a queue's member (QueueMember, QueueMemberStatus, …Added, …Pause, …Removed)."""
        number = event.get("MemberName") or event.get("Name", "")
        key = number, event.get("Queue", "")
        if event.get("Event") == "QueueMemberRemoved":
            self._members.pop(key, None)
            return
        state, ends = _state(event, t)
        known = self._members.get(key)
        since = known.since if known and known.at(t).state == state == known.state else t
        if known is None and state == "paused":
            since = 1000 * int(event.get("LastPause", "0") or 0) or t
        reason = event.get("PausedReason", "") if state == "paused" else ""
        self._members[key] = AgentState(*key, state, since, reason, ends)

    def agents(self, t: int) -> list[AgentState]:
        """Everyone who is signed in, by number and queue."""
        return [member.at(t) for _, member in sorted(self._members.items())]

    def renew(self, members: Iterable[Mapping[str, str]], entries: Iterable[Mapping[str, str]], t: int) -> list[Fact]:
        """Begin anew from a snapshot: who is signed in, who waits and since when. Give the joinings nobody heard."""
        old, self._members = self._members, {}
        for member in members:
            self.member(member, t)
        for key, agent in self._members.items():
            if key in old and old[key].at(t).state == agent.state:
                agent.since = old[key].at(t).since
        unheard = []
        for entry in entries:
            call, queue = call_of(entry.get("Uniqueid", "")), entry.get("Queue", "")
            joined = t - 1000 * int(entry.get("Wait", "0") or 0)
            known = self._open.setdefault(call, [])
            if not known or reduce(known).waiting is None:
                unheard.append(Fact(f"{call}/snapshot/{t}", joined, "joined", call, queue))
                known.append(unheard[-1])
        return unheard

    def forget(self, up: set[str]) -> list[str]:
        """Drop calls whose channels are gone; give their ids: nobody else will tell their end."""
        gone = [call for call in self._open if call not in up]
        for call in gone:
            del self._open[call]
        return gone

    def calls(self) -> list[Call]:
        """Every call that is up."""
        return [reduce(facts) for facts in self._open.values()]

    def waiting(self) -> list[Waiting]:
        """Who waits, longest first."""
        found = [
            Waiting(call.id, visit.queue, visit.joined, visit.ringing[0] if visit.ringing else "")
            for call in self.calls()
            if (visit := call.waiting) is not None
        ]
        return sorted(found, key=lambda one: one.since)

    @property
    def up(self) -> int:
        """How many calls are up."""
        return len(self._open)


def _state(event: Mapping[str, str], t: int) -> tuple[str, int]:
    """The state, and when it ends by itself if it does."""
    status = event.get("Status", "")
    if event.get("InCall") == "1" or status in {IN_USE, BUSY, ON_HOLD}:
        return "talking", 0
    if status == RINGING:
        return "ringing", 0
    if event.get("Paused") == "1":
        # After-call work is a pause that the seats' keeper sets and takes away.
        return (WRAP_UP if event.get("PausedReason") == WRAP_UP else "paused"), 0
    if status in GONE:
        return "unavailable", 0
    done, wrap_up = int(event.get("LastCall") or 0), int(event.get("Wrapuptime") or 0)
    ends = (done + wrap_up) * 1000
    return (WRAP_UP, ends) if done and wrap_up and ends > t else ("ready", 0)
