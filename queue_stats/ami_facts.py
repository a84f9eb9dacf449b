"""AMI events → facts. Pure.

Times are Asterisk's own (timestampevents=yes). A fact's id follows from what it says, so the same event told twice is one
fact. A caller's number is masked here, before anything is written.
"""

from collections.abc import Callable, Mapping

from facts import Fact, call_of, call_of_event, masked_number

Event = Mapping[str, str]


def translate(event: Event, now: int) -> Fact | None:
    """Give the fact an event tells, or None. `now`: ms since 1970, for events without a time-stamp."""
    name = event.get("Event", "")
    make = USER_EVENTS.get(event.get("UserEvent", "")) if name == "UserEvent" else EVENTS.get(name)
    return make(event, _time(event, now)) if make else None


def _time(event: Event, now: int) -> int:
    stamp = event.get("Timestamp", "")
    try:
        return round(float(stamp) * 1000)
    except ValueError:
        return now


def _fact(kind: str, call: str, t: int, queue: str = "", agent: str = "", **data: object) -> Fact:
    return Fact(f"{call}/{kind}/{t}/{queue}/{agent}"[:120], t, kind, call, queue, agent, data)


def _of_visit(kind: str, *also: tuple[str, str]) -> Callable[[Event, int], Fact | None]:
    """A fact of a queue's event: the call is its Linkedid, the agent its MemberName."""

    def make(event: Event, t: int) -> Fact | None:
        # A call that does not come from the hotline's own dialplan is nobody's.
        call = call_of_event(event)
        data = {key: event.get(header, "") for key, header in also}
        return _fact(kind, call, t, event.get("Queue", ""), event.get("MemberName", ""), **data) if call else None

    return make


def _entered(event: Event, t: int) -> Fact:
    caller = event.get("CallerIDNum", "")
    return Fact(
        f"{event.get('CallId', '')}/entered",
        t,
        "entered",
        event.get("CallId", ""),
        data={
            "dialled": event.get("Dialled", ""),
            "centre": event.get("Centre", ""),
            "caller": "" if caller == "<unknown>" else masked_number(caller),
        },
    )


def _queue_exit(event: Event, t: int) -> Fact:
    """One a visit: the hang-up handler tells it again when the caller goes while the dialplan tells it."""
    call, queue, visit = event.get("CallId", ""), event.get("Queue", ""), event.get("Visit", "")
    data = {"status": event.get("Status", ""), "abandoned": event.get("Abandoned", "")}
    return Fact(f"{call}/queue_exit/{visit or t}/{queue}"[:120], t, "queue_exit", call, queue, data=data)


def _emergency(event: Event, t: int) -> Fact:
    return _fact("emergency", event.get("CallId", ""), t, reason=event.get("Reason", ""))


def _ended(event: Event, t: int) -> Fact:
    call = event.get("CallId", "")
    return Fact(f"{call}/ended", t, "ended", call, data={"cause": event.get("Cause", "")})


def _seat(event: Event, t: int) -> Fact:
    agent, state = event.get("Agent", ""), event.get("State", "")
    interface, queue = event.get("Interface", ""), event.get("Queue", "")
    data = {"state": state, "interface": interface} | ({"reason": event["Reason"]} if event.get("Reason") else {})
    return Fact(f"seat/{agent}/{state}/{t}", t, "seat", "", queue, agent, data)


def _taken_over(event: Event, t: int) -> Fact | None:
    """A supervisor led the caller away from the agent, whose talk is over; Asterisk says nothing of it by itself."""
    if not event.get("CallId"):
        return None
    return _fact(
        "completed", event.get("CallId", ""), t, event.get("Queue", ""), event.get("Agent", ""), reason="taken_over"
    )


def _handed_on(event: Event, t: int) -> Fact | None:
    """The caller went on to an expert, or back; Asterisk says so itself only after some ways of going."""
    if not event.get("CallId"):
        return None
    return _fact(
        "completed", event.get("CallId", ""), t, event.get("Queue", ""), event.get("Agent", ""), reason="handed_on"
    )


