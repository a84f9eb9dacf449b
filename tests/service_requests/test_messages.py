"""Recorded messages: on disk with a slip first, in the database once, whatever happens in between."""

import asyncio
import json
import os
import stat
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from agi_scripts import emergency
from service_requests import message_box
from service_requests.exceptions import RequestsUnavailable
from service_requests.kinds import MessageKind
from service_requests.message_box import Message
from service_requests.service import Requests
from service_requests.settings import RequestsSettings
from service_requests.tables import MessageRow


def message(name: str, number: str = "12345678") -> Message:
    return Message(number, MessageKind.COMPLAINT, "changsha", "1795426380.3", "138****5678", name, 4.5, 1795426380000)


def left(folder: Path, name: str, number: str = "12345678") -> Path:
    (folder / name).write_bytes(b"what was said")
    return message_box.put(folder, message(name, number))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
async def engine(fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(fresh_database_url)
    yield made
    await made.dispose()


async def rows(engine: AsyncEngine) -> list[MessageRow]:
    async with engine.connect() as connection:
        return list((await connection.execute(select(MessageRow).order_by(MessageRow.id))).all())  # type: ignore[arg-type]


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_a_slip_becomes_a_row_and_goes(engine: AsyncEngine, tmp_path: Path) -> None:
    slip = left(tmp_path, "a.wav")
    assert modes(tmp_path) == {0o600}
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 1
    (row,) = await rows(engine)
    assert (row.number, row.kind, row.centre, row.state, row.seconds) == (
        "12345678",
        "complaint",
        "changsha",
        "new",
        4.5,
    )
    assert row.caller == "138****5678"
    assert not slip.exists()
    assert (tmp_path / "a.wav").exists()


async def test_told_twice_or_at_once_it_is_one_row(engine: AsyncEngine, tmp_path: Path) -> None:
    room = Requests(engine, RequestsSettings(answer_seconds=10))
    for _ in range(2):
        left(tmp_path, "a.wav")
        left(tmp_path, "b.wav", "87654321")
        await asyncio.gather(*(room.take_in(tmp_path) for _ in range(4)))
    assert sorted(row.file for row in await rows(engine)) == ["a.wav", "b.wav"]


async def test_the_whole_number_replaces_the_masked_one_and_never_the_other_way(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    room = Requests(engine, RequestsSettings())
    for _ in range(2):
        left(tmp_path, "a.wav")
        await room.take_in(tmp_path)
        await room.send(tmp_path, message("a.wav"), "13812345678")
    assert [row.caller for row in await rows(engine)] == ["13812345678"]
    assert names(tmp_path) == ["a.wav"]


async def test_a_number_that_is_anothers_is_changed(engine: AsyncEngine, tmp_path: Path) -> None:
    left(tmp_path, "a.wav")
    left(tmp_path, "b.wav")
    await Requests(engine, RequestsSettings()).take_in(tmp_path)
    first, second = await rows(engine)
    assert first.number == "12345678" != second.number
    assert len(second.number) == 8


async def test_while_the_database_is_away_it_waits_on_disk(engine: AsyncEngine, tmp_path: Path) -> None:
    nowhere = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    slip = left(tmp_path, "a.wav")
    with pytest.raises(RequestsUnavailable):
        await Requests(nowhere, RequestsSettings()).take_in(tmp_path)
    await nowhere.dispose()
    assert slip.exists()
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 1


@pytest.mark.parametrize(
    "words",
    ["", "{", "[]", "null", '{"number": "1"}', '{"kind": "none"}', json.dumps({"kind": "complaint", "extra": 1})],
)
async def test_a_slip_that_is_none_is_named_and_stops_no_other(
    engine: AsyncEngine, tmp_path: Path, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / f"0.wav{message_box.SENT}").write_text(words)
    left(tmp_path, "a.wav")
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 1
    assert "0.wav.slip.json is no message's slip" in caplog.text
    assert names(tmp_path) == ["0.wav.bad.json", "a.wav"]


def older(slip: Path) -> None:
    """Its conversation is long over."""
    then = time.time() - message_box.ABANDONED_SECONDS - 1
    os.utime(slip, (then, then))


async def test_what_a_conversation_that_broke_off_had_recorded_is_sent(engine: AsyncEngine, tmp_path: Path) -> None:
    message_box.hold(tmp_path, message("a.wav"))
    (tmp_path / "a.wav").write_bytes(b"w" * (44 + 3 * 16000))
    room = Requests(engine, RequestsSettings())
    assert await room.take_in(tmp_path) == 0, "its caller may still be deciding"
    older(tmp_path / f"a.wav{message_box.OPEN}")
    assert await room.take_in(tmp_path) == 1
    assert [(row.file, row.seconds) for row in await rows(engine)] == [("a.wav", 3.0)]
    assert names(tmp_path) == ["a.wav"]


@pytest.mark.parametrize("recording", [None, b"", b"w" * (44 + 8000)])
async def test_of_one_that_broke_off_before_anything_was_said_nothing_stays(
    engine: AsyncEngine, tmp_path: Path, recording: bytes | None
) -> None:
    message_box.hold(tmp_path, message("a.wav"))
    older(tmp_path / f"a.wav{message_box.OPEN}")
    if recording is not None:
        (tmp_path / "a.wav").write_bytes(recording)
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 0
    assert names(tmp_path) == []


async def test_one_that_the_database_refuses_stops_no_other(engine: AsyncEngine, tmp_path: Path) -> None:
    left(tmp_path, "a.wav")
    (tmp_path / "b.wav").touch()
    message_box.put(tmp_path, replace(message("b.wav"), centre="\0"))
    left(tmp_path, "c.wav", "87654321")
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 2
    assert (tmp_path / "b.wav.bad.json").exists()


async def test_the_emergency_scripts_slip_is_read(engine: AsyncEngine, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"w" * (44 + 3 * 16000))
    paths = [str(tmp_path / "facts.jsonl"), str(tmp_path), "120", *["prompt"] * 6]
    emergency.keep(tmp_path / "a.wav", emergency.Order.read(["1795426380.3", "silent", "changsha", *paths]))
    assert await Requests(engine, RequestsSettings()).take_in(tmp_path) == 1
    (row,) = await rows(engine)
    assert (row.kind, row.centre, row.call, row.seconds, row.caller) == ("other", "changsha", "1795426380.3", 3.0, "")
    assert modes(tmp_path) == {0o600}
