"""Where the guide's files stand, and what of them can be said today."""

from pathlib import Path

from guide.branch import Branch
from sounds import Recordings

__all__ = ["Branch", "Shelf"]


class Shelf:
    """The files below a folder, and the recordings they are said with."""

    def __init__(self, folder: Path, recordings: Recordings) -> None:
        self._folder, self._recordings = folder, recordings

    def branches(self, centre: str) -> tuple[Branch, ...]:
        """Give the centre's branches that callers can be told of, in their order: only those that are voiced."""
        return ()
