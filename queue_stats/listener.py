"""Asterisk's events as they come → the journal on disk, and the live state."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from facts import Fact, Journal
from queue_stats.ami import Ami, Snapshot
from queue_stats.ami_facts import translate
from queue_stats.live import Live

log = logging.getLogger(__name__)

MEMBER_EVENTS = {
    "QueueMemberStatus",
    "QueueMemberAdded",
    "QueueMemberRemoved",
    "QueueMemberPause",
    "QueueMemberRinginuse",
    "QueueMemberPenalty",
}


class Listener:
    """Turns what Asterisk says into facts. Nothing here waits for the database."""

    def __init__(self, ami: Ami, journal: Journal, live: Live, changed: Callable[[], None]) -> None:
        self._ami, self._journal, self._live, self._changed = ami, journal, live, changed
        self._last_seen = 0
        self.faults = 0
        """Events that could not be understood."""

    async def run(self) -> None:
        """Listen for ever."""
        async for message in self._ami.messages():
            try:
                if isinstance(message, Snapshot):
                    self._renewed(message)
                else:
                    self._told(message)
            except Exception:
                # One odd event must not end the listening; it is counted and shown.
                self.faults += 1
                log.exception("an event was not understood")
            self._changed()
            # A burst must not starve the rest of the process.
            await asyncio.sleep(0)

    def _told(self, event: Mapping[str, str]) -> None:
        now = _now()
        self._last_seen = now
        if event.get("Event") in MEMBER_EVENTS:
            self._live.member(event, now)
        elif fact := translate(event, now):
            self._journal.append([fact])
            self._live.take(fact)

    def _renewed(self, snapshot: Snapshot) -> None:
        now = _now()
        if self._last_seen:
            gap = Fact(f"gap/ami/{self._last_seen}", self._last_seen, "gap", data={"source": "ami", "until": now})
            self._journal.append([gap])
            log.warning("nothing was heard of Asterisk for %.1f s", (now - self._last_seen) / 1000)
        self._last_seen = now
        members = [event for event in snapshot.queues if event.get("Event") == "QueueMember"]
        entries = [event for event in snapshot.queues if event.get("Event") == "QueueEntry"]
        self._live.renew(members, entries, now)
        up = {event.get("Linkedid", "") for event in snapshot.channels}
        # The fact's id is the one the dialplan's own word would have: whichever comes first or late, it is one end.
        ends = [Fact(f"{call}/ended", now, "ended", call, data={"cause": "system"}) for call in self._live.forget(up)]
        self._journal.append(ends)


def _now() -> int:
    return time.time_ns() // 1_000_000
