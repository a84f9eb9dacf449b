"""The recordings in the repository: of each voice all there, made from the present texts, equally loud, closely trimmed."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pytest

from guide.article import SHARED, Category, in_effect
from guide.shelf import SHIPPED, contents
from hotline.catalogue import GUIDE, everything
from hotline.paths import PROJECT
from hotline.settings import load
from ivr.speaker import BREATH
from sounds import DEFAULT_VOICE, FOLDER, Recordings, alaw, check, mastering
from sounds.engines.voices import VOICES

SETTINGS = load(PROJECT / "hotline.toml", {})
TODAY = dt.date(2026, 11, 23)
CATALOGUE = everything(SETTINGS, TODAY)
SYLLABLES_A_SECOND = (1.0, 8.0)
SILENCE = (0.05, 0.15)
"""Seconds before and after what is heard."""

MENU = 12.0
"""Seconds of the longest menu."""

Waves = Mapping[str, np.ndarray]


@pytest.fixture(scope="module", params=sorted(VOICES))
def recordings(request: pytest.FixtureRequest) -> Recordings:
    """Each voice that can be chosen by ivr.voice."""
    return Recordings(FOLDER / request.param)


@pytest.fixture(scope="module")
def waves(recordings: Recordings) -> Waves:
    """Every voiced recording, samples between −1 and 1."""
    return {name: alaw.decode(recordings.audio(name)) / 32768 for name, prompt in CATALOGUE.items() if not prompt.tone}


def test_the_default_is_shipped() -> None:
    assert DEFAULT_VOICE in VOICES
    assert {folder.name for folder in FOLDER.iterdir()} == set(VOICES)


def test_every_text_has_its_recording_and_nothing_is_left_over(recordings: Recordings) -> None:
    assert [str(finding) for finding in check(CATALOGUE, recordings)] == []


def test_they_are_equally_loud_and_none_is_clipped(waves: Waves) -> None:
    levels = {name: round(mastering.active_level(wave), 2) for name, wave in waves.items()}
    assert {name: level for name, level in levels.items() if abs(level - mastering.LEVEL) > 0.5} == {}
    assert [name for name, wave in waves.items() if np.abs(wave).max() > 1.01 * mastering.PEAK] == []


def test_silence_at_the_ends_is_short(waves: Waves) -> None:
    least, most = SILENCE
    amiss = {}
    for name, wave in waves.items():
        strong = np.flatnonzero(np.abs(wave) > 0.02 * np.abs(wave).max())
        before, after = strong[0] / alaw.RATE, (len(wave) - 1 - strong[-1]) / alaw.RATE
        if not (least <= before <= most and least <= after <= most):
            amiss[name] = (round(before, 3), round(after, 3))
    assert amiss == {}


def test_they_last_as_long_as_speech_does(waves: Waves) -> None:
    """A wrong or cut-off recording would be much shorter or longer than its syllables."""
    slow, fast = SYLLABLES_A_SECOND
    paces = {name: len(CATALOGUE[name].text) / (len(wave) / alaw.RATE) for name, wave in waves.items()}
    assert {name: pace for name, pace in paces.items() if not slow <= pace <= fast} == {}


def test_menus_stay_under_twelve_seconds(recordings: Recordings) -> None:
    menus = {name: len(recordings.audio(name)) / alaw.RATE for name in CATALOGUE if name.startswith("menu.")}
    assert menus
    assert {name: seconds for name, seconds in menus.items() if seconds >= MENU} == {}


@pytest.mark.parametrize("centre", SETTINGS.demo_centres)
@pytest.mark.parametrize("category", Category)
def test_so_do_the_titles_of_articles(recordings: Recordings, centre: str, category: Category) -> None:
    found = [one for one in contents(SHIPPED, [centre]).articles if one.owner in {SHARED, centre}]
    held = in_effect([one for one in found if one.category == category], TODAY)
    names = ["guide.articles"]
    for key, versions in enumerate(held, 1):
        names += [versions[0].said_title.id, f"press.{key}"]
    assert len(BREATH.join(map(recordings.audio, names))) / alaw.RATE < MENU


def test_a_paragraph_of_the_guide_stays_under_half_a_minute(recordings: Recordings) -> None:
    seconds = {name: len(recordings.audio(name)) / alaw.RATE for name in CATALOGUE if name.startswith(GUIDE)}
    assert {name: length for name, length in seconds.items() if length > 25} == {}


def test_the_repository_stays_small(recordings: Recordings) -> None:
    assert sum(len(recordings.audio(name)) for name in CATALOGUE) < 18_000_000


def test_12329_is_said_digit_by_digit() -> None:
    assert "幺二三二九" in CATALOGUE["welcome"].text
    assert CATALOGUE["welcome"].pinyin["幺二三二九"] == "yao1 er4 san1 er4 jiu3"


@pytest.mark.parametrize("name", ["account.balance", "value/month/1", "value/month/11", "menu.request"])
def test_what_the_front_end_reads_wrong_is_prescribed(name: str) -> None:
    assert CATALOGUE[name].pinyin
