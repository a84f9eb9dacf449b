"""`hotline prompts listen`: what a recogniser makes out of the recordings, as a share of syllables. Slow: some ten minutes.

Pieces of values say nothing alone, so values by chance are composed behind the prompt that callers hear before them, as a
call does; only the value's own syllables count.
"""

import datetime as dt
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from hotline.catalogue import GUIDE
from ivr import speech
from ivr.speaker import BREATH
from ivr.speech import Utterance
from sounds import Catalogue, Prompt, Recordings

TARGET = 0.04
"""Of the syllables of whole prompts."""

WHOLE = ("prompts", "guide")
"""What the catalogue consists of, besides pieces."""

VALUES = 30
"""Of each kind."""

VALUE = "value/"

SHORT = 8
"""Syllables below which a recogniser guesses: such prompts are titles, names and words that calls join to others."""


class Listener(Protocol):
    """Writes down what it hears."""

    def wrong(self, recording: bytes, prompt: Prompt, lead: int = 0) -> tuple[int, int, str]:
        """Give the syllables of the text behind the lead, how many were not made out, and what was written down."""
        ...


@dataclass
class Score:
    """Syllables said and not made out."""

    syllables: int = 0
    wrong: int = 0
    worst: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.wrong / max(1, self.syllables)


def listen(texts: Catalogue, recordings: Recordings, listener: Listener) -> dict[str, Score]:
    """Listen to everything; give a score for each kind."""
    scores: dict[str, Score] = {}
    work = [*_prompts(texts, recordings), *_values(texts, recordings)]
    for done, (kind, recording, prompt, lead) in enumerate(work, 1):
        syllables, wrong, written = listener.wrong(recording, prompt, lead)
        if kind in WHOLE and syllables < SHORT:
            kind = f"short {kind}"  # noqa: PLW2901 - known only now
        score = scores.setdefault(kind, Score())
        score.syllables += syllables
        score.wrong += wrong
        if wrong:
            score.worst.append((wrong, prompt.id, prompt.text, written))
        print(f"[{done}/{len(work)}] {prompt.id}: {wrong} of {syllables}", file=sys.stderr)
    return scores


def report(scores: dict[str, Score]) -> str:
    """The scores as a table, and what was understood worst."""
    lines = [f"{kind:14} {score.syllables:6} syllables {score.share:7.1%} wrong" for kind, score in scores.items()]
    lines.append(
        f"{'whole':14} {whole(scores).syllables:6} syllables {whole(scores).share:7.1%} wrong, prompts and guide"
    )
    worst = sorted((entry for score in scores.values() for entry in score.worst), reverse=True)[:20]
    return "\n".join([*lines, "", *(f"{wrong:3} {name}: {text} → {written}" for wrong, name, text, written in worst)])


def whole(scores: dict[str, Score]) -> Score:
    """The catalogue: prompts and the guide together."""
    parts = [score for kind, score in scores.items() if kind.removeprefix("short ") in WHOLE]
    return Score(sum(part.syllables for part in parts), sum(part.wrong for part in parts))


Heard = tuple[str, bytes, Prompt, int]
"""Kind, recording, what it says, syllables at its beginning that do not count."""


def _prompts(texts: Catalogue, recordings: Recordings) -> Iterator[Heard]:
    for name, prompt in texts.items():
        if not prompt.tone and not name.startswith(VALUE):
            yield "guide" if name.startswith(GUIDE) else "prompts", recordings.audio(name), prompt, 0


def _values(texts: Catalogue, recordings: Recordings) -> Iterator[Heard]:
    chance = random.Random("what is heard")  # noqa: S311 - a sample
    for _ in range(VALUES):
        sums = Decimal(round(10 ** chance.uniform(1, 9))) / 100
        day = dt.date(2015, 1, 1) + dt.timedelta(days=chance.randrange(5000))
        for kind, prompt, value in (
            ("sums", "account.balance", speech.amount(sums)),
            ("dates", "progress.since", speech.date(day)),
            ("tails", "account.tail", speech.digits(f"{chance.randrange(10000):04d}")),
        ):
            yield kind, *_composed(texts[prompt], value, recordings)


def _composed(lead: Prompt, value: Utterance, recordings: Recordings) -> tuple[bytes, Prompt, int]:
    audio = recordings.audio(lead.id) + BREATH + b"".join(map(recordings.audio, value.clips))
    said = lead.text.replace("，", "")
    return audio, Prompt(f"{lead.id} {value.text}", lead.text + value.text, lead.pinyin), len(said)
