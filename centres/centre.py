"""A centre as settings name it, and the rule that gives each call one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from centres.hours import Hours

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Dialable = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,20}$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^0[0-9]{2,3}$")]


class Centre(BaseModel):
    """One housing provident fund centre. Its code also names its queue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = Field(description="ASCII name used in the queue, the database and the API, such as changsha")
    name: str = Field(min_length=1, max_length=20, description="what callers and operators read, such as 长沙")
    numbers: tuple[Dialable, ...] = Field(
        default=(), description="numbers that are this centre's alone, as the trunk delivers them"
    )
    area_codes: tuple[AreaCode, ...] = Field(
        default=(), description="area codes of its callers' fixed lines, such as 0731"
    )

    asks_consent: bool = Field(
        default=False, description="true: callers agree by key to what is collected before they enter it"
    )
    legacy_ids: bool = Field(default=False, description="true: some accounts are still found by a 15-digit ID number")
    hours: Hours | None = Field(
        default=None, description="when its agents can be had, with the keys of `[hours]`; without: those of `[hours]`"
    )

    @property
    def queue(self) -> str:
        """Name of the queue its agents serve."""
        return self.code


@dataclass(frozen=True, slots=True)
class Choice:
    """The centre a call starts with, and what decided it: only a number or an area code is certain."""

    centre: Centre
    decided_by: Literal["number", "area_code", "default"]


def which(centres: Sequence[Centre], default: str, *, dialled: str, caller: str) -> Choice:
    """Give the centre of a call.

    A number of its own decides first, then the caller's area code when exactly one centre has it
    (0731 belongs to four), and else the default.
    """
    for centre in centres:
        if dialled in centre.numbers:
            return Choice(centre, "number")
    at_home = [centre for centre in centres if any(caller.startswith(code) for code in centre.area_codes)]
    if len(at_home) == 1:
        return Choice(at_home[0], "area_code")
    return Choice(next(centre for centre in centres if centre.code == default), "default")
