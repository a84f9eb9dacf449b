"""Which call-backs may be called now. Pure.

A promise keeps its place: nobody who joined later goes before it, nobody who joined earlier is passed. One is called for
each agent who is free and not needed by somebody ahead. In a line that never empties no agent stays free: then the first
place is called while the agents still talk, one at a time, and goes on waiting on the line like everybody at that place.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seats.call_back import Promise
from waiting.places import Places


@dataclass(frozen=True, slots=True)
class Hours:
    """When people may be called, local time, `until` excluded."""

    start: dt.time
    until: dt.time

    def allow(self, now: dt.datetime) -> bool:
        """`now` is local."""
        return self.start <= now.time() < self.until


def released(promises: Iterable[Promise], places: Places, under_way: Mapping[str, int]) -> Iterator[Promise]:
    """Give those to be called; `promises` are in order of place, `under_way`: queue → how many are being called."""
    calling = dict(under_way)
    for promise in promises:
        line = places.lines.get(promise.queue, [])
        ahead = sum(places.joined.get(call, 0) <= promise.joined for call in line)
        spare = places.free(promise.queue) - ahead
        if not spare > 0 and line and not ahead and places.serving(promise.queue):
            spare = 1
        if spare > calling.get(promise.queue, 0):
            calling[promise.queue] = calling.get(promise.queue, 0) + 1
            yield promise
