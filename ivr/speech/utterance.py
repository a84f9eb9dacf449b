"""What is said: the words and the recordings that carry them, side by side."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words in Mandarin, and the ids of the recordings that say exactly these words in this order."""

    text: str
    clips: tuple[str, ...]

    def __add__(self, other: "Utterance") -> "Utterance":
        return Utterance(self.text + other.text, self.clips + other.clips)

    def __bool__(self) -> bool:
        return bool(self.clips)

    @classmethod
    def silence(cls) -> Self:
        """Nothing said: what sums start from."""
        return cls("", ())
