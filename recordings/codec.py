"""Two voices as Asterisk writes them → Ogg/Opus, the caller left and the agent right.

Compression 0.96 of libsndfile's scale is some 33 kbit/s, 15 MB an hour. Below it libopus begins to mix the sides into
each other: see docs/decisions/0080.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

RATE = 8000
CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS
COMPRESSION = 0.96
CONTENT_TYPE = "audio/ogg"
ENDING = ".ogg"
BLOCK_FRAMES = 10 * RATE


@dataclass(frozen=True, slots=True)
class Encoded:
    """A small file and how long it plays, seconds."""

    data: bytes
    seconds: float


def encode(file: Path) -> Encoded:
    """Read interleaved 16-bit samples at 8 kHz, as MixMonitor's option D writes them; nothing plain touches a disk again."""
    small, frames = io.BytesIO(), 0
    with (
        file.open("rb") as raw,
        soundfile.SoundFile(
            small, "w", RATE, CHANNELS, subtype="OPUS", format="OGG", compression_level=COMPRESSION
        ) as sound,
    ):
        while block := raw.read(BLOCK_FRAMES * FRAME_BYTES):
            # A recording that was cut in the middle of a frame loses that frame.
            samples = np.frombuffer(block[: len(block) // FRAME_BYTES * FRAME_BYTES], dtype="<i2")
            sound.write(samples.reshape(-1, CHANNELS))
            frames += len(samples) // CHANNELS
    return Encoded(small.getvalue(), frames / RATE)


def decode(data: bytes) -> "np.typing.NDArray[np.int16]":
    """Give the samples, a row a moment: caller, agent."""
    samples, _ = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    return np.asarray(samples, np.int16)
