"""Asterisk's events as they come → the journal on disk, and the live state.

A listener that starts anew takes up the calls its predecessor's journals leave open: those whose channels are gone by
the first snapshot ended while nobody listened, and are closed as of the last moment that anything was heard.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path

from ami import Ami, Lost, Snapshot
from facts import BadFact, Fact, Journal, call_of, parse
from queue_stats.ami_facts import EVENTS, translate
from queue_stats.call import UNSEEN
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


WANTED = frozenset({"UserEvent", *EVENTS, *MEMBER_EVENTS})
"""All that Asterisk is listened to for."""

LONGEST_CALL_SECONDS = 24 * 3600


TOGETHER = 32
"""Events taken before others in the process have a turn."""


class Listener:
    """Turns what Asterisk says into facts. Nothing here waits for the database."""

    def __init__(self, ami: Ami, journal: Journal, live: Live, changed: Callable[[], None]) -> None:
        self._ami, self._journal, self._live, self._changed = ami, journal, live, changed
        self._heard = 0
        """When Asterisk was heard last before a silence, ms since 1970; 0: there is none."""
        self.faults = 0
        """Events that could not be understood."""

    def resume(self, folder: Path) -> None:
        """Take up the calls that the journals of an earlier listener leave open."""
        for fact in earlier(folder):
            self._live.take(fact)
            self._heard = max(self._heard, fact.t, int(fact.data.get("until", 0)))

    async def run(self) -> None:
        """Listen for ever."""
        told = 0
        async with aclosing(self._ami.messages()) as messages:
            async for message in messages:
                try:
                    if isinstance(message, Snapshot):
                        self._renewed(message)
                    elif isinstance(message, Lost):
                        self._heard = message.heard
                    else:
                        self._told(message)
                except Exception:
                    # One odd event must not end the listening; it is counted and shown.
                    self.faults += 1
                    log.exception("an event was not understood")
                self._changed()
                # A burst must not starve the rest of the process.
                if (told := told + 1) % TOGETHER == 0:
                    await asyncio.sleep(0)

    def _told(self, event: Mapping[str, str]) -> None:
        if event.get("Event") in MEMBER_EVENTS:
            self._live.member(event, _now())
        elif fact := translate(event, _now()):
            self._journal.append([fact])
            self._live.take(fact)

    def _renewed(self, snapshot: Snapshot) -> None:
        now, heard = _now(), self._heard
        if heard:
            self._journal.append([Fact(f"gap/ami/{heard}", heard, "gap", data={"source": "ami", "until": now})])
            log.warning("nothing was heard of Asterisk for %.1f s", (now - heard) / 1000)
        members = [event for event in snapshot.queues if event.get("Event") == "QueueMember"]
        entries = [event for event in snapshot.queues if event.get("Event") == "QueueEntry"]
        self._journal.append(self._live.renew(members, entries, now))
        up = {call_of(event.get("Linkedid", "")) for event in snapshot.channels}
        ends = (
            Fact(f"{call}/{UNSEEN}", heard or now, "ended", call, data={"cause": UNSEEN})
            for call in self._live.forget(up)
        )
        self._journal.append(ends)
        self._heard = 0


def earlier(folder: Path) -> Iterator[Fact]:
    """Facts of the earlier listeners' journals: the last one's, and those that a call may reach back to."""
    files = {file: file.stat().st_mtime for file in folder.glob("ami-*.jsonl")}
    last = max(files.values(), default=0.0)
    for file in sorted(files, key=lambda one: files[one]):
        if files[file] < last - LONGEST_CALL_SECONDS:
            continue
        with file.open("rb") as lines:
            for line in lines:
                try:
                    yield parse(line.decode("utf-8", "replace"))
                except BadFact:
                    continue  # counted where it is stored


def _now() -> int:
    return time.time_ns() // 1_000_000
