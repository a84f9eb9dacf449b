"""From a page's keys and paragraphs to what is said, collecting every mistake on the way. Pure."""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from guide.exceptions import Mistake
from guide.page import Page
from guide.spoken import spoken
from ivr.speech import Unspeakable
from sounds import CatalogueError, Prompt
from sounds.catalogue import readings

LONGEST = 100
"""Characters of a paragraph as it is said: some 25 seconds."""

LONGEST_SENTENCE = 70
"""The voice speaks a sentence in one breath, and knows no longer ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """A key's text as it is written, and the prompt that says it."""

    written: str
    prompt: Prompt


@dataclass
class Wording:
    """The content of one page. `prefix` begins the ids of its recordings; `known` are the keys it may have."""

    page: Page
    prefix: str
    known: Collection[str]
    mistakes: list[Mistake] = field(default_factory=list)

    def __post_init__(self) -> None:
        for key in self.page.keys:
            if key not in self.known:
                self.wrong(key, f"there is no such key; expected {', '.join(sorted(self.known))}")
        self._pinyin = self._readings()

    def wrong(self, key: str, what: str, line: int | None = None) -> None:
        """Note a mistake."""
        self.mistakes.append(self.page.mistake(key, what, line))

    def line(self, key: str, longest: int) -> Line | None:
        """A key that is said, at most so many characters; None when it is not usable."""
        written = self.page.keys.get(key)
        if not isinstance(written, str) or not written:
            self.wrong(key, "expected a text")
            return None
        prompt = self._prompt(key, written, self.page.lines[key], longest)
        return Line(written, prompt) if prompt else None

    def paragraphs(self) -> tuple[Prompt, ...]:
        """What the page's body says."""
        prompts = [self._prompt("text", part.text, part.line, LONGEST) for part in self.page.paragraphs]
        return tuple(prompt for prompt in prompts if prompt)

    def date(self, key: str) -> dt.date | None:
        """A day; None when it is not usable."""
        try:
            return dt.date.fromisoformat(str(self.page.keys.get(key, "")))
        except ValueError:
            self.wrong(key, f"expected a day such as 2026-07-01{self._but(key)}")
            return None

    def number(self, key: str, default: int) -> int:
        """A whole number, or the default where there is none."""
        written = self.page.keys.get(key, str(default))
        if isinstance(written, str) and written.isascii() and written.isdigit() and len(written) < 7:
            return int(written)
        self.wrong(key, f"expected a whole number such as 10{self._but(key)}")
        return default

    def _but(self, key: str) -> str:
        return f", not {self.page.keys[key]!r}" if key in self.page.keys else ""

    def _prompt(self, key: str, written: str, line: int, longest: int) -> Prompt | None:
        """Make the prompt. Its id names its words, so that a changed text is another recording, whoever still plays the old."""
        try:
            text = spoken(written)
        except Unspeakable as error:
            self.wrong(key, str(error), line)
            return None
        if len(text) > longest:
            self.wrong(key, f"expected at most {longest} characters as they are said, not {len(text)}: {text}", line)
            return None
        if long := next(
            (part for part in text.replace("！", "。").replace("？", "。").split("。") if len(part) > LONGEST_SENTENCE),
            "",
        ):
            self.wrong(key, f"expected sentences of at most {LONGEST_SENTENCE} characters: {long}", line)
            return None
        name = hashlib.sha256(text.encode()).hexdigest()[:8]
        return Prompt(
            f"{self.prefix}/{name}", text, {word: said for word, said in self._pinyin.items() if word in text}
        )

    def _readings(self) -> Mapping[str, str]:
        """The page's own readings of words."""
        try:
            return readings("pinyin", self.page.keys.get("pinyin", {}))
        except CatalogueError as error:
            self.wrong("pinyin", str(error).removeprefix("pinyin: "))
            return {}
