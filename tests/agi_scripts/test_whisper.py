"""What an agent hears of the caller before the talk."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from agi_scripts import menu_tree
from agi_scripts.leaves import LEAVES
from agi_scripts.whisper import KNOWN, UNKNOWN, Whispers, place
from ivr import variables
from seats.caller_numbers import CallerNumbers
from seats.dialling import Rules
from sounds import Catalogue
from tests.agi_scripts.conftest import Hotline, answering
from tests.agi_scripts.line import NamedRecordings


def test_every_place_in_the_menu_has_words() -> None:
    texts = Catalogue.load()
    menu = menu_tree.load(LEAVES, texts)
    assert {place(node.path): node.name for node in menu.walk() if node.path} == {
        name: prompt.text for name, prompt in texts.items() if name.startswith("whisper.at.")
    }
    assert {*KNOWN.values(), UNKNOWN} <= texts.keys()


def test_a_whisper_is_made_once_and_as_long_as_the_announcements(tmp_path: Path) -> None:
    (tmp_path / "announcements").mkdir()
    (tmp_path / "announcements" / "1001.alaw").write_bytes(b"\x01" * 9000)
    whispers = Whispers(NamedRecordings(tmp_path), tmp_path / "whispers", tmp_path / "announcements")
    name = whispers.name(("centre/changsha", "whisper.unverified", "whisper.at.1_2"))
    assert name == "centre_changsha-whisper_unverified-whisper_at_1_2"
    (file,) = (tmp_path / "whispers").iterdir()
    audio = file.read_bytes()
    assert len(audio) == 9000
    assert audio.startswith(b"[centre/changsha]")
    file.write_bytes(b"kept")
    assert whispers.name(("centre/changsha", "whisper.unverified", "whisper.at.1_2")) == name
    assert file.read_bytes() == b"kept"


@pytest.mark.parametrize(("known", "path"), [("", ""), ("1/2", "1/2")])
async def test_the_path_travels(hotline: Hotline, known: str, path: str) -> None:
    line = await hotline.call("0", variables={variables.PATH: known})
    assert line.variables[variables.PATH] == path


async def test_the_number_of_who_wants_a_person_is_kept_for_returning_the_call(
    fresh_engine: AsyncEngine, tmp_path: Path
) -> None:
    numbers = CallerNumbers(fresh_engine, Rules(), dt.timedelta(days=30))
    async with answering(fresh_engine, tmp_path, numbers=numbers) as hotline:
        line = await hotline.call("0", callerid="13812345678")
        assert await numbers.of(line.variables["HL_CALL_ID"], "changsha") == "13812345678"
        assert "13812345678" not in hotline.journal.read_text(encoding="utf-8")


async def test_without_the_database_the_caller_reaches_the_line_all_the_same(tmp_path: Path) -> None:
    away = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    numbers = CallerNumbers(away, Rules(), dt.timedelta(days=30))
    async with answering(away, tmp_path, numbers=numbers) as hotline:
        line = await hotline.call("0", callerid="13812345678")
        assert line.variables["HL_NEXT"] == "queue"
    await away.dispose()
