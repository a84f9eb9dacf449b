"""Days and months: 2017-06-30 → 二零一七年六月三十日."""

import datetime as dt

from ivr.speech.clips import YEARS, clips
from ivr.speech.numbers import Unspeakable
from ivr.speech.utterance import Utterance


def date(day: dt.date) -> Utterance:
    """A calendar day, its year digit by digit."""
    return month(day.year, day.month) + _clip(f"value/day/{day.day}")


def month(year: int, number: int) -> Utterance:
    """A month, such as the one a deposit is paid up to."""
    if year not in YEARS or not 1 <= number <= 12:
        raise Unspeakable(f"months are read from {YEARS[0]} to {YEARS[-1]}")
    return _clip(f"value/year/{year}") + _clip(f"value/month/{number}")


def _clip(clip: str) -> Utterance:
    return Utterance(clips()[clip], (clip,))
