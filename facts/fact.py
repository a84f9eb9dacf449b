"""One thing that happened to a call or a seat, and its line in a journal.

| kind | of | data |
|---|---|---|
| entered | call | dialled, centre, caller (masked) |
| menu | call | path: keys from the top, 1/1 |
| verified | call | ok, login: account, id, card; never a number |
| query | call | what |
| fault | call | what could not be done |
| emergency | call | reason: the conversations did not answer |
| asked_agent | call | queue, reason |
| joined | visit | queue, position |
| rang, rang_no_answer | visit | queue, agent |
| answered | visit | queue, agent |
| completed | visit | queue, agent, reason: caller, agent, transfer |
| abandoned | visit | queue: Asterisk's word for every wait without an agent |
| queue_exit | visit | queue, status: what Queue() said; abandoned |
| message | call | seconds, file |
| ended | call | cause |
| seat | seat | agent, queue, state, interface |
| gap | line | source, until: nothing was seen from t on |
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    """Read a journal's line; BadFact says what is wrong with it."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise BadFact(f"is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadFact("is not an object")
    for key, kind in (("id", str), ("t", int), ("kind", str)):
        if not isinstance(found.get(key), kind):
            raise BadFact(f"has no {key} ({kind.__name__})")
    for key in ("call", "queue", "agent"):
        if not isinstance(found.setdefault(key, ""), str):
            raise BadFact(f"{key} is not text")
    known = {key: found.pop(key) for key in ("id", "t", "kind", "call", "queue", "agent")}
    return Fact(**known, data=found)


def masked_number(number: str) -> str:
    """A phone number as files and people see it: 138****5678. Short ones are inside numbers and stay."""
    if len(number) <= 5:
        return number
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" + number[-2:]
