"""What a caller in the line is told: the place, the probable wait when it is known, the keys. Pure."""

from ivr import speech
from ivr.speaker import Spoken
from waiting.estimate import minutes

LONGEST_MINUTES = 30
"""Beyond it callers hear "more than thirty minutes"."""

MOST_AHEAD = 50
"""Beyond it callers hear "more than fifty"."""


def announcement(place: int, wait_seconds: float | None, *, calls_back: bool) -> tuple[Spoken, ...]:
    """Give what is said to the caller at `place` (from 1); `wait_seconds` None: the place alone, nothing made up."""
    ahead = place - 1
    said: tuple[Spoken, ...]
    if ahead == 0:
        said = ("wait.next",)
    elif ahead <= MOST_AHEAD:
        said = ("wait.ahead", speech.people(ahead))
    else:
        said = ("wait.ahead.many",)
    if wait_seconds is not None:
        whole = minutes(wait_seconds)
        said += ("wait.estimate", speech.minutes(whole)) if whole <= LONGEST_MINUTES else ("wait.long",)
    return (*said, "wait.keys" if calls_back else "wait.keys.no_call_back")
