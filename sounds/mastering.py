"""From an engine's voice to a telephone recording: trimmed, equally loud, 8 kHz A-law. Pure.

Loudness is the active speech level: the mean power of the 20 ms frames that lie within 25 dB of the loudest, which for
short pieces is steadier than a gated programme loudness. −22 dBFS of it leaves most peaks alone; what would go beyond full
scale is turned down for the few milliseconds around it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal

from sounds import alaw
from sounds.engines import Voice
from sounds.exceptions import NothingHeard

LEVEL = -22.0
"""Active speech level of every recording, dBFS."""

PEAK = 0.95
"""Of full scale."""

LIMITING = 0.01
"""Seconds around a peak in which it is turned down."""

NOTHING = 1e-3
"""A recording whose loudest sample is below this (−60 dBFS) holds no voice."""

FRAME = 0.02
ACTIVE = 25.0
"""Frames this many dB below the loudest still are speech."""

AUDIBLE = 45.0
"""Frames this many dB below the loudest are silence at the ends, unless the recording's own noise is louder."""

FADED = 30.0
"""Frames this many dB below the loudest are the end of a prompt: a man's voice breathes on for a fifth of a second."""

STRONG = 0.02
"""Of the highest peak: what is beyond is heard, however weak the frame around it."""

NOISE = 6.0
"""dB above the noise floor that are speech, where a studio hisses."""

PRESENCE = 0.6
"""First-order emphasis, 12 dB from the lowest to the highest frequency: what is left of s, q and j below 4 kHz."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Seconds left before and after what is audible, which ends where it is `faded` dB below the loudest."""

    before: float
    after: float
    faded: float


PROMPT = Edges(0.06, 0.1, FADED)
PIECE = Edges(0.06, 0.06, AUDIBLE)
"""Pieces of values follow each other as words of one sentence, and keep their last sounds."""


def master(voice: Voice, rate: int, edges: Edges) -> bytes:
    """Give the A-law codes of a finished recording; NothingHeard when there is only silence."""
    if not len(voice) or float(np.abs(voice).max()) < NOTHING:
        raise NothingHeard("the recording is silent")
    narrow = signal.resample_poly(voice.astype(np.float64), alaw.RATE, rate)
    band = signal.butter(4, 100, "highpass", fs=alaw.RATE, output="sos")
    # Mirrored far enough at the ends for the slowest hum, which would ring there and pass for a voice.
    narrow = np.asarray(signal.sosfiltfilt(band, narrow, padlen=min(len(narrow) - 1, alaw.RATE // 5)))
    narrow = _trimmed(np.append(narrow[:1], narrow[1:] - PRESENCE * narrow[:-1]), edges)
    gain = 10 ** ((LEVEL - active_level(narrow)) / 20)
    return alaw.encode(np.round(_limited(narrow * gain) * 32767).astype(np.int16))


def tone(frequency: float = 800.0, seconds: float = 0.35) -> bytes:
    """A beep, faded in and out."""
    time = np.arange(int(seconds * alaw.RATE)) / alaw.RATE
    fade = np.minimum(1, np.minimum(time, seconds - time) / 0.02)
    return alaw.encode(np.round(0.25 * 32767 * fade * np.sin(2 * np.pi * frequency * time)).astype(np.int16))


def active_level(samples: np.ndarray) -> float:
    """Active speech level in dBFS of samples between −1 and 1."""
    power = _power(samples, FRAME)
    loud = power[power > power.max() * 10 ** (-ACTIVE / 10)]
    return float(10 * np.log10(loud.mean() + 1e-12))


def _limited(samples: np.ndarray) -> np.ndarray:
    """Turn down what is beyond the peak, smoothly: each moment by the least gain around it, averaged over as long."""
    width = int(LIMITING * alaw.RATE) | 1
    gain = PEAK / np.maximum(np.abs(samples), PEAK)
    return np.asarray(samples * ndimage.uniform_filter1d(ndimage.minimum_filter1d(gain, width), width))


def _power(samples: np.ndarray, frame: float) -> np.ndarray:
    size = int(frame * alaw.RATE)
    padded = np.pad(samples, (0, -len(samples) % size))
    return np.asarray((padded.reshape(-1, size) ** 2).mean(axis=1))


def _trimmed(samples: np.ndarray, edges: Edges) -> np.ndarray:
    """Cut to what is audible and its edges: of the recording itself, so that a soft s is not cut off, else of silence."""
    frame = FRAME / 4
    power, size = _power(samples, frame), int(frame * alaw.RATE)
    noise = min(np.percentile(power, 5) * 10 ** (NOISE / 10), power.max() * 10 ** (-ACTIVE / 10))
    begun, ended = (
        np.flatnonzero(power > max(power.max() * 10 ** (-below / 10), noise)) for below in (AUDIBLE, edges.faded)
    )
    strong = np.flatnonzero(np.abs(samples) > STRONG * np.abs(samples).max())
    before, after = int(edges.before * alaw.RATE), int(edges.after * alaw.RATE)
    first = min(int(begun[0]) * size, int(strong[0])) - before
    last = max((int(ended[-1]) + 1) * size, int(strong[-1]) + 1) + after
    voice = np.pad(samples, (before, after + size))[first + before : last + before].copy()
    fade = np.linspace(0, 1, size)
    voice[:size] *= fade
    voice[-size:] *= fade[::-1]
    return voice
