"""Studio recordings dropped in by id: <folder>/<id>.wav, any rate, one channel or more."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.io import wavfile

from sounds.catalogue import Prompt
from sounds.engines import Voice
from sounds.exceptions import NothingHeard


class Studio:
    """A folder of what a speaker recorded. It comes before any engine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.rate = 0

    def take(self, prompt: Prompt) -> str:
        """Name the recording by its content; empty when there is none. A new take is another name."""
        file = self._file(prompt)
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""

    def speak(self, prompt: Prompt) -> Voice:
        """Read the recording; NothingHeard when it is no WAV file."""
        try:
            self.rate, samples = wavfile.read(self._file(prompt))
        except ValueError as error:
            raise NothingHeard(f"{self._file(prompt)} is no WAV file ({error})") from None
        mono = _scaled(samples)
        return np.asarray(mono if mono.ndim == 1 else mono.mean(axis=1), dtype=np.float32)

    def _file(self, prompt: Prompt) -> Path:
        return self._folder / f"{prompt.id}.wav"


def _scaled(samples: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Between −1 and 1. Eight-bit WAV counts from 128, other whole numbers from 0, floats are so already."""
    wave = samples.astype(np.float64)
    if samples.dtype == np.uint8:
        return (wave - 128) / 128
    return wave / -float(np.iinfo(samples.dtype).min) if samples.dtype.kind == "i" else wave
