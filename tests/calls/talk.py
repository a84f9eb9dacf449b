"""A caller as the tests need one: on the line with 12329, saying what it waits for and what it presses."""

import asyncio
import functools
import itertools
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from robot.ear import Ear, spoken
from robot.lexicon import Lexicon, Samples
from robot.phone import Phone
from robot.recogniser import Heard
from tests.fixtures.instance import Instance

_NUMBERS = itertools.count(secrets.randbelow(10**8))
PATIENCE = 20.0
"""Seconds until a prompt that must come has come: the longest prompt before it, and a loaded machine."""


def mobile() -> str:
    """Give a caller's number that no other call of the run has: failures are counted by number too."""
    return f"139{next(_NUMBERS) % 10**8:08d}"


@dataclass(slots=True)
class Talk:
    """A call that is up."""

    phone: Phone
    ear: Ear
    caller: str

    async def hears(self, *names: str, within: float = PATIENCE) -> Heard:
        """Wait for one of these prompts, after the one heard before."""
        return await self.ear.heard(*names, within=within)

    async def answers(self, prompt: str, keys: str) -> None:
        """Press keys as soon as the prompt is heard."""
        await self.hears(prompt)
        await self.phone.press(keys)

    async def enters(self, login: str, password: str) -> None:
        """Answer what verification asks."""
        await self.answers("verify.account", login if login.endswith("#") or len(login) == 18 else f"{login}#")
        await self.answers("verify.password", password)

    async def asks_balance(self, login: str, password: str) -> None:
        """Walk 1 → 1 and verify."""
        await self.answers("welcome", "1")
        await self.answers("menu.query", "1")
        await self.enters(login, password)

    async def is_ended(self, *, within: float = PATIENCE) -> None:
        """Wait for the product to hang up."""
        await self.phone.ended(within=within)

    def values_after(self, prompt: str) -> list[str]:
        """Give the texts of the values said right after a prompt."""
        said = spoken(self.ear.transcript())
        return [value.text for entry, value in itertools.pairwise(said) if prompt in entry.ids]


@asynccontextmanager
async def calling(
    hotline: Instance, lexicon: Lexicon, *, caller: str | None = None, number: str = "12329"
) -> AsyncIterator[Talk]:
    """Call from the trunk; hang up at the end."""
    caller = caller or mobile()
    async with hotline.phone(caller) as phone:
        phone.listener = ear = Ear(lexicon)
        await phone.call(number, caller=caller)
        try:
            yield Talk(phone, ear, caller)
        except (Exception, asyncio.CancelledError) as error:
            error.add_note(f"what this caller heard is in {_kept(ear, caller)}")
            raise
        await phone.hang_up()


def _kept(ear: Ear, caller: str) -> Path:
    """Keep a failed call's sound, for a person to listen to."""
    folder = Path(tempfile.gettempdir()) / "hotline-failed-calls"
    folder.mkdir(exist_ok=True)
    file = folder / f"{caller}.wav"
    ear.keep(file)
    return file


def masked(number: str) -> str:
    """A caller's number as the product may show it."""
    return f"{number[:3]}****{number[-4:]}"


def digits_of_id(depositor: dict[str, Any]) -> str:
    """Give the identity number as it is typed: * for X."""
    return str(depositor["id_number"]).replace("X", "*")


def voice(seed: int, seconds: float = 1.6) -> Samples:
    """Give a sound nobody else makes: noise in the band of speech, swelling like syllables."""
    chance = np.random.default_rng(seed)
    size = round(seconds * 8000)
    spectrum = np.fft.rfft(chance.normal(0, 1, size))
    hertz = np.fft.rfftfreq(size, 1 / 8000)
    spectrum[(hertz < 250) | (hertz > 1800)] = 0
    wave = np.fft.irfft(spectrum, size) * (1.2 + np.sin(np.arange(size) * 2 * np.pi * 3 / 8000))
    return np.asarray(wave / np.abs(wave).max() * 12000, np.int16)


CALLERS_VOICE, AGENTS_VOICE = voice(1), voice(2)


@functools.cache
def with_voices(lexicon: Lexicon) -> Lexicon:
    """Know the two people who talk. Made once: it takes most of a second, in which no call is listened to."""
    voices = {"voice.caller": ("（来电人）", CALLERS_VOICE), "voice.agent": ("（座席）", AGENTS_VOICE)}
    return lexicon.plus(voices).prepare()
