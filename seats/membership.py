"""What Asterisk's queues should look like, and what is to be done until they do. Pure.

The table of seats is the truth. A member without a seat is nobody and is taken out, wherever it stands; a seat that is not
in its queues is put in; a pause, its reason, name and penalty are made equal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A phone in one queue. `agent`: the member's name; `reason`: of a pause."""

    queue: str
    interface: str
    agent: str
    penalty: int = 0
    paused: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chair:
    """A taken seat as the queues have to show it. `queues`: each with the penalty."""

    interface: str
    agent: str
    queues: tuple[tuple[str, int], ...]
    paused: bool = False
    reason: str = ""


Action = tuple[str, Mapping[str, str]]
"""Name and fields of a manager action."""


def member(event: Mapping[str, str]) -> Member:
    """Read an event QueueMember."""
    paused = event.get("Paused") == "1"
    return Member(
        event.get("Queue", ""),
        event.get("Location") or event.get("Interface", ""),
        event.get("Name") or event.get("MemberName", ""),
        int(event.get("Penalty", "0") or 0),
        paused,
        event.get("PausedReason", "") if paused else "",
    )


def agree(chairs: Iterable[Chair], members: Iterable[Member], managed: frozenset[str]) -> Iterator[Action]:
    """Give what is to be done, in order. `managed`: queues whose members follow from the seats alone."""
    seats = {chair.interface: chair for chair in chairs}
    kept: dict[tuple[str, str], Member] = {}
    for one in members:
        chair = seats.get(one.interface)
        belongs = chair is not None and one.agent == chair.agent
        if belongs and chair is not None and one.queue in managed:
            belongs = any(queue == one.queue for queue, _ in chair.queues)
        if belongs:
            kept[one.queue, one.interface] = one
        else:
            yield "QueueRemove", {"Queue": one.queue, "Interface": one.interface}
    for chair in seats.values():
        yield from _agree(chair, kept)


def _agree(chair: Chair, kept: Mapping[tuple[str, str], Member]) -> Iterator[Action]:
    for queue, penalty in chair.queues:
        found = kept.get((queue, chair.interface))
        if found is None:
            yield (
                "QueueAdd",
                {
                    "Queue": queue,
                    "Interface": chair.interface,
                    "MemberName": chair.agent,
                    "StateInterface": chair.interface,
                    "Penalty": str(penalty),
                    "Paused": _word(yes=chair.paused),
                    **({"Reason": chair.reason} if chair.paused and chair.reason else {}),
                },
            )
        elif found.penalty != penalty:
            yield "QueuePenalty", {"Queue": queue, "Interface": chair.interface, "Penalty": str(penalty)}
    states = {(one.paused, one.reason) for (_, interface), one in kept.items() if interface == chair.interface}
    if states - {(chair.paused, chair.reason if chair.paused else "")}:
        # All its queues at once, those of experts too: a seat is paused or it is not.
        reason = {"Reason": chair.reason} if chair.paused and chair.reason else {}
        yield "QueuePause", {"Interface": chair.interface, "Paused": _word(yes=chair.paused)} | reason


def _word(*, yes: bool) -> str:
    return "true" if yes else "false"
