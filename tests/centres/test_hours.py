"""Spans, weeks and seasons as settings write them."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from centres import Hours, Season, Span, Week

MORNING = Span(9 * 60, 12 * 60)


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [("09:00-12:00", 540, 720), ("9:00 – 12:00", 540, 720), ("00:00-24:00", 0, 1440), ("23:59-24:00", 1439, 1440)],
)
def test_a_span_is_read(text: str, opens: int, closes: int) -> None:
    assert Span.parse(text) == Span(opens, closes)


@pytest.mark.parametrize(
    "text",
    ["", "9-12", "09:00", "12:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-24:30", "25:00-26:00", 9, None, "午前"],
)
def test_what_is_no_span_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected hours"):
        Span.parse(text)


@given(st.integers(0, 1439), st.integers(1, 1440), st.times())
def test_a_span_has_its_first_second_and_not_its_last(opens: int, length: int, time: dt.time) -> None:
    span = Span(opens, min(opens + length, 1440))
    assert Span.parse(str(span)) == span
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    assert (time in span) == (span.opens * 60 <= seconds < span.closes * 60)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"weekdays": ["09:00-12:00", "11:00-17:00"]}, "11:00-17:00 begins before 09:00-12:00 is over"),
        ({"weekdays": ["09:00-12:00", "12:00-17:00"]}, "with time between them"),
        ({"weekdays": ["13:30-17:00", "09:00-12:00"]}, "begins before"),
        ({"weekdays": []}, "one day of the week at least"),
        ({"friday": ["09:00-12:00"]}, "Extra inputs"),
        ({"closed": ["2026-10-01"], "working": ["2026-10-01"]}, "2026-10-01 is both in closed and in working"),
        ({"seasons": [{"first": "06-31", "last": "09-30"}]}, "a month and a day such as 06-01, not '06-31'"),
        ({"seasons": [{"first": "6-1", "last": "09-30"}]}, "not '6-1'"),
        ({"seasons": [{"first": "06-01"}]}, "Field required"),
        (
            {"seasons": [{"first": "06-01", "last": "09-30"}, {"first": "09-30", "last": "10-31"}]},
            "seasons 06-01–09-30 and 09-30–10-31 share 09-30",
        ),
        (
            {"seasons": [{"first": "11-01", "last": "02-29"}, {"first": "02-29", "last": "05-01"}]},
            "share 02-29",
        ),
    ],
)
def test_a_mistake_in_hours_is_named(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Hours.model_validate(keys)


@pytest.mark.parametrize(
    ("first", "last", "within", "without"),
    [
        ("06-01", "09-30", ["06-01", "07-15", "09-30"], ["05-31", "10-01", "01-01"]),
        ("11-15", "02-29", ["11-15", "12-31", "01-01", "02-29"], ["11-14", "03-01", "07-01"]),
        ("05-01", "05-01", ["05-01"], ["04-30", "05-02"]),
        ("01-01", "12-31", ["01-01", "02-29", "12-31"], []),
    ],
)
def test_a_season_has_its_first_day_and_its_last(first: str, last: str, within: list[str], without: list[str]) -> None:
    season = Season(first=first, last=last)
    assert all(dt.date.fromisoformat(f"2028-{day}") in season for day in within)
    assert not any(dt.date.fromisoformat(f"2028-{day}") in season for day in without)


@given(st.dates(), st.dates(), st.dates())
def test_a_season_and_the_rest_of_the_year_share_no_day(first: dt.date, last: dt.date, day: dt.date) -> None:
    season = Season(first=f"{first:%m-%d}", last=f"{last:%m-%d}")
    key = f"{day:%m-%d}"
    assert (day in season) == (
        season.first <= key <= season.last if season.first <= season.last else not season.last < key < season.first
    )


def test_without_a_word_a_week_is_the_usual_one() -> None:
    week = Week()
    assert " ".join(map(str, week.weekdays)) == "09:00-12:00 13:30-17:00"
    assert week.spans("working") == week.weekdays
    assert week.spans("saturday") == week.spans("sunday") == week.spans("holiday") == ()
    assert all(one.closes < other.opens for one, other in pairwise(week.weekdays))
