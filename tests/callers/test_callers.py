"""What is remembered of a calling number, on a real PostgreSQL; and that nobody waits for it."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from callers import Callers, CallersSettings, Known
from callers.exceptions import CallersUnavailable
from callers.tables import Caller
from hotline import database

NUMBER = "13812345678"
DAY = dt.timedelta(days=1)


class Clock:
    """What time it is."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def callers(fresh_engine: AsyncEngine, clock: Clock) -> Callers:
    return Callers(fresh_engine, "key", CallersSettings(answer_seconds=5), clock)


async def rows(engine: AsyncEngine) -> list[tuple[str, str]]:
    async with engine.connect() as connection:
        return [(row.key, row.centre) for row in (await connection.execute(select(Caller.key, Caller.centre))).all()]


async def test_a_stranger_is_known_the_next_time(callers: Callers, clock: Clock) -> None:
    assert await callers.calls(NUMBER) == Known("", returning=False)
    assert await callers.calls(NUMBER) == Known("", returning=True)
    clock.now += 30 * DAY
    assert not (await callers.calls(NUMBER)).returning
    clock.now += 30 * DAY - dt.timedelta(seconds=1)
    assert (await callers.calls(NUMBER)).returning


async def test_the_centre_chosen_last_is_known(callers: Callers) -> None:
    await callers.calls(NUMBER)
    for code in ("zhuzhou", "xiangtan"):
        await callers.chose(NUMBER, code)
        assert (await callers.calls(NUMBER)).centre == code
    await callers.chose("13800000000", "yueyang")
    assert (await callers.calls("13800000000")).centre == "yueyang"
    assert (await callers.calls(NUMBER)).centre == "xiangtan"


async def test_a_number_is_the_same_however_the_trunk_writes_it(callers: Callers) -> None:
    await callers.chose("+8613812345678", "yueyang")
    assert (await callers.calls(NUMBER)).centre == "yueyang"


async def test_a_withheld_number_is_nobodys(callers: Callers, fresh_engine: AsyncEngine) -> None:
    await callers.calls("")
    await callers.chose("", "yueyang")
    assert await callers.calls("") == Known()
    assert await rows(fresh_engine) == []


async def test_the_number_itself_stands_nowhere(callers: Callers, fresh_engine: AsyncEngine) -> None:
    await callers.calls(NUMBER)
    ((key, _),) = await rows(fresh_engine)
    assert len(key) == 40
    assert NUMBER not in key
    other = Callers(fresh_engine, "another key", CallersSettings())
    assert await other.calls(NUMBER) == Known(), "the key of another installation finds nothing"


async def test_who_has_not_called_for_long_is_forgotten(
    callers: Callers, clock: Clock, fresh_engine: AsyncEngine
) -> None:
    await callers.chose(NUMBER, "yueyang")
    await callers.chose("13800000000", "changde")
    clock.now += 365 * DAY
    assert (await callers.calls(NUMBER)).centre == "yueyang", "on the last day still"
    clock.now += 365 * DAY + dt.timedelta(seconds=1)
    assert await callers.calls(NUMBER) == Known()
    await asyncio.gather(*callers._underway)
    assert [centre for _, centre in await rows(fresh_engine)] == [""]


async def test_a_number_is_forgotten_at_its_owners_wish(callers: Callers, fresh_engine: AsyncEngine) -> None:
    await callers.chose(NUMBER, "yueyang")
    assert await callers.forget("+8613812345678")
    assert not await callers.forget(NUMBER)
    assert await rows(fresh_engine) == []


async def test_many_calls_of_one_number_at_once(callers: Callers, fresh_engine: AsyncEngine) -> None:
    await asyncio.gather(
        *(callers.calls(NUMBER) for _ in range(20)), *(callers.chose(NUMBER, "yueyang") for _ in range(5))
    )
    assert [centre for _, centre in await rows(fresh_engine)] == ["yueyang"]


async def test_a_database_that_is_away_is_a_stranger(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    callers = Callers(engine, "key", CallersSettings())
    assert await callers.calls(NUMBER) == Known()
    await callers.chose(NUMBER, "yueyang")
    with pytest.raises(CallersUnavailable):
        await callers.forget(NUMBER)
    assert "cannot be asked" in caplog.text
    assert NUMBER not in caplog.text
    await engine.dispose()


async def test_a_database_that_is_slow_holds_nobody_up(
    fresh_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody holds the table; the caller goes on after the time that is set, and what was begun comes to its end."""
    engine = database.engine(fresh_database_url, seconds=0.3, connections=3)
    callers = Callers(engine, "key", CallersSettings(answer_seconds=0.2))
    async with engine.begin() as holder:
        await holder.execute(text("LOCK TABLE callers.caller IN ACCESS EXCLUSIVE MODE"))
        began = asyncio.get_running_loop().time()
        assert await callers.calls(NUMBER) == Known()
        assert asyncio.get_running_loop().time() - began < 1
        await asyncio.wait(callers._underway)
    assert "no answer within 0.2 s" in caplog.text
    assert await callers.calls(NUMBER) == Known()
    await engine.dispose()
