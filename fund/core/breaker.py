"""A circuit breaker: who failed several times in a row is left alone for a while, then tried once. Pure.

closed ── failures in a row ──► open ── pause over ──► half-open ── success ──► closed
                                  ▲──────── failure ────────┘
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """`clock` gives seconds that only grow."""

    failures: int
    pause_seconds: float
    clock: Callable[[], float]
    _in_a_row: int = 0
    _open_until: float = 0.0
    _trying: bool = field(default=False)

    def admits(self) -> bool:
        """May somebody ask now? After a pause one may, alone, until that one's success or failure is told."""
        if self._in_a_row < self.failures:
            return True
        if self._trying or self.clock() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """An answer came."""
        self._in_a_row, self._trying = 0, False

    def failed(self) -> None:
        """None came, or none that can be used."""
        self._in_a_row, self._trying = self._in_a_row + 1, False
        if self._in_a_row >= self.failures:
            self._open_until = self.clock() + self.pause_seconds

    def gave_up(self) -> None:
        """Nobody waits for the answer any more: that says nothing about the other side."""
        self._trying = False

    @property
    def is_open(self) -> bool:
        """True while it is left alone."""
        return self._in_a_row >= self.failures
