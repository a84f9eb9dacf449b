"""gTTS: Google's voice, online. Its MP3 is decoded by libsndfile."""

import io

import numpy as np

from sounds.catalogue import Prompt
from sounds.engines import Voice
from sounds.exceptions import EngineMissing


class Gtts:
    """The online engine; needs the internet while building, never while calls run."""

    rate = 24000

    def __init__(self, language: str = "zh-CN") -> None:
        try:
            import gtts  # noqa: PLC0415
            import soundfile  # noqa: PLC0415
        except ImportError as error:
            raise EngineMissing(f"{error.name} is not installed; run `make voice`") from None
        self._gtts, self._soundfile, self._language = gtts, soundfile, language

    def speak(self, prompt: Prompt) -> Voice:
        """Fetch and decode one prompt."""
        mp3 = io.BytesIO()
        try:
            self._gtts.gTTS(prompt.text, lang=self._language).write_to_fp(mp3)
        except (self._gtts.gTTSError, OSError) as error:
            raise EngineMissing(f"gTTS cannot be reached ({error}); the offline engine is `--engine kokoro`") from None
        mp3.seek(0)
        samples, rate = self._soundfile.read(mp3, dtype="float32", always_2d=True)
        self.rate = rate
        return np.asarray(samples.mean(axis=1), dtype=np.float32)
