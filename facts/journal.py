"""An append-only file of facts: one JSON line a fact.

A batch is written by one call of write() to a file opened for appending, so lines of several writers do not mix. A file
that has grown large is left and the next one begun under a new name: files are never renamed, for how far each is read
is kept by its name. No digits a caller entered ever get here.
"""

import logging
import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from facts.fact import Fact

log = logging.getLogger(__name__)

LARGEST = 32 << 20
"""Bytes after which a new file is begun."""


class Journal:
    """The end of a file that facts are written to."""

    def __init__(self, file: Path, largest: int = LARGEST) -> None:
        self._first, self._file, self._largest = file, file, largest
        self._descriptor = -1
        self._torn = False
        """The last line has no end: the disk was full, or its writer was killed."""
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
            self._open()
            data = (b"\n" if self._torn else b"") + "".join(lines).encode()
            written = os.write(self._descriptor, data)
            self._torn = not data[:written].endswith(b"\n")
            if written < len(data):
                raise OSError("the disk is full")  # noqa: TRY301 - like any other failure to write
        except OSError as error:
            # Counted as lost all of them, though the first of several may be on disk.
            self.lost += len(lines)
            log.error("%d facts are lost: %s", len(lines), error)

    def close(self) -> None:
        """Close the file; a later fact opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        if self._descriptor >= 0:
            status = os.fstat(self._descriptor)
            if status.st_nlink and status.st_size < self._largest:
                return
            self.close()
        while self._file.exists() and self._file.stat().st_size >= self._largest:
            self._file = self._first.with_stem(f"{self._first.stem}-{time.time_ns() // 1_000_000}")
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(self._descriptor).st_size
        self._torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"
