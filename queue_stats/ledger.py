"""The ledger: facts of one call, in any order and however often → what became of the call. Pure.

A call owns visits to queues; a visit is the unit Asterisk knows. Asterisk says "abandoned" for every wait without an
agent and nothing at all when a queue is full or empty, so the reason comes from the dialplan's own `queue_exit`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from facts import Fact


class Lost(StrEnum):
    """Why a caller who wanted a person did not get one."""

    HUNG_UP_WAITING = "hung_up_waiting"
    HUNG_UP_RINGING = "hung_up_ringing"
    QUEUE_FULL = "queue_full"
    NO_AGENT = "no_agent"
    TIMED_OUT = "timed_out"
    LEFT_BY_KEY = "left_by_key"
    CALL_BACK = "call_back"
    SYSTEM = "system"


BY_STATUS = {
    "FULL": Lost.QUEUE_FULL,
    "JOINEMPTY": Lost.NO_AGENT,
    "LEAVEEMPTY": Lost.NO_AGENT,
    "UNKNOWN": Lost.SYSTEM,
    "JOINUNAVAIL": Lost.NO_AGENT,
    "LEAVEUNAVAIL": Lost.NO_AGENT,
    "TIMEOUT": Lost.TIMED_OUT,
    "WITHDRAW": Lost.CALL_BACK,
}

UNSEEN = "unseen"

# Facts of the same millisecond in the order in which they can only have happened.
ORDER = {
    kind: at
    for at, kind in enumerate(
        (
            "entered", "centre", "menu", "verified", "query", "fault", "asked_closed", "asked_agent",
            "emergency", "joined", "rang", "rang_no_answer",
            "answered", "completed", "abandoned", "queue_exit", "rated", "call_back", "message", "ended", "wrap_up",
        )
    )
}  # fmt: skip


LONGEST_WRAP_UP = 86_400
"""Seconds; beyond it a clock was wrong."""


@dataclass(slots=True)
class Visit:
    """One wait in a queue and what came of it. Times in ms since 1970."""

    queue: str
    joined: int
    ringing: list[str] = field(default_factory=list)
    """Agents whose phones ring at this moment."""
    rings: int = 0
    agent: str = ""
    answered: int | None = None
    completed: int | None = None
    left: int | None = None
    abandoned: bool = False
    lost: Lost | None = None

    @property
    def is_open(self) -> bool:
        """True while the caller waits or talks."""
        return self.left is None

    @property
    def wait_ms(self) -> int | None:
        """From joining to the answer or to giving up; a clock that steps back makes no negative wait."""
        end = self.answered if self.answered is not None else self.left
        return None if end is None else max(0, end - self.joined)

    @property
    def talk_ms(self) -> int | None:
        """From the answer to the end of the talk."""
        end = self.completed if self.completed is not None else self.left
        return None if self.answered is None or end is None else max(0, end - self.answered)


@dataclass(slots=True)
class Call:
    """What became of one call."""

    id: str
    started: int
    ended: int | None = None
    cause: str = ""
    """Why it ended, as Asterisk says; `unseen` when nobody saw the end."""
    centre: str = ""
    dialled: str = ""
    caller: str = ""
    path: list[str] = field(default_factory=list)
    verified: bool = False
    asked_agent: int | None = None
    emergency: bool = False
    message: bool = False
    rating: int | None = None
    """1 满意, 2 基本满意, 3 不满意; None: not rated."""
    wrap_up_ms: int | None = None
    """The agents' work after their talks, told when it is over: later than the call's end. None: not told."""
    promised: int | None = None
    """When a call-back was promised, ms since 1970."""
    visits: list[Visit] = field(default_factory=list)

    @property
    def offered(self) -> bool:
        """The caller asked for a person."""
        return self.asked_agent is not None

    @property
    def answered_by(self) -> str:
        """The agent who answered first, empty when none did."""
        return next((visit.agent for visit in self.visits if visit.answered is not None), "")

    @property
    def answered(self) -> bool:
        """A person answered."""
        return any(visit.answered is not None for visit in self.visits)

    @property
    def call_back(self) -> str | None:
        """promised, or answered: a person was reached by the call-back, late; None: no call-back was promised."""
        if self.promised is None:
            return None
        return "answered" if self.answered else "promised"

    @property
    def waiting(self) -> Visit | None:
        """The visit the caller waits in right now."""
        return next((visit for visit in self.visits if visit.is_open and visit.answered is None), None)

    @property
    def talking(self) -> Visit | None:
        """The visit the caller talks in right now."""
        return next((visit for visit in self.visits if visit.is_open and visit.answered is not None), None)

    @property
    def lost(self) -> Lost | None:
        """Why a finished wish for a person was lost; the last visit's word counts."""
        if not self.offered or self.answered or self.waiting is not None:
            return None
        if self.promised is not None:
            # Until it is kept; a promise that is given up stays lost as one.
            return Lost.CALL_BACK
        if self.visits:
            return self.visits[-1].lost
        if self.ended is None:
            return None
        return Lost.SYSTEM if self.cause == UNSEEN else Lost.HUNG_UP_WAITING

    @property
    def wait_ms(self) -> int | None:
        """Time in queues until a person answered, or until the last was given up; with a call-back from first to last."""
        answered = next((visit.answered for visit in self.visits if visit.answered is not None), None)
        if self.promised is not None and answered is not None:
            return max(0, answered - self.visits[0].joined)
        waits = []
        for visit in self.visits:
            if visit.wait_ms is None:
                return None
            waits.append(visit.wait_ms)
            if visit.answered is not None:
                break
        return sum(waits) if waits else None

    @property
    def talk_ms(self) -> int | None:
        """Time with agents."""
        talks = [visit.talk_ms for visit in self.visits if visit.talk_ms is not None]
        return sum(talks) if talks else None

    @property
    def outcome(self) -> str:
        """One word: going_on, self_service, answered, lost."""
        if self.ended is None:
            return "going_on"
        if not self.offered:
            return "self_service"
        return "answered" if self.answered else "lost"


