"""What can stop the command `hotline`, grouped by who must act on it.

HotlineError
├── SettingsError     the settings' author: every problem at once, each with file, key and what was expected
└── CannotStart       the machine's operator: a port in use, a full disk, a part that does not come up
"""

from collections.abc import Sequence
from dataclasses import dataclass


class HotlineError(Exception):
    """Anything the command tells in plain words and exits non-zero for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the settings: where it stands, what is wrong, what was expected."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}"


SHOWN = 20
"""Problems told at once; nobody reads a thousand."""


class SettingsError(HotlineError):
    """The settings cannot be used; `problems` has every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            shown.append(f"… and {len(problems) - SHOWN} more")
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)


class CannotStart(HotlineError):  # noqa: N818 - it reads as the sentence it prints
    """A process or what it needs does not come up."""
