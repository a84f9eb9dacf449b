"""hotline.toml: every mistake is named with its place."""

from pathlib import Path

import pytest

from hotline.exceptions import SettingsError
from hotline.paths import PROJECT
from hotline.settings import load
from hotline.settings_page import page

CENTRE = '[[centres]]\ncode = "changsha"\nname = "长沙"\n'
PAUSE = '[[seats.pauses]]\nname = "茶歇"\nkey = "6"\nminutes = 10\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "hotline.toml"
    file.write_text(text, encoding="utf-8")
    return file


def complaints(file: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(file, environ or {})
    return str(caught.value)


def test_the_shipped_settings_name_fifteen_centres() -> None:
    settings = load(PROJECT / "hotline.toml", {})
    assert len(settings.centres) == 15
    assert settings.default_centre == "changsha"
    assert not settings.is_demo


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, CENTRE + "[sip]\nport = 5070\n")
    environ = {
        "HOTLINE_SIP_PORT": "5080",
        "HOTLINE_VAR": "/elsewhere",
        "HOTLINE_TRUNK_HOSTS": "10.0.0.1, 10.0.0.2",
        "HOTLINE_QUEUE_STATS_SERVICE_LEVEL_SECONDS": "20",
    }
    settings = load(file, environ)
    assert settings.sip.port == 5080
    assert settings.hotline.var == "/elsewhere"
    assert settings.trunk.hosts == ("10.0.0.1", "10.0.0.2")
    assert settings.queue_stats.service_level_seconds == 20


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        (CENTRE + "[sip]\nport = 70000\n", "sip.port", "less than or equal to 65535, but is 70000"),
        (CENTRE + "[sip]\nprot = 5060\n", "sip.prot", "there is no such key"),
        (CENTRE + '[hotline]\ntimezone = "Mars"\n', "hotline.timezone", "time zone"),
        (CENTRE + '[trunk]\ndefault_centre = "wuhan"\n', "trunk.default_centre", "no centre 'wuhan'; known: changsha"),
        (CENTRE + "[http]\nport = 5060\n", "http.port", "5060 is sip.port already"),
        (CENTRE + "[sip]\nport = 10500\n", "sip.port", "within rtp.start"),
        (CENTRE + "[rtp]\nstart = 11000\nend = 11001\n", "rtp", "a call needs four ports"),
        (CENTRE + CENTRE, "centres", "changsha stands twice"),
        (CENTRE + '[hours]\nweekdays = ["9-12"]\n', "hours.weekdays.0", "hours such as 09:00-12:00, but is '9-12'"),
        (CENTRE + '[calendar]\nclosed = ["soon"]\n', "calendar.closed.0", "a valid date"),
        (CENTRE + 'hours.saturday = ["12:00-09:00"]\n', "centres.0.hours.saturday.0", "end after they begin"),
        ("", "centres", "Field required"),
        (CENTRE + "[sip\n", "-", "is not TOML"),
        (PAUSE + PAUSE + CENTRE, "seats.pauses", "a name and a key of its own"),
        (PAUSE.replace("茶歇", "wrap_up") + CENTRE, "seats.pauses", "wrap_up is a word of the hotline's own"),
        (PAUSE.replace("茶歇", "茶,歇") + CENTRE, "seats.pauses.0.name", "pattern"),
        (CENTRE + '[[waiting.skills]]\nname = "direct"\n', "waiting.skills", "queues that supervisors use"),
        (CENTRE + '[database]\nurl = "mysql://x"\n', "database.url", "pattern"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_expectation(tmp_path: Path, text: str, place: str, expected: str) -> None:
    file = written(tmp_path, text)
    said = complaints(file)
    assert f"{file}: {place}" in said
    assert expected in said


def test_a_mistake_in_a_variable_is_named_by_the_variable(tmp_path: Path) -> None:
    said = complaints(written(tmp_path, CENTRE), {"HOTLINE_SIP_PORT": "many"})
    assert "environment HOTLINE_SIP_PORT: sip.port" in said


def test_a_mistake_in_a_variables_list_is_named_by_the_variable(tmp_path: Path) -> None:
    said = complaints(written(tmp_path, CENTRE), {"HOTLINE_HOURS_SATURDAY": "09:00-12:00,9:00-8:00"})
    assert "environment HOTLINE_HOURS_SATURDAY: hours.saturday.1: expected hours that end after they begin" in said


def test_a_variable_for_no_section_is_a_mistake(tmp_path: Path) -> None:
    assert "HOTLINE_SPI_PORT" in complaints(written(tmp_path, CENTRE), {"HOTLINE_SPI_PORT": "5060"})


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = complaints(written(tmp_path, CENTRE + '[sip]\nport = "x"\n[http]\nport = 0\n'))
    assert "sip.port" in said
    assert "http.port" in said


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert "there is no such file" in complaints(tmp_path / "none.toml")


def test_the_settings_page_is_what_the_code_says() -> None:
    assert (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8") == page()