def reduce(facts: Iterable[Fact]) -> Call:
    """Give what became of the call these facts are of; there is at least one."""
    once: dict[str, Fact] = {}
    for fact in sorted(facts, key=order):
        once.setdefault(fact.id, fact)
    ordered = list(once.values())
    call = Call(ordered[0].call, ordered[0].t)
    for fact in ordered:
        if (step := STEPS.get(fact.kind)) is not None:
            step(call, fact)
    if call.ended is not None:
        for visit in call.visits:
            # A call-back's visits come after the call's end.
            if visit.is_open and visit.joined <= call.ended:
                _leave(visit, call.ended, "", otherwise=Lost.SYSTEM)
    return call


def order(fact: Fact) -> tuple[int, int, str]:
    """Sort key: facts in the order in which they happened."""
    return fact.t, ORDER.get(fact.kind, len(ORDER)), fact.id


def _entered(call: Call, fact: Fact) -> None:
    call.centre = call.centre or str(fact.data.get("centre", ""))
    call.dialled, call.caller = str(fact.data.get("dialled", "")), str(fact.data.get("caller", ""))


def _centre(call: Call, fact: Fact) -> None:
    # A wish for a person belongs to the centre that was asked, whatever the caller looks up afterwards.
    if call.asked_agent is None:
        call.centre = str(fact.data.get("centre", "")) or call.centre


def _menu(call: Call, fact: Fact) -> None:
    call.path.append(str(fact.data.get("path", "")))


def _verified(call: Call, fact: Fact) -> None:
    call.verified = call.verified or bool(fact.data.get("ok"))


def _asked(call: Call, fact: Fact) -> None:
    # Where a person was wanted is where the call belongs, also when another centre's agents help out.
    if call.asked_agent is None or fact.kind == "asked_agent":
        call.centre = str(fact.data.get("centre", "")) or _centre_of(fact.queue, call.centre)
    if call.asked_agent is None:
        call.asked_agent = fact.t


