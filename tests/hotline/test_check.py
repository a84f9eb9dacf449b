"""`hotline check` names what is wrong, and warns of what will be."""

import argparse
import datetime as dt
from pathlib import Path

import pytest

from hotline import check
from hotline.check import warnings
from hotline.exceptions import SettingsError
from hotline.paths import PROJECT
from hotline.settings import load
from seats.skills import Skill

SETTINGS = load(PROJECT / "hotline.toml", {})
END = SETTINGS.business_calendar.known_until


@pytest.mark.parametrize(("days", "warned"), [(-62, False), (-61, True), (0, True), (1, True), (365, True)])
def test_it_warns_of_a_calendar_that_runs_out(days: int, warned: bool) -> None:
    found = warnings(SETTINGS, END + dt.timedelta(days=days))
    assert any("install a newer chinesecalendar" in warning for warning in found) is warned


def test_the_shipped_hours_open_every_centre_within_a_fortnight() -> None:
    calendar = SETTINGS.business_calendar
    for day in (dt.datetime(2026, month, 1, tzinfo=calendar.zone) for month in range(1, 13)):
        for centre in SETTINGS.centres:
            opening = calendar.next_opening(centre, day)
            assert opening is not None
            assert opening - day < dt.timedelta(days=14)


def test_the_demo_is_always_open_unless_it_is_told_otherwise() -> None:
    demo = load(PROJECT / "hotline.toml", {"HOTLINE_PROFILE": "demo"})
    assert demo.business_calendar.always_open
    hours = load(PROJECT / "hotline.toml", {"HOTLINE_PROFILE": "demo", "HOTLINE_DEMO_ALWAYS_OPEN": "false"})
    assert not hours.business_calendar.always_open
    assert not SETTINGS.business_calendar.always_open


def test_the_shipped_guide_is_voiced_and_without_mistakes() -> None:
    assert not [warning for warning in warnings(SETTINGS, END) if "guide" in warning]


def test_a_mistake_in_the_guide_fails_the_check_but_only_warns_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(PROJECT / "hotline.toml", {"HOTLINE_GUIDE_FOLDER": str(tmp_path)})
    articles = tmp_path / "shared/loan"
    articles.mkdir(parents=True)
    (articles / "rate.md").write_text(
        "---\ntitle: 利率\neffective: 2026-07-01\n---\n从未说过的话。\n", encoding="utf-8"
    )
    assert check.run(argparse.Namespace(), settings) == 0
    assert "rate.md: is not voiced; run `hotline prompts build`" in capsys.readouterr().out
    (articles / "rate.2.md").write_text("---\ntitle: 利率\neffective: 明天\n---\n可以。\n", encoding="utf-8")
    assert any("rate.2.md:3: effective: expected a day" in warning for warning in warnings(settings, END))
    check.check(settings)
    with pytest.raises(SettingsError, match=r"rate\.2\.md:3: effective: expected a day such as 2026-07-01, not '明天'"):
        check.run(argparse.Namespace(), settings)


def test_a_voice_that_is_not_there_is_one_problem_that_names_the_others() -> None:
    with pytest.raises(SettingsError) as refused:
        check.check(load(PROJECT / "hotline.toml", {"HOTLINE_IVR_VOICE": "nobody"}))
    (problem,) = refused.value.problems
    assert (problem.key, problem.message[-7:]) == ("ivr.voice", "xiaobei") or "xiaobei, yunxi" in problem.message


def test_a_skill_for_a_place_that_is_not_in_the_menu_is_named() -> None:
    skill = Skill(name="loan", paths=("1/2", "7/7"), agents=("1001",))
    waiting = SETTINGS.waiting.model_copy(update={"skills": (skill,)})
    with pytest.raises(SettingsError, match="there is no place '7/7'") as error:
        check.check(SETTINGS.model_copy(update={"waiting": waiting}))
    assert "1/2" not in str(error.value)
