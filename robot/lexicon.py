"""The sounds an ear knows, prepared once: what may be heard, and a quick search for how one of them begins. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from sounds import alaw
from sounds.catalogue import Catalogue
from sounds.recordings import Recordings

Samples = npt.NDArray[np.int16]
Wave = npt.NDArray[np.float32]

RATE = 8000
STEP = 4  # the coarse look goes at 2 kHz: a voice's strongest harmonics are below 1 kHz
PROBE = 4800  # samples of a beginning that are compared: 0.6 s
REACH = 3200  # a beginning is looked for within so many samples
FLOOR = 30.0  # RMS below which there is silence: a tenth of quiet speech on an A-law line
MIDDLE = 8000  # samples compared where a sound may be entered in its middle: the same words occur in many
ALIKE = 0.5  # of a slice being followed: measured, true ≥ 0.89 above 10 dB of noise, other words ≤ 0.33
BEGUN = 0.65  # of a beginning: the same voice begins other sounds with the same syllable, up to 0.6 alike
SAME = 0.85  # the same recording, not the same words again
MAYBE = 0.4  # at the coarse look, which may be half a sample off
CANDIDATES = 40
PITCH = 120  # samples: 15 ms, more than a period of any voice
PAUSE = 0.02  # of a sound's usual power: below it nothing is being said
NOISE = 0.06  # and up to here it may be noise on the line
_TRANSFORM = 2048
_LOW_PASS = signal.firwin(65, 900, fs=RATE).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """One known sound. Several ids share it when their recordings are the same byte by byte."""

    ids: tuple[str, ...]
    text: str
    wave: Wave  # without the silence at both ends
    lead: int  # samples of silence cut off in front
    tail: int  # and behind
    power: float  # mean square


@dataclass(frozen=True, slots=True)
class Beginning:
    """A sound that seems to begin at `start` (samples from the window's first), or goes on from `offset` in it."""

    sound: Sound
    start: int
    score: float
    offset: int = 0


class Lexicon:
    """Known sounds by id; immutable, shared by every ear of a process."""

    def __init__(self, sounds: Mapping[str, tuple[str, Samples]]) -> None:
        """Take id → (text, 8 kHz samples)."""
        self._given = dict(sounds)
        same: dict[bytes, list[str]] = {}
        for name, (_, samples) in sounds.items():
            same.setdefault(samples.tobytes(), []).append(name)
        self.sounds = tuple(
            _sound(tuple(names), *sounds[names[0]]) for names in same.values() if loud(sounds[names[0]][1]).any()
        )

    @classmethod
    def of_recordings(cls, catalogue: Catalogue, recordings: Recordings) -> Self:
        """Know everything the product can say."""
        return cls({name: (prompt.text, alaw.decode(recordings.audio(name))) for name, prompt in catalogue.items()})

    def plus(self, sounds: Mapping[str, tuple[str, Samples]]) -> "Lexicon":
        """Know these besides, such as the music or a person's voice."""
        return Lexicon({**self._given, **sounds})

    def prepare(self) -> Self:
        """Do now what the first search would do, most of a second, while nobody is on the line; itself."""
        for _ in (self._lengths, self._energies, self._spectra, self._corpus, self.usual):
            pass  # each is kept once it was asked for
        return self

    def __contains__(self, name: object) -> bool:
        return name in self._given

    def begins(self, window: Wave) -> list[Beginning]:
        """What begins within the first REACH samples of a window of REACH + PROBE, the likeliest first."""
        coarse = _coarse(window)
        lags = REACH // STEP
        spectrum = fft.rfft(coarse, _TRANSFORM)
        found = fft.irfft(self._spectra * spectrum, _TRANSFORM, axis=1)[:, :lags]
        energy = np.concatenate(([0.0], np.cumsum(coarse.astype(np.float64) ** 2)))
        energy = np.concatenate((energy, np.full(_TRANSFORM + lags - len(energy), energy[-1])))
        ends = np.arange(lags)[None, :] + self._lengths[:, None]
        local = energy[ends] - energy[None, :lags]
        scores = found / np.sqrt(self._energies[:, None] * (local + _floor(self._lengths)[:, None]))
        places = scores.argmax(axis=1)
        best = scores[np.arange(len(places)), places]
        order = np.argsort(-best)[:CANDIDATES]
        near = [_near(window, self.sounds[n], int(places[n]) * STEP, 2 * STEP) for n in order if best[n] > MAYBE]
        # The coarse look may take a beginning for one a pitch period off.
        near = [_near(window, one.sound, one.start, PITCH) for one in near if one and one.score > ALIKE]
        return sorted((one for one in near if one and one.score > BEGUN), key=lambda one: -one.score)

    def goes_on(self, window: Wave) -> Beginning | None:
        """Whether a window of MIDDLE samples comes from the middle of a long sound, and from where in it."""
        probe = _coarse(window)
        corpus, energy, spectrum, size = self._corpus
        if not len(corpus):
            return None
        found = fft.irfft(spectrum * np.conj(fft.rfft(probe, size)), size)[: len(corpus) - len(probe)]
        local = energy[len(probe) : len(probe) + len(found)] - energy[: len(found)]
        scores = found / np.sqrt((probe @ probe) * (local + len(probe) * FLOOR**2))
        place = int(scores.argmax())
        if scores[place] < ALIKE:
            return None
        sound, start = next((sound, start) for sound, start, end in self._places if start <= place < end)
        middle = (place - start) * STEP
        return _inside(window, sound, middle)

    @cached_property
    def usual(self) -> float:
        """The usual power of what is known: much weaker sounds are noise."""
        return float(np.median([sound.power for sound in self.sounds]))

    @cached_property
    def _coarse_probes(self) -> list[Wave]:
        return [_coarse(sound.wave[:PROBE]) for sound in self.sounds]

    @cached_property
    def _lengths(self) -> npt.NDArray[np.int64]:
        return np.array([len(probe) for probe in self._coarse_probes])

    @cached_property
    def _energies(self) -> npt.NDArray[np.float64]:
        return np.array([float(probe @ probe) for probe in self._coarse_probes])

    @cached_property
    def _spectra(self) -> npt.NDArray[np.complex64]:
        return np.conj(np.array([fft.rfft(probe, _TRANSFORM) for probe in self._coarse_probes], dtype=np.complex64))

    @cached_property
    def _places(self) -> list[tuple[Sound, int, int]]:
        """Where each long sound stands in the corpus, at the coarse rate."""
        places, at = [], 0
        for sound in self.sounds:
            if len(sound.wave) > 2 * PROBE:
                end = at + -(-len(sound.wave) // STEP)
                places.append((sound, at, end))
                at = end
        return places

    @cached_property
    def _corpus(self) -> tuple[Wave, npt.NDArray[np.float64], npt.NDArray[np.complex64], int]:
        parts = [_coarse(sound.wave)[: end - start] for sound, start, end in self._places]
        corpus = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        size = fft.next_fast_len(len(corpus) + MIDDLE // STEP, real=True)
        energy = np.concatenate(([0.0], np.cumsum(corpus.astype(np.float64) ** 2)))
        return corpus, energy, fft.rfft(corpus, size), size


def likeness(heard: Wave, known: Wave, usual: float = 0.0) -> float:
    """Normalised correlation of two stretches of one length. `usual`: the power of the known sound where it speaks.

    A pause is like a pause, also on a noisy line; but not like speech.
    """
    size = min(len(heard), len(known))
    heard, known = heard[:size], known[:size]
    floor = size * FLOOR**2
    mine, theirs = float(known @ known), float(heard @ heard)
    if mine < max(floor, PAUSE * size * usual):
        return 1.0 if theirs < max(4 * floor, NOISE * size * usual) else 0.0
    return float(heard @ known) / float(np.sqrt(mine * (theirs + floor)))


def loud(samples: npt.NDArray[np.generic], frame: int = 160) -> npt.NDArray[np.bool_]:
    """Tell for each whole frame whether anything sounds in it."""
    frames = samples[: len(samples) // frame * frame].astype(np.float32).reshape(-1, frame)
    return np.asarray(np.sqrt((frames**2).mean(axis=1)) > FLOOR)


def _sound(ids: tuple[str, ...], text: str, samples: Samples) -> Sound:
    wave = samples.astype(np.float32)
    strong = np.flatnonzero(np.abs(wave) > max(2 * FLOOR, 0.02 * float(np.abs(wave).max())))
    first, last = int(strong[0]), int(strong[-1]) + 1
    wave = wave[first:last]
    return Sound(ids, text, wave, first, len(samples) - last, float(wave @ wave) / len(wave))


def _coarse(wave: Wave) -> Wave:
    delay = len(_LOW_PASS) // 2
    filtered: Wave = signal.upfirdn(_LOW_PASS, np.concatenate((wave, np.zeros(delay, np.float32))))
    return filtered[delay : delay + len(wave) : STEP].astype(np.float32)


def _floor(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(lengths * FLOOR**2, np.float64)


def _near(window: Wave, sound: Sound, place: int, around_it: int) -> Beginning | None:
    """Look again at the full rate, so many samples around a place."""
    probe = sound.wave[:PROBE]
    first = max(0, place - around_it)
    around = window[first : place + around_it + len(probe)]
    if len(around) < len(probe):
        return None
    score, lag = _best(around, probe)
    return Beginning(sound, first + lag, score)


def _inside(window: Wave, sound: Sound, middle: int) -> Beginning | None:
    first = max(0, middle - 2 * STEP)
    around = sound.wave[first : middle + 2 * STEP + len(window)]
    if len(around) < len(window):
        return None
    score, lag = _best(around, window)
    return Beginning(sound, -(first + lag), score, first + lag) if score > SAME else None


def _best(around: Wave, probe: Wave) -> tuple[float, int]:
    """Where in `around` the probe fits best, and how well."""
    dots = np.correlate(around, probe, "valid")
    energy = np.concatenate(([0.0], np.cumsum(around.astype(np.float64) ** 2)))
    local = energy[len(probe) :] - energy[: len(dots)]
    scores = dots / np.sqrt(float(probe @ probe) * (local + len(probe) * FLOOR**2))
    lag = int(scores.argmax())
    return float(scores[lag]), lag
