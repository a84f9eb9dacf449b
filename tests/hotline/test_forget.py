"""`hotline forget` deletes one number, and says whether anything was known."""

import io
from argparse import Namespace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from callers import Callers
from hotline import forget
from hotline.exceptions import CannotStart, HotlineError
from hotline.paths import Paths
from hotline.secrets import open_secrets
from hotline.settings import DatabaseSection, HotlineSection, Settings
from tests.fixtures.postgres import on_database

NUMBER = "13812345678"
CENTRES = [{"code": "changsha", "name": "长沙"}]


def settings(folder: Path, url: str) -> Settings:
    url = url.replace("+asyncpg", "")
    return Settings.model_validate(
        {"hotline": HotlineSection(var=str(folder)), "database": DatabaseSection(url=url), "centres": CENTRES}
    )


@pytest.fixture
def installation(tmp_path: Path, fresh_database_url: str) -> Settings:
    """A hotline that one number has called."""
    found = settings(tmp_path, fresh_database_url)
    paths = Paths(tmp_path)
    paths.secrets.mkdir(parents=True)

    async def called(engine: AsyncEngine) -> None:
        await Callers(engine, open_secrets(paths.secrets).callers_key, found.callers).chose(NUMBER, "changsha")

    on_database(fresh_database_url, called)
    return found


def test_a_number_is_forgotten_once(installation: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert forget.run(Namespace(number="138-1234-5678"), installation) == 0
    assert forget.run(Namespace(number=NUMBER), installation) == 1
    assert capsys.readouterr().out == "forgotten\nnothing was known of this number\n"


def test_it_is_read_from_stdin(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"+86 {NUMBER}\n"))
    assert forget.run(Namespace(number="-"), installation) == 0


def test_without_a_database_or_a_hotline_it_says_so(installation: Settings, tmp_path: Path) -> None:
    with pytest.raises(HotlineError, match="nothing was forgotten"):
        forget.run(Namespace(number=NUMBER), settings(tmp_path, "postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(CannotStart, match="there is no hotline"):
        forget.run(Namespace(number=NUMBER), settings(tmp_path / "none", "postgresql://nobody@127.0.0.1:1/none"))
