"""Working days and opening hours: at every boundary, to the second, wherever the host thinks it is."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from centres import Calendar, CalendarSettings, Centre, Hours
from centres.calendar import published

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANGSHA = Centre(code="changsha", name="长沙")
ZHUZHOU = Centre(
    code="zhuzhou",
    name="株洲",
    hours=Hours.model_validate(
        {
            "saturday": ["09:00-12:00"],
            "seasons": [
                {"first": "06-01", "last": "09-30", "weekdays": ["08:30-12:00", "15:00-18:00"]},
                {"first": "12-01", "last": "02-28", "weekdays": ["09:30-16:30"], "sunday": ["10:00-11:00"]},
            ],
            "closed": ["2026-11-30"],
            "working": ["2026-10-01"],
        }
    ),
)
CALENDAR = Calendar(SHANGHAI, days=CalendarSettings(closed=(dt.date(2026, 11, 27),), working=(dt.date(2026, 11, 28),)))
SECOND = dt.timedelta(seconds=1)
MOMENTS = st.integers(0, 3 * 365 * 86400).map(lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + seconds * SECOND)
"""Three years from 2026, of which one is published."""


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host that thinks it is elsewhere."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield os.environ["TZ"]
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(
    ("centre", "opens", "closes"),
    [
        (CHANGSHA, "2026-11-23T09:00", "2026-11-23T12:00"),  # Monday morning
        (CHANGSHA, "2026-11-23T13:30", "2026-11-23T17:00"),  # after lunch
        (CHANGSHA, "2026-10-10T09:00", "2026-10-10T12:00"),  # a make-up Saturday
        (CHANGSHA, "2026-11-28T13:30", "2026-11-28T17:00"),  # a Saturday that the operator makes a working day
        (CHANGSHA, "2027-01-04T09:00", "2027-01-04T12:00"),  # beyond the published years: a Monday
        (ZHUZHOU, "2026-11-28T13:30", "2026-11-28T17:00"),  # which has a working day's hours, not a Saturday's
        (ZHUZHOU, "2026-11-14T09:00", "2026-11-14T12:00"),  # a Saturday morning
        (ZHUZHOU, "2026-06-01T08:30", "2026-06-01T12:00"),  # the summer's first day
        (ZHUZHOU, "2026-09-30T15:00", "2026-09-30T18:00"),  # and its last
        (ZHUZHOU, "2026-12-06T10:00", "2026-12-06T11:00"),  # a winter's Sunday
        (ZHUZHOU, "2027-02-26T09:30", "2027-02-26T16:30"),  # the winter goes on after New Year
        (ZHUZHOU, "2026-10-01T09:00", "2026-10-01T12:00"),  # a holiday on which this centre works
    ],
)
def test_open_from_the_first_second_to_the_last(centre: Centre, opens: str, closes: str) -> None:
    first, end = at(opens), at(closes)
    moments = [first - SECOND, first, end - SECOND, end]
    assert [CALENDAR.is_open(centre, moment) for moment in moments] == [False, True, True, False]
    assert [CALENDAR.is_open(centre, moment.astimezone()) for moment in moments] == [False, True, True, False]


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize(
    ("centre", "when"),
    [
        (CHANGSHA, "2026-11-22T10:00"),  # Sunday
        (CHANGSHA, "2026-10-01T10:00"),  # a holiday
        (CHANGSHA, "2026-11-27T10:00"),  # closed by the operator's word
        (CHANGSHA, "2027-01-03T10:00"),  # beyond the published years: a Sunday
        (ZHUZHOU, "2026-11-30T10:00"),  # closed by its own word
        (ZHUZHOU, "2026-10-03T10:00"),  # a Saturday within a holiday
        (ZHUZHOU, "2026-12-05T10:00"),  # the winter names no Saturdays
        (ZHUZHOU, "2026-06-01T14:00"),  # the summer's longer lunch
    ],
)
def test_closed_all_the_day_or_at_lunch(centre: Centre, when: str) -> None:
    assert not CALENDAR.is_open(centre, at(when))


def test_midnight_ends_a_day_of_24_hours() -> None:
    centre = Centre(code="c", name="长沙", hours=Hours.model_validate({"weekdays": ["00:00-24:00"]}))
    assert CALENDAR.is_open(centre, at("2026-11-23T00:00"))
    assert CALENDAR.is_open(centre, at("2026-11-26T23:59:59"))
    assert not CALENDAR.is_open(centre, at("2026-11-27T00:00"))


def test_the_demo_is_open_and_its_working_days_stay() -> None:
    calendar = Calendar(SHANGHAI, always_open=True)
    assert calendar.is_open(CHANGSHA, at("2026-10-01T03:00"))
    assert not calendar.is_working_day(dt.date(2026, 10, 1))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-10-01", False), ("2026-10-07", False), ("2026-10-08", True), ("2026-10-10", True), ("2026-10-11", False),
        ("2026-02-14", True), ("2026-02-15", False), ("2026-01-04", True), ("2026-11-27", False), ("2026-11-28", True),
        ("2027-01-01", True), ("2027-10-01", True), ("2027-01-02", False), ("2003-12-31", True), ("2003-10-01", True),
    ],
)  # fmt: skip
def test_working_days_by_the_operator_the_publication_and_the_weekday(day: str, working: bool) -> None:
    assert CALENDAR.is_working_day(dt.date.fromisoformat(day)) is working


def test_a_centres_own_word_goes_before_that_for_all() -> None:
    own = Centre(
        code="own", name="长沙", hours=Hours(closed=(dt.date(2026, 11, 28),), working=(dt.date(2026, 11, 27),))
    )
    assert CALENDAR.is_working_day(dt.date(2026, 11, 27), own)
    assert not CALENDAR.is_working_day(dt.date(2026, 11, 28), own)
    assert not CALENDAR.is_working_day(dt.date(2026, 11, 27))


def test_the_next_working_days() -> None:
    days = CALENDAR.working_days(dt.date(2026, 9, 29), 4)
    assert [f"{day:%m-%d}" for day in days] == ["09-30", "10-08", "10-09", "10-10"]
    assert CALENDAR.working_days(dt.date(2026, 12, 31), 2) == [dt.date(2027, 1, 1), dt.date(2027, 1, 4)]
    assert CALENDAR.working_days(dt.date(2026, 12, 31), 0) == []


@pytest.mark.parametrize(
    ("centre", "when", "opening"),
    [
        (CHANGSHA, "2026-11-23T08:59:59", "2026-11-23T09:00"),
        (CHANGSHA, "2026-11-23T09:00", "2026-11-23T13:30"),
        (CHANGSHA, "2026-11-23T12:00", "2026-11-23T13:30"),
        (CHANGSHA, "2026-11-23T17:00", "2026-11-24T09:00"),
        (CHANGSHA, "2026-09-30T17:00", "2026-10-08T09:00"),
        (CHANGSHA, "2026-11-26T17:00", "2026-11-28T09:00"),
        (ZHUZHOU, "2026-09-30T18:00", "2026-10-01T09:00"),
    ],
)
def test_when_it_opens_next(centre: Centre, when: str, opening: str) -> None:
    assert CALENDAR.next_opening(centre, at(when)) == at(opening)


def test_what_a_week_lets_expect_knows_no_holidays() -> None:
    assert CALENDAR.usual_opening(CHANGSHA, at("2026-09-30T17:00")) == at("2026-10-01T09:00")


def test_a_centre_that_never_opens_has_no_next_opening() -> None:
    shut = tuple(dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(900))
    calendar = Calendar(SHANGHAI, days=CalendarSettings(closed=shut))
    assert calendar.next_opening(CHANGSHA, at("2026-11-23T10:00")) is None
    assert calendar.working_days(dt.date(2026, 11, 23), 10) == []


@given(MOMENTS, st.sampled_from([CHANGSHA, ZHUZHOU]))
def test_the_next_opening_is_the_first_second_that_is_open(when: dt.datetime, centre: Centre) -> None:
    opening = CALENDAR.next_opening(centre, when)
    assert opening is not None
    assert opening > when
    assert CALENDAR.is_open(centre, opening)
    assert not CALENDAR.is_open(centre, opening - SECOND)
    if not CALENDAR.is_open(centre, when):
        middle = when + (opening - when) / 2
        assert not CALENDAR.is_open(centre, middle)


@given(MOMENTS, st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia"]))
def test_a_moment_is_the_same_however_it_is_written(when: dt.datetime, zone: str) -> None:
    assert CALENDAR.is_open(ZHUZHOU, when) == CALENDAR.is_open(ZHUZHOU, when.astimezone(ZoneInfo(zone)))


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_every_day_is_of_some_kind(day: dt.date) -> None:
    assert published(day) in {"working", "saturday", "sunday", "holiday"}


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        CALENDAR.is_open(CHANGSHA, dt.datetime(2026, 11, 23, 10))  # noqa: DTZ001 - on purpose


def test_it_warns_from_two_months_before_the_published_days_end() -> None:
    end = CALENDAR.known_until
    assert (end.month, end.day) == (12, 31)
    assert CALENDAR.runs_out(dt.date(end.year, 10, 30)) == ""
    for day in (dt.date(end.year, 10, 31), end, dt.date(end.year + 3, 1, 1)):
        assert f"known until {end}" in CALENDAR.runs_out(day)


def test_a_day_is_closed_or_working() -> None:
    with pytest.raises(ValidationError, match="2026-11-27 is both in closed and in working"):
        CalendarSettings(closed=(dt.date(2026, 11, 27),), working=(dt.date(2026, 11, 27),))
