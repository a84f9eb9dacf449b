"""What is said, in words: the prompts of catalogue.toml and the pieces that values are spoken from."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sounds.exceptions import CatalogueError

VOICING = 4
"""Raised when engines or mastering change so that everything must be voiced again."""

NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
HAN = re.compile("[\u4e00-\u9fff]+")
SPOKEN = re.compile("[\u4e00-\u9fff，。！？、；：]+")
SYLLABLE = re.compile("[a-z]+[1-5]")

FILE = Path(__file__).parent / "catalogue.toml"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text to be voiced. `pinyin` maps a word to its reading where the front end errs; `tone`: a beep, no voice."""

    id: str
    text: str
    pinyin: Mapping[str, str] = field(default_factory=dict)
    tone: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes when the recording has to be made again."""
        readings = ";".join(f"{word}={reading}" for word, reading in sorted(self.pinyin.items()))
        return hashlib.sha256(f"{VOICING}|{self.text}|{readings}".encode()).hexdigest()[:16]


class Catalogue(Mapping[str, Prompt]):
    """Every prompt by its id."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)

    @classmethod
    def load(
        cls, file: Path = FILE, pieces: Mapping[str, str] | None = None, prompts: Iterable[Prompt] = ()
    ) -> "Catalogue":
        """Read the file, add the pieces of values (id → text) and prompts from elsewhere.

        The readings of [pinyin] hold for all of them. CatalogueError names the mistake and its place.
        """
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CatalogueError(f"{file}: {error}") from None
        if unknown := tables.keys() - {"pinyin", "prompts"}:
            raise CatalogueError(f"{file}: expected the tables pinyin and prompts, not {sorted(unknown)}")
        common = readings(f"{file}: pinyin", tables.get("pinyin", {}))
        found = {
            name: _prompt(f"{file}: prompts.{name}", name, table, common)
            for name, table in tables.get("prompts", {}).items()
        }
        for name, text in (pieces or {}).items():
            found[name] = Prompt(name, text, _occurring(common, text))
        for prompt in prompts:
            found[prompt.id] = replace(prompt, pinyin=_occurring({**common, **prompt.pinyin}, prompt.text))
        return cls(found)

    def __getitem__(self, name: str) -> Prompt:
        return self._prompts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)


def _prompt(place: str, name: str, table: object, common: Mapping[str, str]) -> Prompt:
    if not NAME.fullmatch(name):
        raise CatalogueError(f"{place}: expected an id of small letters, digits, _ and dots")
    if (
        not isinstance(table, dict)
        or not isinstance(table.get("text"), str)
        or table.keys() - {"text", "pinyin", "tone"}
    ):
        raise CatalogueError(f"{place}: expected text, and perhaps pinyin or tone")
    text, tone = table["text"], table.get("tone", False)
    if not isinstance(tone, bool):
        raise CatalogueError(f"{place}: expected tone = true or false")
    if not HAN.search(text) or not SPOKEN.fullmatch(text):
        raise CatalogueError(f"{place}: expected Chinese as it is spoken: figures and letters in characters, no spaces")
    own = readings(f"{place}.pinyin", table.get("pinyin", {}))
    if lost := [word for word in own if word not in text]:
        raise CatalogueError(f"{place}.pinyin: {lost[0]} does not occur in the text")
    return Prompt(name, text, _occurring({**common, **own}, text), tone)


def readings(place: str, table: object) -> dict[str, str]:
    """Check words against their syllables: one for each character, tones 1–5, ü written v; CatalogueError otherwise."""
    if not isinstance(table, dict):
        raise CatalogueError(f'{place}: expected word = "reading", such as 还款 = "huan2 kuan3"')
    for word, reading in table.items():
        syllables = reading.split() if isinstance(reading, str) else []
        if not HAN.fullmatch(word) or len(syllables) != len(word) or not all(map(SYLLABLE.fullmatch, syllables)):
            raise CatalogueError(
                f"{place}: {word}: expected {len(word)} syllables such as huan2 kuan3, not {reading!r}"
            )
    return dict(table)


def _occurring(pinyin: Mapping[str, str], text: str) -> dict[str, str]:
    """Keep only the readings of words that occur, so that a new reading re-voices only what it touches."""
    return {word: reading for word, reading in pinyin.items() if word in text}
