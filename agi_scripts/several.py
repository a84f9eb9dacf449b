"""More than one account or loan: which is meant, told apart by the last four digits."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from agi_scripts.caller import Caller, choose
from ivr import speech

PRESS = {"1": "press.1", "2": "press.2", "3": "press.3", "4": "press.4", "5": "press.5"}
"""Key → the prompt that names it. What a caller has more of is asked of a person."""


class Tailed(Protocol):
    """Something with a number that only its last digits are said of."""

    @property
    def tail(self) -> str:
        """The last four digits."""
        ...


T = TypeVar("T", bound=Tailed)


async def the_one(caller: Caller, found: Sequence[T], prompt: str) -> T:
    """Give the only one, or the one the caller chooses after `prompt`."""
    if len(found) == 1:
        return found[0]
    offered = list(zip(PRESS.items(), found, strict=False))
    question = [part for (_, press), one in offered for part in ("tail", speech.digits(one.tail), press)]
    pressed = await choose(caller, prompt, *question, choices={key: key for (key, _), _ in offered})
    return found[int(pressed) - 1]
