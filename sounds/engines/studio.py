"""Studio recordings dropped in by id: <folder>/<id>.wav."""

from pathlib import Path

import numpy as np
from scipy.io import wavfile

from sounds.catalogue import Prompt
from sounds.engines import Engine, Voice


class Studio:
    """Takes what a speaker recorded, and another engine's voice for the rest."""

    def __init__(self, folder: Path, otherwise: Engine) -> None:
        self._folder, self._otherwise = folder, otherwise
        self.rate = otherwise.rate

    def speak(self, prompt: Prompt) -> Voice:
        """Read the recording, or let the other engine speak."""
        file = self._folder / f"{prompt.id}.wav"
        if not file.is_file():
            self.rate = self._otherwise.rate
            return self._otherwise.speak(prompt)
        self.rate, samples = wavfile.read(file)
        scale = float(np.iinfo(samples.dtype).max) if np.issubdtype(samples.dtype, np.integer) else 1.0
        mono = samples if samples.ndim == 1 else samples.mean(axis=1)
        return np.asarray(mono / scale, dtype=np.float32)
