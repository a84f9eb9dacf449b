"""Times, spans, weekdays, days without their year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import speech
from ivr.speech import Utterance

TODAY = dt.date(2026, 11, 23)


def recorded(spoken: Utterance) -> bool:
    return "".join(speech.clips()[clip] for clip in spoken.clips) == spoken.text


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("00:00", "凌晨零点"), ("00:30", "凌晨零点半"), ("02:00", "凌晨两点"), ("06:00", "早上六点"), ("08:30", "上午八点半"),
        ("09:00", "上午九点"), ("11:59", "上午十一点五十九"), ("12:00", "中午十二点"), ("12:05", "中午十二点零五"),
        ("13:30", "下午一点半"), ("14:00", "下午两点"), ("14:10", "下午两点十分"), ("17:45", "下午五点四十五"), ("18:00", "下午六点"), ("19:00", "晚上七点"),
        ("23:30", "晚上十一点半"),
    ],
)  # fmt: skip
def test_a_time_is_said_with_its_part_of_the_day(time: str, said: str) -> None:
    assert speech.clock(dt.time.fromisoformat(time)).text == said


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (9 * 60, 12 * 60, "上午九点到十二点"),
        (13 * 60 + 30, 17 * 60, "下午一点半到五点"),
        (9 * 60, 17 * 60, "上午九点到下午五点"),
        (8 * 60 + 30, 12 * 60 + 30, "上午八点半到十二点半"),
        (12 * 60, 17 * 60, "中午十二点到下午五点"),
        (0, 24 * 60, "凌晨零点到晚上十二点"),
        (19 * 60, 24 * 60, "晚上七点到十二点"),
        (8 * 60 + 15, 11 * 60 + 45, "上午八点十五到十一点四十五"),
        (0, 30, "凌晨零点到零点半"),
    ],
)
def test_a_span_names_the_part_of_the_day_again_only_where_it_changes(opens: int, closes: int, said: str) -> None:
    assert speech.span(opens, closes).text == said


def test_weekdays_and_days() -> None:
    assert speech.weekday(dt.date(2026, 11, 29)).text == "星期天"
    assert speech.weekdays(1, 5).text == "星期一到星期五"
    assert speech.weekdays(6, 6).text == "星期六"
    assert speech.weekdays(1, 7).text == "每天"
    assert speech.day(dt.date(2026, 11, 25)).text == "十一月二十五日"
    assert [speech.near_day(TODAY + dt.timedelta(days=away), TODAY).text for away in (0, 1, 2, 3)] == [
        "今天",
        "明天",
        "后天",
        "十一月二十六日星期四",
    ]
    assert speech.near_day(TODAY - dt.timedelta(days=1), TODAY).text == "十一月二十二日星期天"
    assert [speech.half_day(dt.time(hour)).text for hour in (0, 11, 12, 23)] == ["上午", "上午", "下午", "下午"]


@given(st.times())
def test_every_time_is_recorded(time: dt.time) -> None:
    assert recorded(speech.clock(time))
    assert recorded(speech.half_day(time))


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_every_span_is_recorded(opens: int, length: int) -> None:
    assert recorded(speech.span(opens, min(opens + length, 1440)))


@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2059, 12, 31)))
def test_every_day_is_recorded(day: dt.date) -> None:
    assert all(map(recorded, (speech.day(day), speech.weekday(day), speech.near_day(day, TODAY))))


@given(st.integers(1, 7), st.integers(1, 7))
def test_every_range_of_weekdays_is_recorded(one: int, other: int) -> None:
    assert recorded(speech.weekdays(min(one, other), max(one, other)))
