"""What a query string may ask: the parts that questions of several rooms share."""

import datetime as dt
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


class Question(BaseModel):
    """A query string: unknown parameters are mistakes."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class DaysQuestion(Question):
    """Days in the hotline's time zone, both included."""

    first: dt.date | None = Field(
        default=None, alias="from", ge=FIRST_DAY, le=LAST_DAY, description="first day; default: no limit"
    )
    last: dt.date | None = Field(
        default=None, alias="to", ge=FIRST_DAY, le=LAST_DAY, description="last day, included; default: no limit"
    )

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: dt.date | None, known: ValidationInfo) -> dt.date | None:
        first = known.data.get("first")
        if last and first and last < first:
            raise ValueError(f"must not be before from, {first}")
        return last

    def begins(self, zone: ZoneInfo) -> dt.datetime | None:
        """The first moment that is asked for; None: no limit."""
        return dt.datetime.combine(self.first, dt.time(), zone) if self.first else None

    def ends(self, zone: ZoneInfo) -> dt.datetime | None:
        """The moment after the last one that is asked for; None: no limit."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), zone) if self.last else None
