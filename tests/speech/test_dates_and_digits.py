"""Dates, months, digits."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech import Unspeakable, clips, date, digits, month


def test_a_date_is_read_with_its_year_digit_by_digit() -> None:
    assert date(dt.date(2017, 6, 30)).text == "二零一七年六月三十日"
    assert month(2017, 6).text == "二零一七年六月"
    assert date(dt.date(2026, 10, 11)).text == "二零二六年十月十一日"


@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2059, 12, 31)))
def test_every_date_is_recorded(day: dt.date) -> None:
    spoken = date(day)
    assert "".join(clips()[clip] for clip in spoken.clips) == spoken.text


@pytest.mark.parametrize(("year", "number"), [(1949, 1), (2060, 1), (2026, 0), (2026, 13)])
def test_no_month_outside_the_calendar(year: int, number: int) -> None:
    with pytest.raises(Unspeakable):
        month(year, number)


def test_one_is_read_yao() -> None:
    assert digits("1001").text == "幺零零幺"
    assert digits("12329").text == "幺二三二九"


@given(st.from_regex(r"\A[0-9]{1,24}\Z"))
def test_digits_are_recorded_one_for_one(text: str) -> None:
    spoken = digits(text)
    assert len(spoken.text) == len(text)
    assert "".join(clips()[clip] for clip in spoken.clips) == spoken.text


@pytest.mark.parametrize("text", ["", "12a", "１２", "-1"])
def test_only_digits_are_read(text: str) -> None:
    with pytest.raises(Unspeakable):
        digits(text)


def test_the_inventory_is_finite_and_named_in_ascii() -> None:
    assert 600 <= len(clips()) <= 1300
    assert all(clip.isascii() and text for clip, text in clips().items())
