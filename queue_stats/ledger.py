"""The ledger: facts of one call, in any order and however often → what became of the call. Pure.

A call owns visits to queues; a visit is the unit Asterisk knows. Asterisk says "abandoned" for every wait without an
agent and nothing at all when a queue is full or empty, so the reason comes from the dialplan's own `queue_exit`.
"""

from collections.abc import Iterable

from facts import Fact
from queue_stats.call import UNSEEN, Call, Hold, Lost, Unsettled, Visit

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


# Facts of the same millisecond in the order in which they can only have happened.
ORDER = {
    kind: at
    for at, kind in enumerate(
        (
            "entered", "centre", "menu", "verified", "query", "fault", "asked_closed", "asked_agent",
            "emergency", "joined", "rang", "rang_no_answer",
            "answered", "held", "resumed", "joined_up", "completed", "abandoned", "queue_exit", "rated", "call_back", "message", "unsettled", "ended", "wrap_up",
        )
    )
}  # fmt: skip


PHONE = "phone"
"""In the place of a queue: one phone is rung, that of an agent who gets a caller back (dialplan, leg)."""

TOLD_BEFORE = 1_000
"""Milliseconds. Of a join and the end of the expert's queue, which come from two threads of Asterisk's, either may be told first."""

SURE = frozenset({"handed_on", "over"})
"""Why a talk ended, as the dialplan itself says it."""

LONGEST_WRAP_UP = 86_400
"""Seconds; beyond it a clock was wrong."""


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
        _end_holds(call, call.ended)
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
    call.visits.append(visit := Visit(fact.queue, fact.t))
    if fact.queue == PHONE:
        # One phone is rung without a queue: it rings from the beginning.
        visit.ringing.append(fact.agent)
        visit.rings = 1


def _held(call: Call, fact: Fact) -> None:
    if _holding(call, fact) is None:
        call.holds.append(Hold(str(fact.data.get("interface", "")), fact.t))


def _resumed(call: Call, fact: Fact) -> None:
    if (hold := _holding(call, fact)) is not None:
        hold.ended = fact.t


def _holding(call: Call, fact: Fact) -> Hold | None:
    interface = fact.data.get("interface", "")
    return next((hold for hold in call.holds if hold.interface == interface and hold.ended is None), None)


def _joined_up(call: Call, fact: Fact) -> None:
    for visit in call.visits:
        told_before = visit.completed is not None and fact.t - visit.completed <= TOLD_BEFORE
        if visit.of_expert and visit.answered is not None and (visit.is_open or told_before):
            visit.joined_up = True
            visit.completed = visit.left = None


def _end_holds(call: Call, t: int) -> None:
    for hold in call.holds:
        hold.ended = max(hold.began, t) if hold.ended is None else hold.ended


def _unsettled(call: Call, fact: Fact) -> None:
    subject, centre = str(fact.data.get("subject", "")), str(fact.data.get("centre", ""))
    call.unsettled = Unsettled(fact.t, subject, fact.agent, centre)


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
    # Told twice of a caller who was handed on, perhaps while the same queue is waited in again.
    visit = _open(call, fact)
    if visit is not None and visit.joined_up and fact.data.get("reason") not in SURE:
        # For Asterisk's queue the talk ended with the agent who had asked; it goes on until the dialplan says so.
        return
    if visit is not None and visit.answered is not None and visit.agent == fact.agent:
        visit.completed = visit.left = fact.t
        if call.talking is None:
            _end_holds(call, fact.t)


def _abandoned(call: Call, fact: Fact) -> None:
    if visit := _open(call, fact):
        visit.abandoned = True


def _queue_exit(call: Call, fact: Fact) -> None:
    status = str(fact.data.get("status", ""))
    for expert in call.visits:
        if expert.of_expert and expert.is_open and expert.answered is not None:
            _leave(expert, fact.t, "", otherwise=Lost.SYSTEM)
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
    "held": _held,
    "resumed": _resumed,
    "joined_up": _joined_up,
    "completed": _completed,
    "unsettled": _unsettled,
    "abandoned": _abandoned,
    "queue_exit": _queue_exit,
    "ended": _ended,
}
