"""When a centre's agents work: spans of a day, days of a week, seasons of a year. Pure.

A span is `09:00-12:00`: from the first second of nine to the last before twelve. Days are the wall clock's.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

DAY_MINUTES = 24 * 60
SPAN = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])\s*[-–]\s*([01]?[0-9]|2[0-4]):([0-5][0-9])")
MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
LEAP_YEAR = 2024

Kind = Literal["working", "saturday", "sunday", "holiday"]
"""What a day is: a working day (a make-up day too), a free Saturday or Sunday, a holiday."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one minute of the day up to another, which is no longer in it; 24:00 is 1440."""

    opens: int
    closes: int

    @classmethod
    def parse(cls, text: object) -> "Span":
        """Read `09:00-12:00`; ValueError says what was expected."""
        if isinstance(text, Span):
            return text
        found = SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            raise ValueError("expected hours such as 09:00-12:00")
        one, two, three, four = map(int, found.groups())
        span = cls(one * 60 + two, three * 60 + four)
        if not span.opens < span.closes <= DAY_MINUTES:
            raise ValueError("expected hours that end after they begin, by 24:00 at the latest")
        return span

    def __contains__(self, time: dt.time) -> bool:
        return self.opens <= time.hour * 60 + time.minute < self.closes

    def __str__(self) -> str:
        return f"{clock(self.opens)}-{clock(self.closes)}"


def clock(minute: int) -> str:
    """A minute of the day as 09:00; the end of the day is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _in_order(spans: Sequence[Span]) -> None:
    for one, other in pairwise(spans):
        if one.closes >= other.opens:
            raise ValueError(f"expected spans with time between them, but {other} begins before {one} is over")


Spans = Annotated[tuple[Annotated[Span, BeforeValidator(Span.parse), PlainSerializer(str)], ...], Field(max_length=6)]


class Week(BaseModel):
    """What a week looks like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: Spans = Field(
        default=(Span(9 * 60, 12 * 60), Span(13 * 60 + 30, 17 * 60)),
        description="hours of working days: Monday to Friday, and the make-up days of holidays",
    )
    saturday: Spans = Field(default=(), description="hours of a Saturday that is no make-up day; empty: closed")
    sunday: Spans = Field(default=(), description="the same of a Sunday")

    @model_validator(mode="after")
    def _spans_follow(self) -> Self:
        if not (self.weekdays or self.saturday or self.sunday):
            raise ValueError("expected hours on one day of the week at least")
        for spans in (self.weekdays, self.saturday, self.sunday):
            _in_order(spans)
        return self

    def spans(self, kind: Kind) -> tuple[Span, ...]:
        """The hours of such a day; on holidays none."""
        match kind:
            case "working":
                return self.weekdays
            case "saturday":
                return self.saturday
            case "sunday":
                return self.sunday
            case "holiday":
                return ()


class Season(Week):
    """A part of the year with a week of its own, such as the summer; it may run over New Year."""

    first: str = Field(description="first day, such as 06-01")
    last: str = Field(description="last day, itself included, such as 09-30")

    @model_validator(mode="after")
    def _are_days(self) -> Self:
        for key in (self.first, self.last):
            found = MONTH_DAY.fullmatch(key)
            try:
                dt.date(LEAP_YEAR, *map(int, found.groups()) if found else (0, 0))
            except ValueError:
                raise ValueError(f"expected a month and a day such as 06-01, not {key!r}") from None
        return self

    def __contains__(self, day: dt.date) -> bool:
        key = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= key <= self.last
        return key >= self.first or key <= self.last


class Hours(Week):
    """The hours of one centre, its seasons, and the days on which it differs from the calendar of all."""

    seasons: tuple[Season, ...] = Field(
        default=(),
        description='parts of the year with hours of their own: first = "06-01", last = "09-30", weekdays, saturday, sunday; '
        "may run over New Year",
    )
    closed: tuple[dt.date, ...] = Field(
        default=(), description="days on which it is closed, whatever the calendar says"
    )
    working: tuple[dt.date, ...] = Field(default=(), description="days that are working days for it all the same")

    @model_validator(mode="after")
    def _one_word_a_day(self) -> Self:
        not_both(self.closed, self.working)
        for day in (dt.date(LEAP_YEAR, 1, 1) + dt.timedelta(days=number) for number in range(366)):
            found = [season for season in self.seasons if day in season]
            if len(found) > 1:
                raise ValueError(
                    f"seasons {found[0].first}–{found[0].last} and {found[1].first}–{found[1].last} share {day:%m-%d}"
                )
        return self

    def week(self, day: dt.date) -> Week:
        """The week as it is on that day of the year."""
        return next((season for season in self.seasons if day in season), self)


def not_both(closed: Sequence[dt.date], working: Sequence[dt.date]) -> None:
    """ValueError when a day is named as closed and as a working day."""
    if twice := sorted(set(closed) & set(working)):
        raise ValueError(f"{twice[0]} is both in closed and in working")
