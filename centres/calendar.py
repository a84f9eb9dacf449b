"""Which days are working days, and when a centre's agents can be had. Pure: whoever asks says what time it is.

Statutory holidays and make-up days (调休) are published year by year; the package `chinesecalendar` has them. Beyond its
last year the days of the week decide, and in every year the operator's own word goes before.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from zoneinfo import ZoneInfo

import chinese_calendar
from pydantic import BaseModel, ConfigDict, Field, model_validator

from centres.centre import Centre
from centres.hours import Hours, Kind, Span, not_both

DAY = dt.timedelta(days=1)
TWO_MONTHS = dt.timedelta(days=61)
"""November and December: the published days end with a year."""

HORIZON = 400
"""Days that are searched for the next opening."""


class CalendarSettings(BaseModel):
    """Days that differ from the published calendar, at every centre."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    closed: tuple[dt.date, ...] = Field(default=(), description="days on which every centre is closed: [2027-02-06, …]")
    working: tuple[dt.date, ...] = Field(default=(), description="days that are working days all the same")

    @model_validator(mode="after")
    def _one_word_a_day(self) -> Self:
        not_both(self.closed, self.working)
        return self


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and hours in one zone. `hours` are those of centres that name none of their own."""

    zone: ZoneInfo
    hours: Hours = field(default_factory=Hours)
    days: CalendarSettings = field(default_factory=CalendarSettings)
    always_open: bool = False
    """Agents around the clock, so that a demo can be tried at any hour; working days stay what they are."""

    @property
    def known_until(self) -> dt.date:
        """The last day of the last published year."""
        return dt.date(max(chinese_calendar.holidays).year, 12, 31)

    def runs_out(self, today: dt.date) -> str:
        """A sentence from two months before the published days end; empty while there is time."""
        if today < self.known_until - TWO_MONTHS:
            return ""
        return (
            f"public holidays are known until {self.known_until}; install a newer chinesecalendar, "
            "or name the days in [calendar]: without them only the days of the week decide"
        )

    def is_working_day(self, day: dt.date, centre: Centre | None = None) -> bool:
        """True for working days, make-up days included; a centre's own word goes before that for all."""
        return self._kind(day, centre) == "working"

    def working_days(self, after: dt.date, count: int, centre: Centre | None = None) -> list[dt.date]:
        """The next `count` working days after this one."""
        days: list[dt.date] = []
        for number in range(1, HORIZON + 1):
            if len(days) < count and self.is_working_day(day := after + number * DAY, centre):
                days.append(day)
        return days

    def spans(self, centre: Centre, day: dt.date) -> tuple[Span, ...]:
        """When the centre's agents can be had on that day."""
        return self.hours_of(centre).week(day).spans(self._kind(day, centre))

    def hours_of(self, centre: Centre) -> Hours:
        """Its own hours, else those of all."""
        return centre.hours or self.hours

    def is_open(self, centre: Centre, when: dt.datetime) -> bool:
        """Can the centre's agents be had at this moment? `when` is aware."""
        local = self._local(when)
        return self.always_open or any(local.time() in span for span in self.spans(centre, local.date()))

    def next_opening(self, centre: Centre, when: dt.datetime) -> dt.datetime | None:
        """The next moment at which the centre opens, in its zone; None when it does not within a year."""
        return self._next(centre, when, lambda day: self._kind(day, centre))

    def usual_opening(self, centre: Centre, when: dt.datetime) -> dt.datetime | None:
        """When it would open in a week without holidays and make-up days: what its hours alone let expect."""
        return self._next(centre, when, by_weekday)

    def _next(self, centre: Centre, when: dt.datetime, kind: Callable[[dt.date], Kind]) -> dt.datetime | None:
        local = self._local(when)
        for day in (local.date() + number * DAY for number in range(HORIZON)):
            for span in self.hours_of(centre).week(day).spans(kind(day)):
                opening = dt.datetime.combine(day, dt.time(*divmod(span.opens, 60)), self.zone)
                if opening > local:
                    return opening
        return None

    def _kind(self, day: dt.date, centre: Centre | None) -> Kind:
        own = centre.hours if centre else None
        for days in (own, self.days):
            if days and day in days.closed:
                return "holiday"
            if days and day in days.working:
                return "working"
        return published(day)

    def _local(self, when: dt.datetime) -> dt.datetime:
        if when.tzinfo is None:
            raise ValueError("a moment without a zone is no moment")
        return when.astimezone(self.zone)


def by_weekday(day: dt.date) -> Kind:
    """What a day is in any week."""
    match day.weekday():
        case 5:
            return "saturday"
        case 6:
            return "sunday"
        case _:
            return "working"


def published(day: dt.date) -> Kind:
    """What a day is by the published calendar, and by its weekday where nothing is published."""
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return by_weekday(day)
    if not free:
        return "working"
    return "holiday" if name else by_weekday(day)
