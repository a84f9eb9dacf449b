"""From what Asterisk leaves to a sealed, listed recording, whatever happens in between; on a real PostgreSQL."""

import asyncio
import datetime as dt
import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hotline.paths import PROJECT
from recordings import codec, keeping
from recordings.container import Sealed
from recordings.exceptions import RecordingsUnavailable
from recordings.keeping import Keeping
from recordings.keys import KeyRing
from recordings.plain import Part, finished, tidy
from recordings.store import Recording, Store, Wanted
from tests.calls.talk import AGENTS_VOICE, CALLERS_VOICE

RING = KeyRing.of(b"k" * 32)
CALL = "1795447745.0"
ANSWERED = 1795447745678


@dataclass(frozen=True, slots=True)
class Place:
    """The folders, and the job over them."""

    plain: Path
    folder: Path
    store: Store
    job: Keeping

    def talk(self, name: str = CALL, *, seconds: float = 6.4, agent: str = "1001") -> Path:
        """Leave a talk as Asterisk does."""
        size = round(seconds * 8000)
        both = np.stack([np.resize(CALLERS_VOICE, size), np.resize(AGENTS_VOICE, size)], axis=1)
        raw = self.plain / f"{name}.raw"
        raw.write_bytes(both.astype("<i2").tobytes())
        (self.plain / f"{name}.talk").write_text(f"{ANSWERED},8.3,changsha,{agent}\n")
        return raw

    async def listed(self, call: str = CALL) -> list[Recording]:
        return list(await self.store.listed(Wanted(call), 50))

    def heard(self, one: Recording) -> "np.typing.NDArray[np.int16]":
        data = (self.folder / one.file).read_bytes()
        sealed = Sealed.opened(lambda offset, size: data[offset : offset + size], len(data), RING)
        return codec.decode(b"".join(sealed.slice(0, sealed.length)))

    def left(self) -> list[str]:
        return sorted(file.name for file in self.plain.iterdir())


@pytest.fixture
async def place(fresh_engine: AsyncEngine, tmp_path: Path) -> Place:
    folder = tmp_path / "recordings"
    plain = folder / "plain"
    plain.mkdir(parents=True, mode=0o700)
    store = Store(fresh_engine)
    return Place(plain, folder, store, Keeping(plain, folder, RING, store))


def alike(heard: "np.typing.NDArray[np.int16]", said: "np.typing.NDArray[np.int16]") -> float:
    """Greatest correlation of what is heard with a voice, from 0 to 1."""
    sound, voice = heard[: len(said) * 2].astype(float), said.astype(float)
    return float(np.abs(np.correlate(sound, voice, "valid")).max() / (np.linalg.norm(voice) ** 2))


async def test_a_talk_is_kept_small_in_stereo_and_nothing_plain_is_left(place: Place) -> None:
    raw = place.talk()
    plain_bytes = raw.stat().st_size
    assert await place.job.round()
    (one,) = await place.listed()
    assert (one.call, one.place, one.queue, one.agent, one.offset) == (CALL, 1, "changsha", "1001", 0)
    assert one.seconds == pytest.approx(6.4)
    assert one.started == dt.datetime.fromtimestamp(ANSWERED / 1000 + 8.3, dt.UTC)
    file = place.folder / one.file
    assert file.stat().st_size == one.bytes < plain_bytes / 3
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert place.left() == []
    sound = place.heard(one)
    assert len(sound) == round(6.4 * 8000)
    assert alike(sound[:, 0], CALLERS_VOICE) > 0.7
    assert alike(sound[:, 1], AGENTS_VOICE) > 0.7
    assert alike(sound[:, 0], AGENTS_VOICE) < 0.2
    assert alike(sound[:, 1], CALLERS_VOICE) < 0.2


async def test_what_is_still_written_waits(place: Place) -> None:
    raw = place.talk()
    with raw.open("ab"):
        assert await place.job.round()
        assert await place.listed() == []
        assert raw.exists()
    assert await place.job.round()
    assert len(await place.listed()) == 1


async def test_parts_of_a_call_are_one_story_in_order(place: Place) -> None:
    for name, seconds in ((f"{CALL}-2", 1.0), (f"{CALL}_1", 2.0), (CALL, 3.0), (f"{CALL}-101", 0.5)):
        place.talk(name, seconds=seconds)
    assert await place.job.round()
    rows = await place.listed()
    assert [(one.name, one.place, one.offset) for one in rows] == [
        (CALL, 1, 0.0), (f"{CALL}_1", 2, 3.0), (f"{CALL}-2", 3, 5.0), (f"{CALL}-101", 4, 6.0),
    ]  # fmt: skip


async def test_nothing_said_and_nothing_known(place: Place) -> None:
    (place.plain / f"{CALL}.raw").touch()
    place.talk(f"{CALL}-2").with_suffix(".talk").write_text("${nonsense}")
    (place.plain / "note.raw").write_bytes(b"not ours")
    assert await place.job.round()
    (one,) = await place.listed()
    assert (one.name, one.agent, one.queue) == (f"{CALL}-2", "", "")
    assert place.left() == ["note.raw"]


