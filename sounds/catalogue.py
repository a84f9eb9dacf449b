"""What is said, in words: the prompts of catalogue.toml and the pieces that values are spoken from."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sounds.exceptions import CatalogueError

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
        return hashlib.sha256(f"{self.text}|{readings}".encode()).hexdigest()[:16]


class Catalogue(Mapping[str, Prompt]):
    """Every prompt by its id."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)

    @classmethod
    def load(cls, file: Path = FILE, pieces: Mapping[str, str] | None = None) -> "Catalogue":
        """Read the file, add the pieces of values (id → text); CatalogueError names each mistake."""
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CatalogueError(f"{file}: {error}") from None
        common: dict[str, str] = tables.get("pinyin", {})
        prompts: dict[str, Prompt] = {}
        for name, table in tables.get("prompts", {}).items():
            unknown = table.keys() - {"text", "pinyin", "tone"}
            if unknown or not isinstance(table.get("text"), str) or not table["text"].strip():
                raise CatalogueError(
                    f"{file}: prompts.{name}: expected text, and perhaps pinyin or tone; has {sorted(table)}"
                )
            prompts[name] = _prompt(
                name, table["text"], common | table.get("pinyin", {}), tone=table.get("tone", False)
            )
        for name, text in (pieces or {}).items():
            prompts[name] = _prompt(name, text, common, tone=False)
        return cls(prompts)

    def __getitem__(self, name: str) -> Prompt:
        return self._prompts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)


def _prompt(name: str, text: str, pinyin: Mapping[str, str], *, tone: bool) -> Prompt:
    """Keep only the readings of words that occur, so that a new reading re-voices only what it touches."""
    return Prompt(name, text, {word: reading for word, reading in pinyin.items() if word in text}, tone)
