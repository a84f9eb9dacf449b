"""How long a loan runs: 348 → 二十九年, 350 → 二十九年零二个月, 2 → 两个月."""

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
