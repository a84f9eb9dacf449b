"""Phones that ring and are not answered: after so many in a row the seat is paused, lest callers wait for an empty chair. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

MARGIN_MS = 1000


@dataclass(slots=True)
class NoAnswer:
    """Counts by phone. `most`: rings in a row until a pause, 0: never; `ring_seconds`: how long a phone rings."""

    most: int
    ring_seconds: int
    _missed: Counter[str] = field(default_factory=Counter)

    def missed(self, event: Mapping[str, str]) -> bool:
        """Take an AgentRingNoAnswer; True when the seat is to be paused.

        A ring cut short because its caller's time was up is nobody's fault; one refused at once is (RingTime is ms).
        """
        interface, rang = event.get("Interface", ""), int(event.get("RingTime", "0") or 0)
        if MARGIN_MS <= rang < self.ring_seconds * 1000 - MARGIN_MS:
            return False
        self._missed[interface] += 1
        if not self.most or self._missed[interface] < self.most:
            return False
        del self._missed[interface]
        return True

    def answered(self, interface: str) -> None:
        """Somebody is there."""
        self._missed.pop(interface, None)
