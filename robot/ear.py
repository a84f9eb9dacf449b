"""An ear on a line: waits for prompts to be said, and gives the transcript. The recogniser does the hearing."""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from robot.exceptions import CallOver, NotHeard, Silent
from robot.lexicon import Lexicon, Samples
from robot.recogniser import Heard, Recogniser

PATIENCE = 15.0
"""Seconds of nothing after which a caller would think the line dead. A menu waits some seconds for a key."""


class Ear:
    """What one call heard. `hear` takes the sound, `heard` waits for a prompt, `transcript` tells everything."""

    def __init__(self, lexicon: Lexicon, *, patience: float = PATIENCE) -> None:
        self.lexicon = lexicon
        self.patience = patience
        self.since: float | None = None
        """The monotonic moment of the first sample: `Heard.at` counts from it."""
        self.over = False
        self._recogniser = Recogniser(lexicon)
        self._passed = 0  # entries before this were waited for already
        self._news = asyncio.Event()

    # --- what a telephone calls --------------------------------------------------------------------------------------

    def hear(self, samples: Samples, since: float) -> None:
        """Take what came."""
        if self.since is None:
            self.since = since
        self._recogniser.feed(samples)
        self._news.set()

    def call_over(self) -> None:
        """Nothing more will come."""
        if not self.over:
            self.over = True
            self._recogniser.finish()
            self._news.set()

    # --- what a test or a person asks --------------------------------------------------------------------------------

    @property
    def samples(self) -> Samples:
        """Everything heard, 8 kHz."""
        return self._recogniser.samples

    @property
    def seconds(self) -> float:
        """How long it has listened."""
        return self._recogniser.seconds

    def transcript(self) -> list[Heard]:
        """Everything recognised so far, in order; the last may still be going on."""
        return list(self._recogniser.heard)

    async def heard(self, *names: str, within: float) -> Heard:
        """Wait until one of these prompts begins (some 0.8 s of it has sounded), after the one waited for before.

        NotHeard, Silent or CallOver say what was heard instead.
        """
        for name in names:
            if name not in self.lexicon:
                raise NotHeard(f"{name} is no recording this ear knows")
        wanted = " or ".join(names)
        start = self.seconds
        try:
            async with asyncio.timeout(within):
                while True:
                    if (entry := self._next(names)) is not None:
                        return entry
                    self.check(wanted, since=start)
                    await self._wait()
        except TimeoutError:
            raise NotHeard(f"{wanted} was not heard within {within:g} s; {self._summary()}") from None

    async def anything(self, *, within: float) -> Heard:
        """Wait for the next known sound, whatever it is."""
        return await self.heard(*(name for sound in self.lexicon.sounds for name in sound.ids), within=within)

    async def said(self, entry: Heard, *, within: float) -> Heard:
        """Wait until a sound that was heard beginning has ended; give it as it was then."""
        async with asyncio.timeout(within):
            while True:
                now = next(one for one in self._recogniser.heard if one.at == entry.at and one.ids == entry.ids)
                if not now.going_on:
                    return now
                await self._wait()

    async def quiet(self, seconds: float, *, within: float) -> None:
        """Wait for silence of this length."""
        async with asyncio.timeout(within):
            while self._recogniser.quiet_for < seconds and not self.over:
                await self._wait()

    @property
    def quiet_for(self) -> float:
        """Seconds of silence up to now."""
        return self._recogniser.quiet_for

    def check(self, wanted: str, *, since: float = 0.0) -> None:
        """CallOver or Silent, if there is no use in waiting on for what has been wanted since that second."""
        if self.over:
            raise CallOver(f"the call ended before {wanted} was heard; {self._summary()}")
        if min(self.quiet_for, self.seconds - since) > self.patience:
            raise Silent(f"{self.patience:g} s of silence while waiting for {wanted}; {self._summary()}")

    async def news(self, *, within: float) -> None:
        """Wait until more was heard or the call is over, but not longer than this."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._wait()

    def keep(self, file: Path) -> None:
        """Write what was heard as a WAV file."""
        wavfile.write(file, 8000, self.samples)

    def _next(self, names: tuple[str, ...]) -> Heard | None:
        for place in range(self._passed, len(self._recogniser.heard)):
            entry = self._recogniser.heard[place]
            if any(name in names for name in entry.ids):
                self._passed = place + 1
                return entry
        return None

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _summary(self) -> str:
        return "heard: " + (" | ".join(line(entry) for entry in self._recogniser.heard) or "nothing")


def recognise(samples: Samples, lexicon: Lexicon) -> list[Heard]:
    """Give the transcript of a recording, 8 kHz."""
    recogniser = Recogniser(lexicon)
    for start in range(0, len(samples), 4000):
        recogniser.feed(samples[start : start + 4000])
    recogniser.finish()
    return recogniser.heard


def recording(file: Path) -> Samples:
    """Read a WAV file of one channel at 8 kHz."""
    rate, samples = wavfile.read(file)
    if rate != 8000 or samples.ndim != 1 or samples.dtype != np.int16:
        raise ValueError(f"{file}: expected 16-bit samples of one channel at 8 kHz")
    return np.asarray(samples)


VALUE = "value/"


def spoken(entries: Iterable[Heard]) -> list[Heard]:
    """Join the pieces a value was spoken from into one entry, whose id is `value`: 二万 + 三千 + … ."""
    joined: list[Heard] = []
    for entry in entries:
        if not entry.id.startswith(VALUE):
            joined.append(entry)
        elif joined and joined[-1].id == VALUE.rstrip("/"):
            last = joined[-1]
            joined[-1] = Heard(
                last.ids, last.text + entry.text, last.at, entry.until, min(last.score, entry.score),
                cut=last.cut or entry.cut, going_on=entry.going_on,
            )  # fmt: skip
        else:
            joined.append(
                Heard((VALUE.rstrip("/"),), entry.text, entry.at, entry.until, entry.score, entry.cut, entry.going_on)
            )
    return joined


def line(entry: Heard) -> str:
    """One entry for people's eyes."""
    mark = " …" if entry.going_on else " (cut)" if entry.cut else ""
    return f"{entry.at:.1f}–{entry.until:.1f} {entry.id or 'unknown sound'} {entry.text}{mark}"
