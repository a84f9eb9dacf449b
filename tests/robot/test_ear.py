"""The ear against the product's own recordings: what is played is what is heard, whatever stands before and behind."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import speech
from robot.ear import Ear, recognise, spoken
from robot.exceptions import CallOver, NotHeard, Silent
from robot.lexicon import Lexicon, Samples
from sounds import alaw
from sounds.recordings import Recordings

PROMPTS = (
    "welcome",
    "menu.main",
    "menu.query",
    "menu.guide",
    "key.wrong",
    "verify.account",
    "agent.connecting",
    "goodbye",
)
CHUNK = 640


def played(recordings: Recordings, names: Sequence[str], *, before: float = 0.3, after: float = 0.5) -> Samples:
    parts = [np.zeros(round(before * 8000), np.int16)]
    parts += [alaw.decode(recordings.audio(name)) for name in names]
    return np.concatenate([*parts, np.zeros(round(after * 8000), np.int16)])


def names_of(samples: Samples, lexicon: Lexicon) -> list[tuple[str, ...]]:
    return [entry.ids for entry in recognise(samples, lexicon)]


def assert_heard(heard: list[tuple[str, ...]], played_names: Sequence[str]) -> None:
    """The same recordings in the same order; some ids share one recording."""
    assert len(heard) == len(played_names), heard
    for ids, name in zip(heard, played_names, strict=True):
        assert name in ids


@settings(max_examples=20, deadline=None)
@given(st.decimals(0, "999999999.99", places=2), st.sampled_from(PROMPTS), st.floats(0, 1.5))
def test_an_amount_is_read_back_as_it_was_spoken(
    recordings: Recordings, lexicon: Lexicon, amount: Decimal, prompt: str, before: float
) -> None:
    said = speech.amount(amount)
    heard = recognise(played(recordings, [prompt, *said.clips, "goodbye"], before=before), lexicon)
    assert_heard([entry.ids for entry in heard], [prompt, *said.clips, "goodbye"])
    assert [entry.text for entry in spoken(heard)][1] == said.text


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(PROMPTS[:-1]), st.floats(0.9, 1.8), st.floats(0, 0.6), st.sampled_from(PROMPTS))
def test_a_prompt_cut_short_by_a_key_is_known_and_so_is_the_next(
    recordings: Recordings, lexicon: Lexicon, first: str, seconds: float, pause: float, then: str
) -> None:
    cut = played(recordings, [first], before=0.2, after=0)[: round((0.2 + seconds) * 8000)]
    sound = np.concatenate((cut, played(recordings, [then], before=pause)))
    heard = recognise(sound, lexicon)
    assert_heard([entry.ids for entry in heard], [first, then])
    assert heard[0].cut
    assert 0.2 + seconds - 0.7 < heard[0].until < 0.2 + seconds + 0.25  # it may have been cut in a pause
    assert not heard[1].cut


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(("appointment.branch", "key.wrong", "press.1")), st.floats(0, 0.2), st.sampled_from(PROMPTS))
def test_a_prompt_cut_in_its_last_moments_does_not_cost_the_next_its_beginning(
    recordings: Recordings, lexicon: Lexicon, first: str, missing: float, then: str
) -> None:
    cut = played(recordings, [first], after=0)
    sound = np.concatenate((cut[: len(cut) - round(missing * 8000)], played(recordings, [then], before=0)))
    assert_heard([entry.ids for entry in recognise(sound, lexicon)], [first, then])


def test_times_are_those_of_the_call(recordings: Recordings, lexicon: Lexicon) -> None:
    heard = recognise(played(recordings, ["key.wrong", "menu.main"], before=1.0), lexicon)
    length = len(recordings.audio("key.wrong")) / 8000
    assert heard[0].at == pytest.approx(1.0, abs=0.001)
    assert heard[0].until == heard[1].at == pytest.approx(1.0 + length, abs=0.001)


def test_noise_and_lost_packets_do_not_hide_a_prompt(recordings: Recordings, lexicon: Lexicon) -> None:
    chance = np.random.default_rng(12329)
    names = ["welcome", "menu.main", "agent.connecting", "goodbye"]
    clean = played(recordings, names)
    noisy = clean + chance.normal(0, 250, len(clean))
    lost = np.repeat(chance.random(len(clean) // 160 + 1) < 0.02, 160)[: len(clean)]
    noisy[lost] = 0
    heard = [entry for entry in recognise(noisy.astype(np.int16), lexicon) if entry.score > 0.5]
    assert_heard([entry.ids for entry in heard], names)


def test_a_packet_that_comes_twice_or_not_at_all_only_shifts_the_rest(recordings: Recordings, lexicon: Lexicon) -> None:
    sound = played(recordings, ["menu.query"])
    shifted = np.concatenate((sound[:40000], sound[39840:80000], sound[80160:]))
    heard = recognise(shifted, lexicon)
    assert_heard([entry.ids for entry in heard], ["menu.query"])
    assert not heard[0].cut


def test_a_prompt_joined_in_the_middle_is_known(recordings: Recordings, lexicon: Lexicon) -> None:
    tail = alaw.decode(recordings.audio("menu.main"))[41000:]
    heard = recognise(np.concatenate((tail, np.zeros(8000, np.int16))), lexicon)
    assert [entry.id for entry in heard if entry.id] == ["menu.main"]


def test_a_voice_nobody_knows_is_reported_as_unknown(recordings: Recordings, lexicon: Lexicon) -> None:
    known = alaw.decode(recordings.audio("welcome"))
    backwards = known[::-1].copy()
    heard = recognise(np.concatenate((known, np.zeros(4000, np.int16), backwards)), lexicon)
    assert heard[0].id == "welcome"
    assert [entry.id for entry in heard[1:]]
    assert not any(entry.id for entry in heard[1:])


def test_silence_is_nothing(lexicon: Lexicon) -> None:
    assert recognise(np.zeros(80000, np.int16), lexicon) == []


async def test_a_prompt_is_reported_while_it_is_still_being_said(recordings: Recordings, lexicon: Lexicon) -> None:
    ear = Ear(lexicon)
    sound = played(recordings, ["welcome", "menu.main"], before=0.1)
    noticed = asyncio.create_task(ear.heard("welcome", within=60))
    fed = 0
    while not noticed.done():
        ear.hear(sound[fed : fed + CHUNK], fed / 8000)
        fed += CHUNK
        await asyncio.sleep(0)
    assert (await noticed).going_on
    assert fed / 8000 < 1.6


async def test_the_same_prompt_twice_is_heard_twice(recordings: Recordings, lexicon: Lexicon) -> None:
    ear = Ear(lexicon)
    ear.hear(played(recordings, ["key.wrong", "key.wrong"]), 0.0)
    ear.call_over()
    first, second = await ear.heard("key.wrong", within=1), await ear.heard("key.wrong", within=1)
    assert first.at < second.at
    with pytest.raises(CallOver, match=r"key\.wrong"):
        await ear.heard("key.wrong", within=1)


async def test_what_was_heard_instead_is_told(recordings: Recordings, lexicon: Lexicon) -> None:
    ear = Ear(lexicon)
    ear.hear(played(recordings, ["goodbye"]), 0.0)
    with pytest.raises(NotHeard, match="goodbye"):
        await ear.heard("welcome", within=0.05)
    with pytest.raises(NotHeard, match="no recording"):
        await ear.heard("welcom", within=0.05)


async def test_a_dead_line_is_noticed(lexicon: Lexicon) -> None:
    ear = Ear(lexicon, patience=2.0)
    ear.hear(np.zeros(80000, np.int16), 0.0)  # before anyone waits, silence is nobody's trouble
    waiting = asyncio.create_task(ear.heard("welcome", within=60))
    await asyncio.sleep(0)
    for second in range(10, 13):
        assert not waiting.done()
        ear.hear(np.zeros(8000, np.int16), float(second))
        await asyncio.sleep(0)
    with pytest.raises(Silent):
        await waiting