async def test_a_line_without_a_recording_is_removed_in_time(place: Place) -> None:
    (place.plain / f"{CALL}.talk").write_text("1,8.3,changsha,1001\n")
    stamp = (place.plain / f"{CALL}.talk").stat().st_mtime
    tidy(place.plain, stamp + 3600)
    assert place.left() == [f"{CALL}.talk"]
    tidy(place.plain, stamp + 90000)
    assert place.left() == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["_write", "_sync", "keep", "remove"])
async def test_killed_at_any_step_and_started_again(place: Place, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    raw = place.talk()

    def die(*_: object) -> None:
        raise Killed

    target = {"keep": Store, "remove": Part}.get(where, keeping)
    with monkeypatch.context() as patch:
        patch.setattr(target, where, die)
        with pytest.raises(Killed):
            await place.job.keep(finished(place.plain)[0])
    assert raw.exists()
    (place.folder / "2026/11/23").mkdir(parents=True, exist_ok=True)
    (place.folder / "2026/11/23" / f"{CALL}.draft").write_bytes(b"half")
    again = Keeping(place.plain, place.folder, RING, place.store)
    again._clean()
    assert await again.round()
    (one,) = await place.listed()
    assert len(place.heard(one)) == round(6.4 * 8000)
    assert place.left() == []
    assert not list(place.folder.rglob("*.draft"))


async def test_a_job_killed_outright_loses_nothing(place: Place, fresh_database_url: str) -> None:
    """A process that keeps recordings is killed again and again; at last each is kept once and nothing plain is left."""
    names = [f"179544{n}.0" for n in range(6)]
    for name in names:
        place.talk(name, seconds=20)
    program = f"""
import asyncio, pathlib
from sqlalchemy.ext.asyncio import create_async_engine
from recordings.keeping import Keeping
from recordings.keys import KeyRing
from recordings.store import Store
async def main():
    engine = create_async_engine({fresh_database_url!r})
    print("up", flush=True)
    folder = pathlib.Path({str(place.folder)!r})
    await Keeping(folder / "plain", folder, KeyRing.of(b"k" * 32), Store(engine)).run()
asyncio.run(main())
"""
    for pause in (0.0, 0.1, 0.3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(pause)
        process.kill()
        await process.communicate()
    again = Keeping(place.plain, place.folder, RING, place.store)
    again._clean()
    assert await again.round()
    for name in names:
        (one,) = await place.listed(name)
        assert len(place.heard(one)) == 20 * 8000
    assert place.left() == []
    assert len([file for file in place.folder.rglob("*") if file.is_file()]) == len(names)


async def test_a_full_disk_is_told_and_keeps_what_is_plain(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    raw = place.talk()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert not await place.job.round()
        assert not await place.job.round()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"recordings wait in {place.plain}: the disk of {place.folder} is full"
    ]
    assert raw.exists()
    assert not [file for file in place.folder.rglob("*") if file.suffix in {".rec", ".draft"}]
    assert await place.job.round()
    assert place.left() == []


async def test_a_database_that_is_away_costs_nothing(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    raw = place.talk()
    engine = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    job = Keeping(place.plain, place.folder, RING, Store(engine))
    assert not await job.round()
    assert "the database does not answer" in caplog.text
    assert raw.exists()
    with pytest.raises(RecordingsUnavailable):
        await Store(engine).listed(Wanted(), 1)
    await engine.dispose()


async def test_rows_are_found_by_call_agent_and_day(place: Place, fresh_engine: AsyncEngine) -> None:
    for name, agent in ((CALL, "1001"), (f"{CALL}-2", "1002"), ("1795447999.4", "1002")):
        place.talk(name, agent=agent, seconds=1)
    assert await place.job.round()
    async with fresh_engine.begin() as connection:
        await connection.execute(
            text("UPDATE recordings.recording SET started = started - interval '1 day' WHERE call = '1795447999.4'")
        )
    began = dt.datetime.fromtimestamp(ANSWERED / 1000, dt.UTC)

    async def names(wanted: Wanted, most: int = 50) -> list[str]:
        return [one.name for one in await place.store.listed(wanted, most)]

    assert await names(Wanted()) == ["1795447999.4", f"{CALL}-2", CALL]
    assert await names(Wanted(agent="1002")) == ["1795447999.4", f"{CALL}-2"]
    assert await names(Wanted(since=began)) == [f"{CALL}-2", CALL]
    assert await names(Wanted(until=began)) == ["1795447999.4"]
    assert await names(Wanted(), 1) == ["1795447999.4"]
    newest = (await place.store.listed(Wanted(), 1))[0]
    assert await names(Wanted(before=newest.id)) == [f"{CALL}-2", CALL]
