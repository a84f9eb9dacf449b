"""`hotline check` names what is wrong, and warns of what will be."""

import datetime as dt

import pytest

from hotline.check import warnings
from hotline.paths import PROJECT
from hotline.settings import load

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
