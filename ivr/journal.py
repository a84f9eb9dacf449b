"""The conversations' own journal of facts: one JSON line a fact, read by the ledger.

A line is {"id", "t" (epoch, ms), "kind", "call", …}. It is written by one call of write() to a file opened for
appending, so lines of several writers do not mix. No digits a caller entered ever get here.
"""

import json
import logging
import os
import time
import uuid
from pathlib import Path

log = logging.getLogger(__name__)


class Journal:
    """An append-only file of facts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = -1

    def append(self, kind: str, call: str, **data: object) -> None:
        """Write a fact. A full disk costs the fact and is logged; it never costs the call."""
        fact = {"id": uuid.uuid4().hex, "t": time.time_ns() // 1_000_000, "kind": kind, "call": call} | data
        line = json.dumps(fact, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            if self._descriptor < 0 or not self._file.exists():
                self.close()
                self._descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._descriptor, line.encode())
        except OSError as error:
            log.error("fact %s of call %s is lost: %s", kind, call, error)

    def close(self) -> None:
        """Close the file; a later fact opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
