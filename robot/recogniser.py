"""Sound in, what was said out: follows known recordings through what is heard, without I/O and without waiting.

Two ways take turns. *Searching*: something sounds and nobody knows what; the lexicon says which sounds may begin here.
*Following*: each of these is compared slice by slice with what comes, until one is left and ends, or is cut off by a
key, or several were the same all the way. So the costly search runs only where one sound ends and another begins.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from robot.lexicon import (
    ALIKE,
    FLOOR,
    MIDDLE,
    NOISE,
    PAUSE,
    PROBE,
    RATE,
    REACH,
    Lexicon,
    Samples,
    Sound,
    Wave,
    likeness,
    loud,
)

SLICE = 1600  # samples compared at a time: 0.2 s
SLIPPED = 0.85  # so much alike at another place nearby: the same words, only later
DRIFT = 400  # a slice may have slipped by so many samples: two clocks, a packet late
BLOCK = 160  # the cut is found in steps of 20 ms
BLOCK_ALIKE = 0.7
ENDING = 800  # what is missing of a sound's last 0.1 s is not missed
SURE = 4000  # a sound is named once so much of it was followed and no other is possible
LEAST = 2400  # and nothing shorter than this is believed, unless it is all of the sound
BEHIND = 0.2  # a sound this much less alike than the best is given up
TOGETHER = 400  # samples within which two sounds begin at the same place
STRANGE = 4800  # an unknown sound is reported from 0.6 s on
UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of the call. `at` and `until`: seconds from the first sample; `score`: 0…1.

    `ids` has every prompt whose recording is this very sound; it is empty for a sound nobody knows. `cut`: it stopped
    before its end. `going_on`: it has not ended yet, `until` is how far it was followed.
    """

    ids: tuple[str, ...]
    text: str
    at: float
    until: float
    score: float
    cut: bool = False
    going_on: bool = False

    @property
    def id(self) -> str:
        """The first of its ids; empty for an unknown sound."""
        return self.ids[0] if self.ids else UNKNOWN


@dataclass(slots=True)
class Track:
    """One sound that may be what is heard. Positions in samples: `origin` in the call, the others in the sound.

    `done`: compared so far; `good`: up to here something was said and was alike;
    `sure`: the same, by whole slices.
    """

    sound: Sound
    origin: int
    entered: int = 0
    done: int = 0
    good: int = 0
    sure: int = 0
    dot: float = 0.0
    known: float = 0.0
    heard: float = 0.0
    over: bool = False

    @property
    def score(self) -> float:
        """How alike what was compared is, 0…1."""
        return self.dot / float(np.sqrt(self.known * self.heard)) if self.known and self.heard else 0.0

    @property
    def whole(self) -> bool:
        """It was heard to its end."""
        return self.good >= len(self.sound.wave) - ENDING


