"""Choosing by one key among what is read aloud: accounts by their last digits, branches and articles by their names."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from agi_scripts.caller import Caller, choose
from ivr import speech
from ivr.speaker import Spoken

PRESS = {
    "1": "press.1",
    "2": "press.2",
    "3": "press.3",
    "4": "press.4",
    "5": "press.5",
    "6": "press.6",
    "7": "press.7",
    "8": "press.8",
}
"""Key → the prompt that names it. What there is more of is asked of a person."""


class Tailed(Protocol):
    """Something with a number that only its last digits are said of."""

    @property
    def tail(self) -> str:
        """The last four digits."""
        ...


T = TypeVar("T", bound=Tailed)


async def the_one(caller: Caller, found: Sequence[T], prompt: str) -> T:
    """Give the only one, or the one the caller chooses after `prompt` by its last digits."""
    return found[await chosen(caller, prompt, [("tail", speech.digits(one.tail)) for one in found])]


async def chosen(
    caller: Caller, question: str, names: Sequence[tuple[Spoken, ...]], *, told: tuple[Spoken, ...] = ()
) -> int:
    """Say the names with their keys and give the place of the chosen one; the only one is not asked for."""
    if len(names) == 1:
        return 0
    offered = list(zip(PRESS.items(), names, strict=False))
    spoken = [part for (_, press), name in offered for part in (*name, press)]
    keys = {key: f"key {key}" for (key, _), _ in offered}
    key = await choose(caller, question, *spoken, choices=keys, told=told)
    return int(key.removeprefix("key ")) - 1
