"""What is asked of the recordings and what is answered."""

import datetime as dt
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RecordingsQuestion(BaseModel):
    """Which recordings."""

    model_config = ConfigDict(extra="forbid")

    call: str = Field(default="", pattern=r"^[0-9.]{0,80}$", description="id of a call: its parts, in order")
    agent: str = Field(default="", pattern=r"^[0-9]{0,8}$", description="number of the agent who answered")
    first: dt.date | None = Field(default=None, alias="from", description="first day; default: no limit")
    last: dt.date | None = Field(default=None, alias="to", description="last day, included; default: no limit")
    limit: int = Field(default=50, ge=1, le=500, description="how many")
    before: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for day in (self.first, self.last):
            if day is not None and not 2000 <= day.year <= 2200:
                raise ValueError("expected days of the years 2000 to 2200")
        if self.first and self.last and self.last < self.first:
            raise ValueError("to: expected no day before from")
        return self


class AudioQuestion(BaseModel):
    """How it is wanted."""

    model_config = ConfigDict(extra="forbid")

    download: bool = Field(default=False, description="true: as a file to keep, which the audit list tells apart")


class RecordingAnswer(BaseModel):
    """One talk of a call."""

    id: int
    call: str = Field(description="id of the call, as in /api/v1/calls/{id}")
    part: int = Field(description="parts of one call are played in this order")
    offset: float = Field(description="seconds of the call's earlier parts")
    started: dt.datetime
    seconds: float
    agent: str = Field(description="who answered; whoever the call was handed to is heard too")
    queue: str
    bytes: int = Field(description="of the sealed file")
    sha256: str = Field(description="of the sealed file")
    work_order: str = Field(description="the work order it belongs to, if any: kept longer")
    audio: str = Field(description="where it is heard")


class RecordingsAnswer(BaseModel):
    """Newest first, or the parts of one call in their order."""

    recordings: list[RecordingAnswer]
    next: int | None = Field(description="`before` of the following page")
