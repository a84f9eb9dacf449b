"""Digits one by one, as account tails and agents' numbers are read: 1001 → 幺零零幺."""

from ivr.speech.clips import SPELLED, clips
from ivr.speech.numbers import Unspeakable
from ivr.speech.utterance import Utterance


def digits(text: str) -> Utterance:
    """Read ASCII digits in pairs; an odd first digit stands alone."""
    if not text or any(character not in "0123456789" for character in text):
        raise Unspeakable("only the digits 0–9 are read one by one")
    head = len(text) % 2
    chosen = [f"value/digit/{text[0]}"] if head else []
    chosen += [f"value/pair/{text[at : at + 2]}" for at in range(head, len(text), 2)]
    words = "".join(SPELLED[int(character)] for character in text)
    assert words == "".join(clips()[clip] for clip in chosen)
    return Utterance(words, tuple(chosen))
