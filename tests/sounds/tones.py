"""A small, quick engine: every character is a syllable-long tone of its own pitch, with silence around the whole."""

import numpy as np

from sounds.catalogue import Prompt
from sounds.engines import Voice

SYLLABLE = 0.2
AROUND = 0.4


class Tones:
    """Speaks in tones, and remembers what it was asked to say."""

    def __init__(self, rate: int = 24000, loudness: float = 0.05) -> None:
        self.rate = rate
        self.loudness = loudness
        self.spoken: list[str] = []

    def speak(self, prompt: Prompt) -> Voice:
        self.spoken.append(prompt.id)
        silence = np.zeros(int(AROUND * self.rate))
        return np.concatenate([silence, *(self._syllable(character) for character in prompt.text), silence]).astype(
            np.float32
        )

    def _syllable(self, character: str) -> Voice:
        time = np.arange(int(SYLLABLE * self.rate)) / self.rate
        return np.asarray(self.loudness * np.sin(2 * np.pi * (200 + ord(character) % 600) * time), dtype=np.float32)
