"""A centre as settings name it, and the rule that gives each call one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from centres.hours import Hours

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Dialable = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,20}$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^0[0-9]{2,3}$")]

MOBILE_DIGITS = 11


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
    """The centres a call may belong to: one when something decides, else those its caller chooses among."""

    among: tuple[Centre, ...]
    decided_by: Literal["number", "area_code", "only", ""] = ""

    @property
    def certain(self) -> Centre | None:
        """The centre when nothing is left to choose."""
        return self.among[0] if self.decided_by else None


def which(centres: Sequence[Centre], *, dialled: str, caller: str) -> Choice:
    """Give the centre of a call, or the centres it may be.

    A number of its own decides first, then the caller's area code when exactly one centre has it. Where several share the
    area code (0731 belongs to four) the caller is of one of them; a mobile number says nothing.
    """
    if len(centres) == 1:
        return Choice(tuple(centres), "only")
    for centre in centres:
        if dialled in centre.numbers:
            return Choice((centre,), "number")
    at_home = sharing(centres, national(caller))
    if len(at_home) == 1:
        return Choice(at_home, "area_code")
    return Choice(at_home or tuple(centres))


def sharing(centres: Sequence[Centre], number: str) -> tuple[Centre, ...]:
    """The centres with an area code that this number begins with."""
    return tuple(centre for centre in centres if any(number.startswith(code) for code in centre.area_codes))


def national(number: str) -> str:
    """A calling number as it is dialled within the country: +8673112345678 → 073112345678, +8613812345678 → 13812345678."""
    for prefix in ("+86", "0086"):
        if number.startswith(prefix):
            rest = number.removeprefix(prefix)
            mobile = len(rest) == MOBILE_DIGITS and rest.startswith("1")
            return rest if mobile or rest.startswith("0") else "0" + rest
    return number
