"""Prompts as pure tones: a test knows what a telephone heard by the pitches that arrived."""

from dataclasses import dataclass

import numpy as np

from sounds.alaw import RATE, decode, encode

WINDOW = 400  # samples, 50 ms: pitches 20 Hz apart are told apart
LOUD = 500.0
MIXED = 1500.0
"""Amplitude of a pitch among others; a voice alone has 8000."""

PITCHES = {
    "emergency.sorry": 400,
    "emergency.choose": 560,
    "emergency.message": 720,
    "emergency.thanks": 880,
    "emergency.goodbye": 1040,
    "agent.recorded": 1200,
    "beep": 1360,
    "announcement": 1520,
    "agent": 1840,
    "too early": 2000,
    "caller": 2160,
    "wait.still": 2640,
    "wait.overflow": 2800,
    "place one": 2960,
    "place two": 3120,
    "place three": 3280,
    "one minute": 3440,
    "two minutes": 240,
    "self-service": 2480,
    "supervisor": 2320,
    "expert.connecting": 480,
    "expert.back": 640,
    "expert.returned": 800,
    "whisper": 960,
    "expert": 1120,
    "expert.asking": 320,
    "expert.gone": 1280,
    "query.yes": 1440,
    "query.no": 1600,
    "music": 1680,
}
"""Each 80 Hz from the next: a window's own resolution is 20 Hz."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One pitch, from when to when, in seconds of the stream."""

    name: str
    start: float
    end: float


def tone(name: str, seconds: float) -> bytes:
    """Give a named pitch as A-law."""
    time = np.arange(round(RATE * seconds)) / RATE
    return encode((8000 * np.sin(2 * np.pi * PITCHES[name] * time)).astype(np.int16))


def heard(alaw: bytes) -> list[Heard]:
    """Give what is in a stream, silence left out, neighbours of one pitch joined."""
    return heard_in(decode(alaw[: len(alaw) // WINDOW * WINDOW]).astype(np.float64))


def mixed(alaw: bytes) -> set[str]:
    """Every pitch that is in a stretch of sound, where voices are mixed."""
    return mixed_in(decode(alaw).astype(np.float64))


def mixed_in(samples: np.ndarray) -> set[str]:
    """The same of samples."""
    time = np.arange(len(samples)) / RATE
    strength = {name: abs(np.mean(samples * np.exp(-2j * np.pi * hertz * time))) * 2 for name, hertz in PITCHES.items()}
    return {name for name, amplitude in strength.items() if amplitude > MIXED}


def heard_in(samples: "np.typing.NDArray[np.float64]") -> list[Heard]:
    """The same for samples."""
    found: list[Heard] = []
    names, step = list(PITCHES), WINDOW / RATE
    wave = np.exp(-2j * np.pi * np.outer(list(PITCHES.values()), np.arange(WINDOW)) / RATE)
    for index, window in enumerate(samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)):
        strength = np.abs(wave @ window) * 2 / WINDOW
        best = int(strength.argmax())
        if strength[best] < LOUD:
            continue
        if found and found[-1].name == names[best] and index * step - found[-1].end < 2 * step:
            found[-1] = Heard(names[best], found[-1].start, (index + 1) * step)
        else:
            found.append(Heard(names[best], index * step, (index + 1) * step))
    return found
