"""What is going on right now: callers waiting, agents and their states. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facts import Fact
from queue_stats.ledger import Call, reduce

RINGING, IN_USE, BUSY, ON_HOLD = "6", "2", "3", "8"
GONE = {"4", "5"}


@dataclass(slots=True)
class AgentState:
    """One signed-in agent. `since`: ms since 1970."""

    number: str
    queue: str
    state: str
    since: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One caller waiting in a queue."""

    call: str
    queue: str
    since: int
    ringing: str


class Live:
    """Open calls and signed-in agents, kept up to date by facts and by queue members' events."""

    def __init__(self) -> None:
        self._open: dict[str, list[Fact]] = {}
        self.agents: dict[str, AgentState] = {}

    def take(self, fact: Fact) -> None:
        """Take a fact of a call."""
        if fact.kind == "ended":
            self._open.pop(fact.call, None)
        elif fact.call and (fact.kind == "entered" or fact.call in self._open):
            self._open.setdefault(fact.call, []).append(fact)

    def member(self, event: Mapping[str, str], t: int) -> None:
        """Take what Asterisk says of a queue's member (QueueMember, QueueMemberStatus, …Added, …Pause, …Removed)."""
        number = event.get("MemberName") or event.get("Name", "")
        if event.get("Event") == "QueueMemberRemoved":
            self.agents.pop(number, None)
            return
        state = _state(event, t)
        known = self.agents.get(number)
        since = known.since if known and known.state == state else t
        self.agents[number] = AgentState(number, event.get("Queue", ""), state, since, event.get("PausedReason", ""))

    def renew(self, members: Iterable[Mapping[str, str]], entries: Iterable[Mapping[str, str]], t: int) -> None:
        """Begin anew from a snapshot: who is signed in, who waits and since when."""
        old, self.agents = self.agents, {}
        for member in members:
            self.member(member, t)
        for number, agent in self.agents.items():
            if number in old and old[number].state == agent.state:
                agent.since = old[number].since
        for entry in entries:
            call, queue = entry.get("Uniqueid", ""), entry.get("Queue", "")
            joined = t - 1000 * int(entry.get("Wait", "0") or 0)
            if call not in self._open:
                self._open[call] = [Fact(f"{call}/snapshot", joined, "joined", call, queue)]

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
            Waiting(call.id, visit.queue, visit.joined, visit.ringing)
            for call in self.calls()
            if (visit := call.waiting) is not None
        ]
        return sorted(found, key=lambda one: one.since)


def _state(event: Mapping[str, str], t: int) -> str:
    status = event.get("Status", "")
    if event.get("InCall") == "1" or status in {IN_USE, BUSY, ON_HOLD}:
        return "talking"
    if status == RINGING:
        return "ringing"
    if event.get("Paused") == "1":
        return "paused"
    if status in GONE:
        return "unavailable"
    done, wrap_up = int(event.get("LastCall") or 0), int(event.get("Wrapuptime") or 0)
    return "wrap_up" if done and wrap_up and (done + wrap_up) * 1000 > t else "ready"
