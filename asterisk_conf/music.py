"""What waiting callers hear: made here, so that nobody's rights are touched.

The operator may point Plan.music at a folder of recordings instead.
"""

import math
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

RATE = 8000
BEAT = 0.75  # seconds
DECAY = 1.6  # per second
QUIET = 5000  # of 32767: music is to be talked over in the mind
# A pentatonic walk (宫 商 角 徵 羽) in C, as semitones above middle C; None is a rest.
MELODY: tuple[int | None, ...] = (
    0, 4, 7, 9, 7, 4, 2, None, 2, 4, 7, 12, 9, 7, 4, None,
    9, 7, 9, 12, 14, 12, 9, None, 7, 4, 2, 4, 0, None, None, None,
)  # fmt: skip
MIDDLE_C = 261.63


def write_music(folder: Path) -> Path:
    """Write the melody into `folder` unless it is there; give the file."""
    file = folder / "waiting.wav"
    if not file.exists():
        samples = array("h", bytes(2 * round(RATE * BEAT * len(MELODY))))
        for place, semitones in enumerate(MELODY):
            if semitones is not None:
                _strike(samples, round(place * BEAT * RATE), MIDDLE_C * 2 ** (semitones / 12))
        _write(file, samples)
    return file


def _strike(samples: "array[int]", start: int, pitch: float) -> None:
    """Add one plucked note that rings for three beats at most, from the top again at the end of the loop."""
    step = 2 * math.pi * pitch / RATE
    for n in range(round(3 * BEAT * RATE)):
        loudness = QUIET * math.exp(-DECAY * n / RATE) * min(1.0, n / 80)
        place = (start + n) % len(samples)
        value = samples[place] + loudness * (math.sin(step * n) + 0.3 * math.sin(2 * step * n))
        samples[place] = max(-32768, min(32767, round(value)))


def _write(file: Path, samples: Iterable[int]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(".draft")
    with wave.open(str(draft), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(array("h", samples).tobytes())
    draft.replace(file)