@dataclass(slots=True)
class Recogniser:
    """Feed it sound; read `heard`, whose last entry may still be going on."""

    lexicon: Lexicon
    heard: list[Heard] = field(default_factory=list)
    frontier: int = 0  # everything before it is explained or given up
    last_loud: int = 0  # the end of the last frame in which anything sounded
    _sound: list[Samples] = field(default_factory=list)
    _wave: Wave = field(default_factory=lambda: np.zeros(1 << 16, np.float32))
    _size: int = 0
    _tracks: list[Track] = field(default_factory=list)
    _named: int | None = None  # where in `heard` the sound being followed stands
    _strange: int | None = None  # where an unknown sound began
    _last: Track | None = None  # of the last known sound, the last entry of `heard`
    _explained: int = 0  # the end of the last known sound

    @property
    def samples(self) -> Samples:
        """Everything that was fed."""
        return np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)

    @property
    def seconds(self) -> float:
        """Length of what was fed."""
        return self._size / RATE

    @property
    def quiet_for(self) -> float:
        """Seconds of silence at the end of what was fed."""
        return (self._size - self.last_loud) / RATE

    def feed(self, samples: Samples) -> None:
        """Take more sound."""
        self._sound.append(samples)
        self._append(samples.astype(np.float32))
        sounding = np.flatnonzero(loud(samples))
        if len(sounding):
            self.last_loud = self._size - len(samples) + (int(sounding[-1]) + 1) * BLOCK
        while self._step():
            pass

    def finish(self) -> None:
        """Decide about the rest: nothing more will come."""
        end = self._size
        self._append(np.zeros(REACH + PROBE + SLICE, np.float32))
        while self.frontier < end and self._step():
            pass
        self._settle()
        self._end_strange(min(self.frontier, end))
        self._size = end

    def _append(self, wave: Wave) -> None:
        while self._size + len(wave) > len(self._wave):
            self._wave = np.concatenate((self._wave, np.zeros_like(self._wave)))
        self._wave[self._size : self._size + len(wave)] = wave
        self._size += len(wave)

    def _step(self) -> bool:
        """Go on by one decision; False when more sound is needed first."""
        return self._follow() if self._tracks else self._search()

    # --- searching ---------------------------------------------------------------------------------------------------

    def _search(self) -> bool:
        start = self.frontier
        sounding = np.flatnonzero(loud(self._wave[start : self._size]))
        if not len(sounding):
            gone = (self._size - start) // BLOCK * BLOCK
            if gone > 2 * BLOCK:
                self._end_strange(start)
                self.frontier = start + gone - 2 * BLOCK
            return False
        onset = start + int(sounding[0]) * BLOCK
        if onset - start > PROBE // 2:
            self._end_strange(start)
        start = max(start, onset - 2 * BLOCK)
        if self._size < start + REACH + PROBE + 2 * BLOCK:
            return False
        window = self._wave[start : start + REACH + PROBE]
        found = self.lexicon.begins(window)
        if found:
            best = found[0]
            likely = [one for one in found if one.score > best.score - BEHIND]
            earlier = [one for one in likely if one.start + len(one.sound.wave) <= best.start + TOGETHER]
            first = max(earlier, key=lambda one: one.score, default=best)
            together = [one for one in likely if abs(one.start - first.start) <= TOGETHER]
            self._tracks = [Track(one.sound, start + one.start) for one in together]
        elif self._strange is not None and (middle := self.lexicon.goes_on(self._wave[onset : onset + MIDDLE])):
            self._tracks = [self._resumed(middle.sound, onset - middle.offset, middle.offset)]
        else:
            if self._strange is None:
                self._strange = onset
            self.frontier = start + REACH
            return True
        self.frontier = start
        return True

    def _resumed(self, sound: Sound, origin: int, offset: int) -> Track:
        """Give the track of a sound entered in its middle: the last one, if that was only lost for a moment."""
        last = self._last
        if last and last.sound is sound and abs(last.origin - origin) <= 2 * DRIFT and last.good <= offset:
            self._named, self._strange = len(self.heard) - 1, None
            return replace(last, origin=origin, done=offset, good=offset, sure=offset, over=False)
        return Track(sound, origin, entered=offset, done=offset, good=offset, sure=offset)

    def _end_strange(self, at: int) -> None:
        """Report an unknown sound that went before, if it was more than a click."""
        if self._strange is not None:
            start = max(self._strange, self._explained)
            stretch = self._wave[start : min(at, self._size)]
            sounding = np.flatnonzero(loud(stretch))
            end = start + (int(sounding[-1]) + 1) * BLOCK if len(sounding) else start
            stretch = self._wave[start:end]
            if len(stretch) >= STRANGE and float(stretch @ stretch) / len(stretch) > NOISE * self.lexicon.usual:
                self.heard.append(Heard((), "", start / RATE, end / RATE, 0.0))
                self._last = None
            self._strange = None

    # --- following ---------------------------------------------------------------------------------------------------

    def _follow(self) -> bool:
        """Compare the next slice of the track that is furthest behind."""
        going = [track for track in self._tracks if not track.over]
        if not going:
            self._settle()
            return True
        track = min(going, key=lambda one: one.done)
        left = len(track.sound.wave) - track.done
        size = left if left < 2 * SLICE else SLICE
        if self._size < track.origin + track.done + size + DRIFT:
            return False
        self._compare(track, size)
        self._give_up()
        self._name()
        return True

    def _compare(self, track: Track, size: int) -> None:
        known = track.sound.wave[track.done : track.done + size]
        at = track.origin + track.done
        heard = self._wave[max(0, at) : at + size]
        if at < 0:
            heard = np.concatenate((np.zeros(-at, np.float32), heard))
        if likeness(heard, known, track.sound.power) < ALIKE:
            slip = self._slip(known, at)
            if slip is None:
                self._cut(track, size)
                return
            track.origin += slip
            heard = self._wave[at + slip : at + slip + size]
        track.dot += float(heard @ known)
        track.known += float(known @ known)
        track.heard += float(heard @ heard) + 1.0
        track.done += size
        if float(known[-SLICE:] @ known[-SLICE:]) > SLICE * PAUSE * track.sound.power:
            track.good = track.sure = track.done
        track.over = track.done >= len(track.sound.wave)
        if track.over:
            track.good = self._reach(track, track.done)

    def _slip(self, known: Wave, at: int) -> int | None:
        """By how much the slice has slipped, if it has."""
        first = max(0, at - DRIFT)
        around = self._wave[first : at + len(known) + DRIFT]
        power = float(known @ known)
        if power < len(known) * FLOOR**2:
            return None
        dots = np.correlate(around, known, "valid")
        energy = np.concatenate(([0.0], np.cumsum(around.astype(np.float64) ** 2)))
        local = energy[len(known) :] - energy[: len(dots)]
        scores = dots / np.sqrt(power * (local + len(known) * FLOOR**2))
        lag = int(scores.argmax())
        return first + lag - at if scores[lag] > SLIPPED else None

    def _cut(self, track: Track, size: int) -> None:
        """The slice is another's: its track ends somewhere in it or a little before."""
        track.good = self._reach(track, track.done + size)
        track.over = True

    def _reach(self, track: Track, end: int) -> int:
        """Find how far the sound is what is heard, up to `end`.

        One block of 20 ms proves little, a vowel is like a vowel; three in a row do.
        """
        alike: list[float] = []
        last = start = max(track.entered, end - 5 * SLICE)
        for at in range(start, end - BLOCK + 1, BLOCK):
            known = track.sound.wave[at : at + BLOCK]
            heard = self._wave[max(0, track.origin + at) : max(0, track.origin + at) + BLOCK]
            if float(known @ known) > BLOCK * PAUSE * track.sound.power:
                alike.append(likeness(heard, known))
                if sum(alike[-3:]) > 3 * BLOCK_ALIKE:
                    last = at + BLOCK
        return last

    def _give_up(self) -> None:
        """Forget what is clearly less alike than the best."""
        best = max(track.score for track in self._tracks)
        self._tracks = [track for track in self._tracks if track.score > best - BEHIND]

    def _name(self) -> None:
        """Say what it is as soon as only one is possible, and how far it was followed."""
        if len(self._tracks) > 1 or self._tracks[0].good - self._tracks[0].entered < SURE:
            return
        track = self._tracks[0]
        self._record(replace(self._entry(track), going_on=True))

    def _record(self, entry: Heard) -> None:
        if self._named is None:
            self._end_strange(round(entry.at * RATE))
            self.heard.append(entry)
            self._named = len(self.heard) - 1
        else:
            self.heard[self._named] = entry

    def _entry(self, track: Track) -> Heard:
        at = track.origin + track.entered - (0 if track.entered else track.sound.lead)
        until = track.origin + track.good + (track.sound.tail if track.whole else 0)
        return Heard(track.sound.ids, track.sound.text, at / RATE, until / RATE, track.score, cut=not track.whole)

    def _settle(self) -> None:
        """Decide which of the tracks it was."""
        if not self._tracks:
            return
        reach = max(track.origin + track.good for track in self._tracks)
        best = max(
            (track for track in self._tracks if track.origin + track.good > reach - 2 * BLOCK),
            key=lambda track: (track.whole, track.score),
        )
        self._tracks = []
        if best.whole or best.good - best.entered >= LEAST or self._named is not None:
            self._record(self._entry(best))
            self._explained = best.origin + best.good
            self._last = best
            # No silence is taken for granted behind it: a key may have cut the last of it short. Where a sound was
            # cut, the cut is known to within a slice. The next one must not lose its beginning.
            passed = best.good if best.whole else best.sure - SLICE // 2
            self.frontier = max(self.frontier + BLOCK, best.origin + passed)
        else:
            if self._strange is None:
                self._strange = self.frontier
            self.frontier += REACH
        self._named = None
