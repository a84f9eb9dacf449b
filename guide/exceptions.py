"""What can be wrong with the guide's files. Who acts on it is whoever wrote the file."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in one file. `line` counts from 1; 0 where it is the file as a whole."""

    file: str
    line: int
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.key}: {self.what}"

    @property
    def place(self) -> str:
        """File, and the line where there is one."""
        return f"{self.file}:{self.line}" if self.line else self.file


class GuideError(Exception):
    """A file cannot be used; says everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