def _centre_of(queue: str, centre: str) -> str:
    """Queues are named after centres, those for a skill <centre>_<skill>."""
    return centre if not queue or queue.startswith(f"{centre}_") else queue


def _emergency(call: Call, fact: Fact) -> None:
    call.emergency = True


def _message(call: Call, fact: Fact) -> None:
    call.message = True


def _rated(call: Call, fact: Fact) -> None:
    if fact.data.get("rating") in {1, 2, 3}:
        call.rating = int(fact.data["rating"])


def _wrap_up(call: Call, fact: Fact) -> None:
    seconds = fact.data.get("seconds")
    if isinstance(seconds, int | float) and 0 <= seconds < LONGEST_WRAP_UP:
        call.wrap_up_ms = (call.wrap_up_ms or 0) + round(seconds * 1000)


def _call_back(call: Call, fact: Fact) -> None:
    if fact.data.get("state") == "promised" and call.promised is None:
        call.promised = fact.t


def _joined(call: Call, fact: Fact) -> None:
    _asked(call, fact)
    call.visits.append(Visit(fact.queue, fact.t))


def _open(call: Call, fact: Fact) -> Visit | None:
    return next((visit for visit in reversed(call.visits) if visit.queue == fact.queue and visit.is_open), None)


def _rang(call: Call, fact: Fact) -> None:
    if visit := _open(call, fact):
        visit.ringing.append(fact.agent)
        visit.rings += 1


def _rang_no_answer(call: Call, fact: Fact) -> None:
    if (visit := _open(call, fact)) and fact.agent in visit.ringing:
        visit.ringing.remove(fact.agent)


def _answered(call: Call, fact: Fact) -> None:
    if (visit := _open(call, fact)) and visit.answered is None:
        visit.answered, visit.agent = fact.t, fact.agent
        visit.ringing.clear()


def _completed(call: Call, fact: Fact) -> None:
    if visit := _open(call, fact):
        visit.completed = visit.left = fact.t


def _abandoned(call: Call, fact: Fact) -> None:
    if visit := _open(call, fact):
        visit.abandoned = True


def _queue_exit(call: Call, fact: Fact) -> None:
    status = str(fact.data.get("status", ""))
    visit = _open(call, fact)
    if visit is None:
        # A full or empty queue is never joined; a talk that is over was left already.
        closed = next((one for one in reversed(call.visits) if one.queue == fact.queue), None)
        if status not in BY_STATUS or (closed is not None and closed.lost is None and closed.answered is None):
            return
        _asked(call, fact)
        call.visits.append(visit := Visit(fact.queue, fact.t))
    if fact.data.get("abandoned") == "TRUE":
        visit.abandoned = True
    # Left without a word and without having given up: by the exit key.
    _leave(visit, fact.t, status, otherwise=Lost.LEFT_BY_KEY)


def _leave(visit: Visit, t: int, status: str, *, otherwise: Lost) -> None:
    visit.left = t
    if visit.answered is not None:
        visit.completed = t if visit.completed is None else visit.completed
    elif status in BY_STATUS:
        visit.lost = BY_STATUS[status]
    elif visit.abandoned:
        visit.lost = Lost.HUNG_UP_RINGING if visit.ringing else Lost.HUNG_UP_WAITING
    else:
        visit.lost = otherwise


def _ended(call: Call, fact: Fact) -> None:
    if call.ended is None or call.cause == UNSEEN:
        call.ended, call.cause = fact.t, str(fact.data.get("cause", ""))


STEPS = {
    "entered": _entered,
    "centre": _centre,
    "menu": _menu,
    "verified": _verified,
    "asked_agent": _asked,
    "emergency": _emergency,
    "message": _message,
    "rated": _rated,
    "wrap_up": _wrap_up,
    "call_back": _call_back,
    "joined": _joined,
    "rang": _rang,
    "rang_no_answer": _rang_no_answer,
    "answered": _answered,
    "completed": _completed,
    "abandoned": _abandoned,
    "queue_exit": _queue_exit,
    "ended": _ended,
}
