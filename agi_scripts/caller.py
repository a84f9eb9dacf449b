"""A caller in self-service: the call, the centre it belongs to, and who the caller has proved to be."""

from dataclasses import dataclass
from pathlib import Path

from agi_scripts.menu_tree import Node
from centres import Centre
from fund.port import FundPort, Verified
from ivr.call import Call
from seats.service import Seats


@dataclass(frozen=True, slots=True)
class World:
    """What conversations know besides the call."""

    fund: FundPort
    seats: Seats
    centres: tuple[Centre, ...]
    default_centre: str
    menu: Node
    messages: Path


@dataclass(slots=True)
class Caller:
    """One caller. `verified` holds for the whole call: nobody enters a password twice."""

    call: Call
    world: World
    centre: Centre
    verified: Verified | None = None


class Up(Exception):  # noqa: N818 - what the caller wants
    """The caller pressed * : one level up."""


class WantsAgent(Exception):  # noqa: N818 - what the caller wants
    """The caller pressed 0, or is led to a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
