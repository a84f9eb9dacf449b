"""What became of a call: its visits to queues, its talks, why it was lost. Pure; made by the ledger (queue_stats/ledger.py)."""

from dataclasses import dataclass, field
from enum import StrEnum

from queue_stats.spans import Span, length, overlap


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


UNSEEN = "unseen"
"""The cause of an end that nobody saw."""

EXPERTS = "expert_"
"""What the names of experts' queues begin with (seats/experts.py)."""


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
    joined_up: bool = False
    """The agent who asked the expert first has joined caller and expert."""
    left: int | None = None
    abandoned: bool = False
    lost: Lost | None = None

    @property
    def of_expert(self) -> bool:
        """An expert was asked."""
        return self.queue.startswith(EXPERTS)

    @property
    def talk(self) -> Span | None:
        """From the answer to the end of the talk."""
        end = self.completed if self.completed is not None else self.left
        return None if self.answered is None or end is None else (self.answered, max(self.answered, end))

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
        """How long that was."""
        return None if self.talk is None else length([self.talk])


@dataclass(slots=True)
class Hold:
    """A phone let the other side wait. Times in ms since 1970."""

    interface: str
    began: int
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A question that no expert could be had for. `asked`: ms since 1970, when the call was over."""

    asked: int
    subject: str
    agent: str
    centre: str


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
    holds: list[Hold] = field(default_factory=list)
    unsettled: Unsettled | None = None
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
        """Time with agents and experts; with both together it counts once."""
        talks = self._talks(of_experts=False) + self._talks(of_experts=True)
        return length(talks) if talks else None

    @property
    def agent_ms(self) -> int | None:
        """Time with agents, before an expert, with one and after one."""
        talks = self._talks(of_experts=False)
        return length(talks) if talks else None

    @property
    def expert_ms(self) -> int | None:
        """Time with experts; None: no expert answered."""
        talks = self._talks(of_experts=True)
        return length(talks) if talks else None

    @property
    def together_ms(self) -> int | None:
        """Time with agent and expert both."""
        experts = self._talks(of_experts=True)
        return length(overlap(self._talks(of_experts=False), experts)) if experts else None

    @property
    def hold_ms(self) -> int | None:
        """Time the caller was on hold in a talk; None before the first talk is over."""
        talks = self._talks(of_experts=False) + self._talks(of_experts=True)
        holds = [(hold.began, hold.ended) for hold in self.holds if hold.ended is not None]
        return length(overlap(talks, holds)) if talks else None

    def _talks(self, *, of_experts: bool) -> list[Span]:
        return [visit.talk for visit in self.visits if visit.talk is not None and visit.of_expert == of_experts]

    @property
    def settled(self) -> bool | None:
        """The question was settled in the call, by an agent or an expert; None: nobody answered, or it goes on."""
        return None if self.ended is None or not self.answered else self.unsettled is None

    @property
    def outcome(self) -> str:
        """One word: going_on, self_service, answered, lost."""
        if self.ended is None:
            return "going_on"
        if not self.offered:
            return "self_service"
        return "answered" if self.answered else "lost"
