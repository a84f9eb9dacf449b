"""Times of day, days of the week, days without their year: 13:30 → 下午一点半.

A time is said as one group, its part of the day included; a span says the part again only where it changes, and noon
after a morning needs none: 上午九点到十二点, 上午九点到下午五点.
"""

import datetime as dt

from ivr.speech.clips import clips, part_of_day, twelve
from ivr.speech.utterance import Utterance

NOON = 12
HALF = 30
NEAR = ("today", "tomorrow", "day_after")


def clock(time: dt.time) -> Utterance:
    """A time of day, seconds left out."""
    return _time(time.hour * 60 + time.minute, "clock")


def span(opens: int, closes: int) -> Utterance:
    """From one minute of the day to another, at most 1440: 上午九点到十二点."""
    one, other = opens // 60, closes // 60
    bare = part_of_day(one) == part_of_day(other) or (other == NOON and one < NOON)
    return _time(opens, "clock") + _time(closes, "until" if bare else "up_to")


def weekday(date: dt.date) -> Utterance:
    """星期一 … 星期天."""
    return _clip(f"value/weekday/{date.isoweekday()}")


def weekdays(first: int, last: int) -> Utterance:
    """From one day of the week to another, 1 Monday to 7 Sunday: 星期一到星期五; one day alone is itself."""
    if (first, last) == (1, 7):
        return _clip("value/word/every_day")
    alone = _clip(f"value/weekday/{first}")
    return alone if first == last else alone + _clip(f"value/to_weekday/{last}")


def day(date: dt.date) -> Utterance:
    """A day of the year at hand: 十一月二十五日."""
    return _clip(f"value/month/{date.month}") + _clip(f"value/day/{date.day}")


def near_day(date: dt.date, today: dt.date) -> Utterance:
    """今天, 明天 and 后天; any other day by its date and weekday."""
    away = (date - today).days
    return _clip(f"value/word/{NEAR[away]}") if 0 <= away < len(NEAR) else day(date) + weekday(date)


def half_day(time: dt.time) -> Utterance:
    """上午 before noon, 下午 after it."""
    return _clip("value/word/morning" if time.hour < NOON else "value/word/afternoon")


def _time(minute: int, kind: str) -> Utterance:
    """The hour and 半 in one group; other minutes after it: 上午八点|四十五."""
    hour, rest = divmod(minute, 60)
    hour = twelve(hour) if kind == "until" else hour
    if rest == HALF:
        return _clip(f"value/{kind}/{hour}_half")
    said = _clip(f"value/{kind}/{hour}")
    if not rest:
        return said
    if rest == 10:
        return said + _clip("value/word/ten_minutes")  # 两点十 alone is not said
    return said + _clip(f"value/n/zero{rest}" if rest < 10 else f"value/n/{rest}")


def _clip(clip: str) -> Utterance:
    return Utterance(clips()[clip], (clip,))
