"""The recordings in the repository: all there, made from the present texts, equally loud, closely trimmed."""

from collections.abc import Mapping

import numpy as np
import pytest

from hotline.catalogue import catalogue
from hotline.paths import PROJECT
from hotline.settings import load
from sounds import DEFAULT_VOICE, FOLDER, Recordings, alaw, check, mastering

CATALOGUE = catalogue(load(PROJECT / "hotline.toml", {}))
RECORDINGS = Recordings(FOLDER / DEFAULT_VOICE)
SYLLABLES_A_SECOND = (1.2, 8.0)


@pytest.fixture(scope="module")
def waves() -> Mapping[str, np.ndarray]:
    """Every voiced recording, samples between −1 and 1."""
    return {name: alaw.decode(RECORDINGS.audio(name)) / 32768 for name, prompt in CATALOGUE.items() if not prompt.tone}


def test_every_text_has_its_recording_and_nothing_is_left_over() -> None:
    assert [str(finding) for finding in check(CATALOGUE, RECORDINGS)] == []


def test_they_are_equally_loud_and_none_is_clipped(waves: Mapping[str, np.ndarray]) -> None:
    levels = {name: round(mastering.active_level(wave), 2) for name, wave in waves.items()}
    assert {name: level for name, level in levels.items() if abs(level - mastering.LEVEL) > 0.5} == {}
    assert [name for name, wave in waves.items() if np.abs(wave).max() > mastering.PEAK] == []


def test_silence_at_the_ends_is_short_and_shorter_in_pieces_of_values(waves: Mapping[str, np.ndarray]) -> None:
    amiss = {}
    for name, wave in waves.items():
        strong = np.flatnonzero(np.abs(wave) > 0.02 * np.abs(wave).max())
        before, after = strong[0] / alaw.RATE, (len(wave) - 1 - strong[-1]) / alaw.RATE
        piece = name.startswith("value/")
        if not (0.01 if piece else 0.05) <= before <= (0.10 if piece else 0.15) or not (
            0.02 if piece else 0.09
        ) <= after <= (0.10 if piece else 0.20):
            amiss[name] = (round(before, 3), round(after, 3))
    assert amiss == {}


def test_they_last_as_long_as_speech_does(waves: Mapping[str, np.ndarray]) -> None:
    """A wrong or cut-off recording would be much shorter or longer than its syllables."""
    slow, fast = SYLLABLES_A_SECOND
    paces = {name: len(CATALOGUE[name].text) / (len(wave) / alaw.RATE) for name, wave in waves.items()}
    assert {name: pace for name, pace in paces.items() if not slow <= pace <= fast} == {}


def test_menus_stay_under_twelve_seconds() -> None:
    menus = {name: len(RECORDINGS.audio(name)) / alaw.RATE for name in CATALOGUE if name.startswith("menu.")}
    assert menus
    assert {name: seconds for name, seconds in menus.items() if seconds >= 12} == {}


def test_the_repository_stays_small() -> None:
    assert sum(len(RECORDINGS.audio(name)) for name in CATALOGUE) < 10_000_000


def test_12329_is_said_digit_by_digit() -> None:
    assert "幺二三二九" in CATALOGUE["welcome"].text
    assert CATALOGUE["welcome"].pinyin["幺二三二九"] == "yao1 er4 san1 er4 jiu3"


@pytest.mark.parametrize("name", ["account.balance", "value/month/1", "value/month/11", "menu.request"])
def test_what_the_front_end_reads_wrong_is_prescribed(name: str) -> None:
    assert CATALOGUE[name].pinyin
