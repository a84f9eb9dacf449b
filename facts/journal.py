"""An append-only file of facts: one JSON line a fact.

A batch is written by one call of write() to a file opened for appending, so lines of several writers do not mix. No
digits a caller entered ever get here.
"""

import logging
import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from facts.fact import Fact

log = logging.getLogger(__name__)


class Journal:
    """The end of a file that facts are written to."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = -1
        self.lost = 0
        """Facts that could not be written: the disk's fault, and worth an alarm."""

    def note(self, kind: str, call: str, **data: object) -> None:
        """Write a fact that happens now."""
        queue, agent = str(data.pop("queue", "")), str(data.pop("agent", ""))
        self.append([Fact(uuid.uuid4().hex, time.time_ns() // 1_000_000, kind, call, queue, agent, data)])

    def append(self, facts: Iterable[Fact]) -> None:
        """Write facts. A full disk costs the facts and is logged and counted; it never costs a call."""
        lines = [fact.line() + "\n" for fact in facts]
        if not lines:
            return
        try:
            if self._descriptor < 0 or not self._file.exists():
                self.close()
                self._descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._descriptor, "".join(lines).encode())
        except OSError as error:
            self.lost += len(lines)
            log.error("%d facts are lost: %s", len(lines), error)

    def close(self) -> None:
        """Close the file; a later fact opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
