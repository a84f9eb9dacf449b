"""How much of a text a listener made out: toneless syllables, told apart as Chinese are by sound. Pure.

What a recogniser writes (traditional or simplified characters, 12329 or 幺二三二九, 5% or 百分之五) is no mistake of the voice,
so each written sign stands for every sound it may have.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

Sounds = frozenset[str]
"""The syllables that a sign may stand for, without tones."""

Readings = Callable[[str], Sequence[str]]
"""A character → all its readings, without tones."""

DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
NUMBER = re.compile(r"\d+(?:\.\d+)?")
HAN = re.compile("[\u4e00-\u9fff]")
TONE = re.compile("[1-5]$")


def expected(text: str, pinyin: Mapping[str, str], read: Callable[[str], Sequence[str]]) -> list[str]:
    """Give the syllables of a text; words with a prescribed reading have that, `read` gives those of the rest."""
    words = "|".join(sorted(pinyin, key=len, reverse=True))
    found: list[str] = []
    for part in re.split(f"({words})", text) if words else [text]:
        if part in pinyin:
            found += [TONE.sub("", syllable) for syllable in pinyin[part].split()]
        else:
            found += read("".join(HAN.findall(part)))
    return found


def heard(text: str, readings: Readings, number: Callable[[str], str]) -> Iterator[list[Sounds]]:
    """Give what was written as sounds: once with numbers digit by digit, once as quantities."""
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", text)
    for style in (_spelled, number):
        yield [
            frozenset(readings(sign)) | ({"yao"} if sign == "一" else set())
            for sign in HAN.findall(NUMBER.sub(lambda found, style=style: style(found[0]), text))  # type: ignore[misc]
        ]


def wrong(expected: Sequence[str], heard: Sequence[Sounds], *, behind: bool = False) -> int:
    """Count the syllables that were missed, added or taken for others (Levenshtein).

    `behind`: what is expected stands at the end of what was heard, whatever stands before it.
    """
    row = [0] * (len(heard) + 1) if behind else list(range(len(heard) + 1))
    for place, syllable in enumerate(expected, 1):
        before, row[0] = row[0], place
        for at, sounds in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (syllable not in sounds))
    return row[-1]


def _spelled(digits: str) -> str:
    return "".join(DIGITS.get(digit, "点") for digit in digits)
