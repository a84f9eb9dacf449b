"""One thing that happened to a call or a seat, and its line in a journal.

| kind | of | data |
|---|---|---|
| entered | call | dialled, centre, caller (masked) |
| centre | call | centre: the call is this centre's from now on; by: number, area_code, only, remembered, default, asked, changed |
| menu | call | path: keys from the top, 1/1 |
| verified | call | ok, login: account, id, card; never a number |
| query | call | what |
| request | call | what: appointment with business, done: booked, moved (both with branch), cancelled; subscription with category, active |
| guide | call | what: deposit, withdrawal, loan with article, owner, effective; or branch with branch, its code |
| fault | call | what could not be done |
| emergency | call | reason: the conversations did not answer |
| asked_agent | call | queue, reason, centre |
| asked_closed | call | centre, reason: a person was wanted out of hours |
| joined | visit | queue, position |
| rang, rang_no_answer | visit | queue, agent |
| answered | visit | queue, agent |
| completed | visit | queue, agent, reason: caller, agent, transfer, taken_over, handed_on, over |
| held, resumed | call | interface: of the phone that put the other side on hold |
| abandoned | visit | queue: Asterisk's word for every wait without an agent |
| queue_exit | visit | queue, status: what Queue() said; abandoned |
| joined_up | call | an agent who had asked an expert first has joined caller and expert, or made it three |
| unsettled | call | agent, subject, centre: an expert was asked for and none answered |
| message | call | seconds, file; of the conversations what: complaint, suggestion, other |
| rated | call | agent; rating: 1 to 3; why: attitude, unsolved, wait, other, message; the last one counts |
| call_back | call | state: promised, called, confirmed, declined, unconfirmed, answered, over, refused |
| returned | call | agent; number (masked): an agent calls the caller back from the record |
| dial_refused | call | number (masked), why, where |
| verified_query | call | agent; answer: yes, no: the caller typed the password to the machine in the middle of the talk |
| hung_up | call | where: the caller left in the emergency script |
| ended | call | cause |
| seat | seat | agent, queue, state, interface, reason: a pause's name, no_answer, phone_gone; pause_too_long is a state that warns |
| stay | seat | agent, state, reason, seconds, ended_by: a state that is over |
| wrap_up | call | queue, agent, seconds, ended_by: agent, time, supervisor, phone_gone, elsewhere |
| gap | line | source, until: nothing was seen from t on |
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST = {"id": 120, "kind": 24, "call": 80, "queue": 80, "agent": 80}
"""Characters; as many as the ledger's columns hold."""

LATEST = 4_102_444_800_000
"""The year 2100, ms: a time beyond it is a mistake."""


class BadFact(ValueError):  # noqa: N818 - says what the line is
    """A line that is no fact."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`t` is milliseconds since 1970. The same `id` is the same fact, however often it comes."""

    id: str
    t: int
    kind: str
    call: str = ""
    queue: str = ""
    agent: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The journal's line, without its end."""
        known = {
            "id": self.id,
            "t": self.t,
            "kind": self.kind,
            "call": self.call,
            "queue": self.queue,
            "agent": self.agent,
        }
        shown = {key: value for key, value in known.items() if value != ""}
        return json.dumps(shown | dict(self.data), ensure_ascii=False, separators=(",", ":"))


def parse(line: str) -> Fact:
    """Read a journal's line; BadFact says what is wrong with it.

    What passes can be stored: one line that the database refuses would hold up all that follow.
    """
    try:
        found = json.loads(line, parse_constant=_no_number)
        # A half of a surrogate pair is JSON, but no text.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadFact(f"is not JSON: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise BadFact("is not an object")
    if "\\u0000" in line:
        raise BadFact("holds a zero character")
    for key, longest in LONGEST.items():
        if not isinstance(value := found.setdefault(key, ""), str) or len(value) > longest:
            raise BadFact(f"{key} is not text of at most {longest} characters")
    if not found["id"] or not found["kind"]:
        raise BadFact("has no id or no kind")
    t = found.pop("t", None)
    if type(t) is not int or not 0 <= t <= LATEST:
        raise BadFact("t is no time in ms since 1970")
    return Fact(t=t, **{key: found.pop(key) for key in LONGEST}, data=found)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def call_of(channel: str) -> str:
    """The call a channel's Linkedid belongs to: a call-back's legs are named <call>-cb<try> and go on with the same call."""
    head, mark, tail = channel.rpartition("-cb")
    return head if mark and tail.isdecimal() else channel


def call_of_event(event: Mapping[str, str]) -> str:
    """The call an event of Asterisk's belongs to; empty: none that is known.

    An agent who asks an expert on a second line has another Linkedid there: the dialplan writes the call down as the account code.
    """
    written = event.get("AccountCode", "") or event.get("DestAccountCode", "")
    return written or call_of(event.get("Linkedid", "") or event.get("DestLinkedid", ""))


def masked_number(number: str) -> str:
    """A phone number as files and people see it: 138****5678. Short ones are inside numbers and stay."""
    if len(number) <= 5:
        return number
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" + number[-2:]
