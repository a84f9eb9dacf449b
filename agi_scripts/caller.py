"""A caller in self-service: the call, the centre it belongs to, who the caller has proved to be, and what is asked of them.

Questions asked through here keep the promise of every menu: 0 leads to a person and * one level up, wherever the caller is.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

from agi_scripts.menu_tree import Node
from callers import Callers
from centres import Calendar, Centre
from fund.port import FundPort, Holder, Verified
from guide.shelf import Shelf
from ivr.call import Call, Menu
from ivr.digits import Digits
from ivr.speaker import Spoken
from seats.call_back import CallBacks
from seats.caller_numbers import Numbers
from seats.service import Seats
from seats.skills import Skill
from seats.supervision import Supervision
from service_requests.service import Requests

if TYPE_CHECKING:
    from agi_scripts.whisper import Whispers

AGENT, UP = "0", "*"


@dataclass(frozen=True, slots=True)
class World:
    """What conversations know besides the call.

    `clock` gives aware times in UTC; days are those of `zone`. `default_centre` is the code of the centre of callers whom
    nothing else decides; empty: they are asked.
    """

    fund: FundPort
    seats: Seats
    centres: tuple[Centre, ...]
    default_centre: str
    menu: Node
    messages: Path
    clock: Callable[[], dt.datetime]
    zone: ZoneInfo
    calendar: Calendar
    callers: Callers
    guide: Shelf
    requests: Requests
    numbers: Numbers | None = None
    """None: nobody can be called back from a record."""
    call_backs: CallBacks | None = None
    """None: nobody is called back."""
    skills: tuple[Skill, ...] = ()
    whispers: "Whispers | None" = None
    """None: agents hear what callers hear."""
    supervision: Supervision | None = None
    """None: no supervisor can do anything by phone."""

    @property
    def fallback_centre(self) -> Centre:
        """The centre of a caller of whom nothing is known: the default, else the first."""
        return next((centre for centre in self.centres if centre.code == self.default_centre), self.centres[0])


@dataclass(slots=True)
class Caller:
    """One caller. `verified` holds for the whole call: nobody enters a password twice at one centre."""

    call: Call
    world: World
    centre: Centre
    verified: dict[Holder, Verified] = field(default_factory=dict)
    told: bool = False
    """The caller has heard what is collected and why."""
    path: str = ""
    """Keys from the top to where the caller is or was last: 1/2."""
    queue: str = ""
    """The line the caller was in last."""
    waits: bool = False
    """The caller came out of that line by a key, and the place in it is kept."""
    among: tuple[Centre, ...] = ()
    """The centres the caller may choose among; one or none: nothing is left to choose."""


class Up(Exception):  # noqa: N818 - what the caller wants
    """The caller pressed * : one level up."""


class WantsAgent(Exception):  # noqa: N818 - what the caller wants
    """The caller pressed 0, or is led to a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def choose(
    caller: Caller,
    *prompts: Spoken,
    choices: Mapping[str, str] | None = None,
    told: tuple[Spoken, ...] = (),
    reason: str = "key",
) -> str:
    """Read a menu and give the outcome of the key. `told` is said once, and again by 9.

    WantsAgent (for this reason) for 0, Up for *, TooManyTries after wrong or missing keys.
    """
    outcome = await caller.call.menu(Menu(prompts, {AGENT: AGENT, UP: UP} | dict(choices or {}), told=told))
    if outcome == AGENT:
        raise WantsAgent(reason)
    if outcome == UP:
        raise Up
    return outcome


async def offer_agent(caller: Caller, *prompts: Spoken, reason: str) -> NoReturn:
    """It goes no further here: a person, or one level up."""
    await choose(caller, *prompts, reason=reason)
    raise Up


async def entered(
    caller: Caller,
    *prompts: Spoken,
    most: int,
    good: Callable[[str], bool],
    wrong: Callable[[str], Spoken] = lambda _: "key.wrong",
    more: Callable[[str], bool] = lambda _: False,
    told: tuple[Spoken, ...] = (),
) -> str:
    """Ask for digits; 0 alone is WantsAgent and * alone Up, so neither may be an entry."""
    digits = await caller.call.ask(
        *prompts, most=most, good=lambda text: text in {AGENT, UP} or good(text), wrong=wrong, more=more, told=told
    )
    if digits == Digits(AGENT):
        raise WantsAgent("key")
    if digits == Digits(UP):
        raise Up
    return digits.reveal()