LEG = {"rings": "joined", "answered": "answered", "over": "completed"}
"""What the dialplan says of a phone that it rings without a queue → what the ledger calls it."""


def _leg(event: Event, t: int) -> Fact | None:
    kind = LEG.get(event.get("State", ""))
    if kind is None or not event.get("CallId"):
        return None
    said = {"reason": "over"} if kind == "completed" else {}
    return _fact(kind, event.get("CallId", ""), t, event.get("Queue", ""), event.get("Agent", ""), **said)


def _unsettled(event: Event, t: int) -> Fact | None:
    """One a call."""
    call, data = event.get("CallId", ""), {"subject": event.get("Subject", ""), "centre": event.get("Centre", "")}
    return Fact(f"{call}/unsettled", t, "unsettled", call, "", event.get("Agent", ""), data) if call else None


def _held(kind: str) -> Callable[[Event, int], Fact | None]:
    """Only phones hold: what a caller's telephone does is not the agent's doing."""

    def make(event: Event, t: int) -> Fact | None:
        interface = event.get("Channel", "").rpartition("-")[0]
        call = call_of(event.get("Linkedid", ""))
        if not call or not interface.startswith(PHONE):
            return None
        return Fact(f"{call}/{kind}/{t}/{interface}"[:120], t, kind, call, data={"interface": interface})

    return make


def _joined_up(event: Event, t: int) -> Fact | None:
    call = call_of(event.get("OrigTransfererLinkedid", ""))
    if not call or event.get("Result") != "Success":
        return None
    return Fact(f"{call}/joined_up/{t}", t, "joined_up", call)


PHONE = "PJSIP/ag"
"""What the channels of phones begin with (seats/phones.py)."""


def _rated(event: Event, t: int) -> Fact:
    """Told at the key, and again with the reason of a low one."""
    call, agent, why = event.get("CallId", ""), event.get("Agent", ""), event.get("Why", "")
    rating = int(event.get("Rating", "0") or 0)
    return Fact(f"{call}/rated/{t}/{why}", t, "rated", call, "", agent, {"rating": rating, "why": why})


def _asked_password(event: Event, t: int) -> Fact | None:
    """An agent had the caller type the password to the machine, and was told yes or no."""
    call, answer = event.get("CallId", ""), event.get("Answer", "")
    return _fact("verified_query", call, t, "", event.get("Agent", ""), answer=answer) if call else None


def _joined_by_dialplan(event: Event, t: int) -> Fact | None:
    """The expert who was asked first goes on with the caller, with the agent or without."""
    call = event.get("CallId", "")
    return Fact(f"{call}/joined_up/{t}", t, "joined_up", call) if call else None


EVENTS: Mapping[str, Callable[[Event, int], Fact | None]] = {
    "QueueCallerJoin": _of_visit("joined", ("position", "Position")),
    "AgentCalled": _of_visit("rang"),
    "AgentRingNoAnswer": _of_visit("rang_no_answer", ("ring_ms", "RingTime")),
    "AgentConnect": _of_visit("answered", ("ring_s", "RingTime")),
    "AgentComplete": _of_visit("completed", ("reason", "Reason")),
    "AgentDump": _of_visit("dumped"),
    "QueueCallerAbandon": _of_visit("abandoned"),
    "AttendedTransfer": _joined_up,
    "Hold": _held("held"),
    "Unhold": _held("resumed"),
}

USER_EVENTS: Mapping[str, Callable[[Event, int], Fact | None]] = {
    "HotlineEntered": _entered,
    "HotlineQueueExit": _queue_exit,
    "HotlineEmergency": _emergency,
    "HotlineEnded": _ended,
    "HotlineSeat": _seat,
    "HotlineRated": _rated,
    "HotlineTakenOver": _taken_over,
    "HotlineHandedOn": _handed_on,
    "HotlineLeg": _leg,
    "HotlineUnsettled": _unsettled,
    "HotlineJoinedUp": _joined_by_dialplan,
    "HotlineVerifiedQuery": _asked_password,
}
