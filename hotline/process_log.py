"""A process' log: written by the process itself, kept small by us.

The process has the file open, so it cannot be renamed away: it is copied, then emptied. What is written between the two is
lost; a log that fills the disk would lose more.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIMIT = 8 * 2**20  # bytes
OLD = 2  # so many older pieces are kept


@dataclass(frozen=True, slots=True)
class ProcessLog:
    """<name>.log, and its older pieces <name>.log.1 and <name>.log.2. Only the owner reads them."""

    path: Path

    @contextlib.contextmanager
    def opened(self) -> Iterator[int]:
        """Give a descriptor that appends, for a process about to start."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def rotate(self, limit: int = LIMIT) -> None:
        """Start the log afresh when it is larger than `limit` bytes."""
        if not self.path.is_file() or self.path.stat().st_size <= limit:
            return
        for number in range(OLD, 1, -1):
            with contextlib.suppress(FileNotFoundError):
                self._piece(number - 1).replace(self._piece(number))
        shutil.copy(self.path, self._piece(1))
        os.truncate(self.path, 0)

    def end(self, lines: int = 8) -> str:
        """Give the last lines."""
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as log:
            log.seek(-min(self.path.stat().st_size, 8192), os.SEEK_END)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        return ""

    def _piece(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
