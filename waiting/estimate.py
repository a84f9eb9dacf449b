"""How long a caller will probably wait. Pure.

Asterisk's own figure is an average over the waits of those who were answered since it started (app_queue.c, holdtime):
it says nothing of the place one has. Ours: place × handling time ÷ seats serving, handling time (talk and wrap-up) being
the mean of the talks that ended within a recent window.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

FEWEST_TALKS = 5
"""With fewer talks in the window nothing honest can be said."""


def wait_seconds(place: int, handling_seconds: float | None, seats: int) -> float | None:
    """Give the expected wait of the caller at `place` (from 1); None: unknown."""
    if handling_seconds is None or seats < 1 or place < 1:
        return None
    return place * handling_seconds / seats


def minutes(seconds: float) -> int:
    """Whole minutes as they are told: rounded up, at least one, so that nobody waits longer than told for rounding's sake."""
    return max(1, math.ceil(seconds / 60))


@dataclass(slots=True)
class Handling:
    """Mean handling time by queue. `window` and what is taken in are seconds, times seconds since 1970."""

    window: float
    wrap_up: float
    _talks: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)

    def talked(self, queue: str, ended: float, seconds: float) -> None:
        """A talk of the queue ended."""
        self._talks.setdefault(queue, deque()).append((ended, seconds))

    def seed(self, talks: Iterable[tuple[str, float, float]]) -> None:
        """Take what was known before a start: (queue, ended, seconds), in order of time."""
        for queue, ended, seconds in talks:
            self.talked(queue, ended, seconds)

    def mean(self, queue: str, now: float) -> float | None:
        """Talk and wrap-up of the window's talks; None: too few to say."""
        talks = self._talks.get(queue, deque())
        while talks and talks[0][0] < now - self.window:
            talks.popleft()
        if len(talks) < FEWEST_TALKS:
            return None
        return sum(seconds for _, seconds in talks) / len(talks) + self.wrap_up
