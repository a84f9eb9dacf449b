"""Mandarin sentence → phonemes: cut into words, each word's syllables, each syllable's phonemes. Pure.

Who cuts, reads and transcribes is given (jieba, pypinyin and misaki for Kokoro), so that the order of their work and the
readings that the catalogue prescribes can be tested without them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

RUNS = re.compile("([\u4e00-\u9fff]+)")


@dataclass(frozen=True, slots=True)
class Mandarin:
    """A front end. Syllables are pinyin with the tone as a figure."""

    cut: Callable[[str], list[str]]
    """A run of characters → words."""
    read: Callable[[str], list[str]]
    """A word → syllables, sandhi done."""
    transcribe: Callable[[str], str]
    """A syllable → phonemes."""
    punctuate: Callable[[str], str]
    """Chinese punctuation → the marks that the voice knows."""

    def phonemes(self, text: str, readings: Mapping[str, str]) -> str:
        """Give a sentence's phonemes, words apart by a space. A word with a prescribed reading is said exactly so."""
        runs = RUNS.split(self.punctuate(text))  # every second one is of Chinese characters
        for place in range(1, len(runs), 2):
            words = self._words(runs[place], readings)
            runs[place] = " ".join("".join(map(self.transcribe, word)) for word in words)
        return "".join(runs)

    def _words(self, text: str, readings: Mapping[str, str]) -> Iterator[list[str]]:
        """Take out the words with prescribed readings, the longest first; the rest is cut and read as usual."""
        prescribed = "|".join(sorted(readings, key=len, reverse=True))
        for piece in re.split(f"({prescribed})", text) if prescribed else [text]:
            if piece in readings:
                yield readings[piece].split()
            elif piece:
                yield from map(self.read, self.cut(piece))
