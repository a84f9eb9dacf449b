"""From an engine's voice to a telephone recording."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sounds import NothingHeard, Prompt, alaw, mastering
from sounds.engines import Voice
from tests.sounds.tones import Tones

PROMPT = Prompt("a", "请输入六位密码")


def heard(recording: bytes) -> tuple[float, float]:
    """Give the seconds of silence before and after."""
    samples = np.abs(alaw.decode(recording).astype(np.float64))
    loud = np.flatnonzero(samples > 0.02 * samples.max())
    return float(loud[0]) / alaw.RATE, float(len(samples) - 1 - loud[-1]) / alaw.RATE


@settings(deadline=None, max_examples=25)
@given(rate=st.sampled_from([8000, 16000, 22050, 24000, 44100, 48000]), loudness=st.floats(0.003, 0.99))
def test_any_rate_and_loudness_becomes_one_level_and_the_same_edges(rate: int, loudness: float) -> None:
    voice = Tones(rate, loudness).speak(PROMPT)
    for edges in (mastering.PROMPT, mastering.PIECE):
        recording = mastering.master(voice, rate, edges)
        samples = alaw.decode(recording) / 32768
        assert mastering.active_level(samples) == pytest.approx(mastering.LEVEL, abs=0.3)
        before, after = heard(recording)
        assert before == pytest.approx(edges.before, abs=0.025)
        assert after == pytest.approx(edges.after, abs=0.025)
        assert len(recording) / alaw.RATE == pytest.approx(7 * 0.2 + edges.before + edges.after, abs=0.05)


def test_a_spiky_voice_keeps_its_level_and_stays_below_full_scale() -> None:
    """Clicks on speech are turned down for themselves; a tenth of a second away nothing is changed."""
    smooth = Tones(loudness=0.02).speak(PROMPT)
    spiky = smooth.copy()
    for at in (20000, 30000):
        spiky[at : at + 6] = 0.2
    before, after = (alaw.decode(mastering.master(voice, 24000, mastering.PROMPT)) / 32768 for voice in (smooth, spiky))
    assert np.abs(after).max() <= mastering.PEAK * 1.02
    assert mastering.active_level(after) == pytest.approx(mastering.LEVEL, abs=1)
    away = slice(0, 3000)
    assert after[away] == pytest.approx(before[away] * np.abs(after[away]).max() / np.abs(before[away]).max(), abs=0.01)


def test_what_is_not_too_loud_is_not_touched() -> None:
    samples = np.linspace(-mastering.PEAK, mastering.PEAK, 1000)
    assert (mastering._limited(samples) == samples).all()


def test_a_breath_behind_a_prompt_is_cut_and_behind_a_piece_kept() -> None:
    """Speech for 1.4 s, then a breath of 0.3 s that is 38 dB weaker."""
    voice = Tones(rate=8000).speak(PROMPT)
    ended = int(np.flatnonzero(np.abs(voice) > 0.01)[-1])
    breath = 0.05 * 10 ** (-38 / 20) * np.sin(2 * np.pi * 600 * np.arange(2400) / 8000)
    voice[ended : ended + 2400] += breath.astype(np.float32)
    prompt, piece = (mastering.master(voice, 8000, edges) for edges in (mastering.PROMPT, mastering.PIECE))
    assert heard(prompt)[1] == pytest.approx(mastering.PROMPT.after, abs=0.02)
    assert len(piece) - len(prompt) == pytest.approx(0.26 * alaw.RATE, abs=0.02 * alaw.RATE)


def test_a_hum_below_speech_is_taken_out() -> None:
    voice = Tones().speak(PROMPT)
    hum = 0.05 * np.sin(2 * np.pi * 50 * np.arange(len(voice)) / 24000)
    before, after = heard(mastering.master((voice + hum).astype(np.float32), 24000, mastering.PROMPT))
    assert before < 0.1
    assert after < 0.15


@pytest.mark.parametrize("voice", [np.zeros(0), np.zeros(24000), np.full(24000, 1e-5)], ids=["empty", "zero", "hiss"])
def test_silence_is_no_recording(voice: Voice) -> None:
    with pytest.raises(NothingHeard):
        mastering.master(voice.astype(np.float32), 24000, mastering.PROMPT)


def test_the_beep_starts_and_ends_softly() -> None:
    samples = alaw.decode(mastering.tone()).astype(np.int32)
    assert np.abs(samples[:8]).max() < 600
    assert np.abs(samples[-8:]).max() < 600
    assert 7000 < np.abs(samples).max() < 9000
    assert len(samples) == pytest.approx(0.35 * alaw.RATE, abs=1)
