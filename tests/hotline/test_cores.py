"""Core systems in the settings: a mistake is named before anything starts."""

from pathlib import Path

import pytest

from hotline.accounts import problems
from hotline.exceptions import SettingsError
from hotline.paths import PROJECT
from hotline.settings import Settings, load

SHIPPED = (PROJECT / "hotline.toml").read_text(encoding="utf-8")


def settings(folder: Path, core: str) -> Settings:
    file = folder / "hotline.toml"
    file.write_text(f"{SHIPPED}\n{core}\n", encoding="utf-8")
    return load(file, {})


@pytest.mark.parametrize(
    ("core", "named"),
    [
        ('[fund.cores.nowhere]\nurl = "https://core.example"', "there is no centre 'nowhere'"),
        ('[fund.cores.yueyang]\nurl = "http://10.0.0.7"', "must begin with https://"),
        ('[fund.cores.yueyang]\nurl = "ftp://core"', "fund.cores.yueyang.url"),
        ('[fund.cores.yueyang]\nurl = "https://core.example"\nretry = 3', "there is no such key"),
        ("[fund.cores.yueyang]", "fund.cores.yueyang.url"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, core: str, named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, core)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("token", "mode", "named"),
    [("good", 0o644, "can be read by others"), ("", 0o600, "holds no token"), (None, 0, "cannot be read")],
)
def test_a_token_that_cannot_be_used_is_named(tmp_path: Path, token: str | None, mode: int, named: str) -> None:
    file = tmp_path / "token"
    if token is not None:
        file.write_text(token)
        file.chmod(mode)
    made = settings(tmp_path, f'[fund.cores.yueyang]\nurl = "https://core.example"\ntoken_file = "{file}"')
    (problem,) = problems(made)
    assert named in str(problem)


def test_a_good_one_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("abc\n")
    file.chmod(0o600)
    made = settings(tmp_path, f'[fund.cores.yueyang]\nurl = "https://core.example"\ntoken_file = "{file}"')
    assert problems(made) == []
    assert made.fund.cores["yueyang"].retries == 1
