"""What is counted: spans of months (350 → 二十九年零二个月), people (2 → 两位), minutes (2 → 两分钟)."""

from ivr.speech.clips import clips
from ivr.speech.numbers import Unspeakable
from ivr.speech.utterance import Utterance


def term(months: int) -> Utterance:
    """A span of months, in years and months."""
    years, rest = divmod(months, 12)
    names = [f"value/years/{years}"] if years else []
    if rest or not years:
        names.append(f"value/months/{'zero' if years else ''}{rest}")
    if months < 0 or not all(name in clips() for name in names):
        raise Unspeakable("a term has at most forty years")
    return sum((Utterance(clips()[name], (name,)) for name in names), Utterance.silence())


def people(count: int) -> Utterance:
    """How many callers: 2 → 两位."""
    return _one(f"value/people/{count}", "one to fifty people are counted")


def minutes(count: int) -> Utterance:
    """How long, in whole minutes: 2 → 两分钟."""
    return _one(f"value/minutes/{count}", "one to thirty minutes are counted")


def _one(name: str, otherwise: str) -> Utterance:
    if name not in clips():
        raise Unspeakable(otherwise)
    return Utterance(clips()[name], (name,))
