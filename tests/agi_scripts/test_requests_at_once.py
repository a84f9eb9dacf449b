"""Requests of many callers at once, and of callers who press what chance gives them: the rows always agree."""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from centres import Calendar
from fund.identity import Login
from fund.port import Holder, Refusal, Verified
from hotline.database import engine as open_engine
from service_requests.kinds import State
from service_requests.tables import AppointmentRow, MessageRow, SlotRow
from tests.agi_scripts.accounts import PASSWORD, Accounts
from tests.agi_scripts.conftest import SHANGHAI, Hotline, answering
from tests.agi_scripts.line import Line
from tests.agi_scripts.test_any_keys import ends_well

MONDAY = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
SUNDAY = MONDAY - dt.timedelta(days=1)
PLACES = 2
"""Of each half day in these conversations."""


class Crowd(Accounts):
    """Each account number is another person's."""

    async def verify(self, centre: str, login: Login, number: str, password: str, caller: str) -> Verified | Refusal:
        found = await super().verify(centre, login, number, password, caller)
        return found if isinstance(found, Refusal) else Verified(Holder.DEPOSITOR, number, centre, must_change=False)


@pytest.fixture
async def pool(fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    made = open_engine(fresh_database_url, seconds=10, connections=10)
    yield made
    await made.dispose()


async def booked(pool: AsyncEngine) -> tuple[int, int]:
    """Appointments that are booked, and places that are taken."""
    async with pool.connect() as connection:
        count = select(func.count()).select_from(AppointmentRow).where(AppointmentRow.state == State.BOOKED)
        places = select(func.coalesce(func.sum(SlotRow.taken), 0))
        return (await connection.execute(count)).scalar_one(), (await connection.execute(places)).scalar_one()


async def test_twenty_callers_confirm_the_same_half_day_at_once(pool: AsyncEngine, tmp_path: Path) -> None:
    """All of them heard that there is a place; two get it, and eighteen are told and asked again."""
    all_there = asyncio.Barrier(20)

    async def wait_for_the_others() -> None:
        await all_there.wait()

    def prepare(line: Line) -> None:
        line.meanwhile["appointment.confirm"] = wait_for_the_others

    async with answering(pool, tmp_path, Crowd(), clock=lambda: MONDAY) as hotline:
        lines = await asyncio.gather(
            *(
                hotline.call("3", "1", "1", f"10000000{at:02d}#", PASSWORD, "1", "1", "1", "1", "0", prepare=prepare)
                for at in range(20)
            )
        )
    heard = Counter("booked" if "appointment.booked" in line.heard else "taken" for line in lines)
    assert heard == {"booked": PLACES, "taken": 20 - PLACES}
    assert all(
        "appointment.taken guide.districts" in line.said() for line in lines if "appointment.booked" not in line.heard
    )
    assert {line.heard[-1] for line in lines} == {"agent.connecting"}
    assert await booked(pool) == (PLACES, PLACES)


async def test_one_person_books_on_five_telephones_at_once(pool: AsyncEngine, tmp_path: Path) -> None:
    all_there = asyncio.Barrier(5)

    async def wait_for_the_others() -> None:
        await all_there.wait()

    def prepare(line: Line) -> None:
        line.meanwhile["appointment.confirm"] = wait_for_the_others

    async with answering(pool, tmp_path, Crowd(), clock=lambda: MONDAY) as hotline:
        lines = await asyncio.gather(
            *(
                hotline.call("3", "1", "1", "1000000001#", PASSWORD, "1", str(day), "1", "1", "0", prepare=prepare)
                for day in (1, 2, 3, 1, 2)
            )
        )
    ends = Counter("booked" if "appointment.booked" in line.heard else "yours" for line in lines)
    assert ends == {"booked": 1, "yours": 4}
    assert all(
        "appointment.yours appointment.loan" in line.said() for line in lines if "appointment.booked" not in line.heard
    )
    assert await booked(pool) == (1, 1)


def by_chance(seed: int, first: list[str]) -> list[str | None]:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return [
        *first,
        *chance.choices(["1", "1", "1", "2", "2", "3", "4", "9", "*", "", "7", "123456", "12#"], k=40),
        None,
    ]


@pytest.mark.parametrize("seed", range(10))
async def test_appointments_by_chance(
    pool: AsyncEngine, tmp_path: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with answering(pool, tmp_path, Crowd(), clock=lambda: MONDAY) as hotline:
        for at in range(3):
            way = ["3", "123"[at], "12"[seed % 2], f"100000000{at % 2}#", PASSWORD]
            assert ends_well(await hotline.call(*by_chance(seed * 3 + at, way)))
    appointments, places = await booked(pool)
    assert appointments == places
    assert [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


@pytest.fixture
async def closed(pool: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hotline]:
    async with answering(pool, tmp_path, Crowd(), clock=lambda: SUNDAY, calendar=Calendar(SHANGHAI)) as hotline:
        yield hotline


def recordings(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if ".wav" in file.name)


@pytest.mark.parametrize("seed", range(10))
async def test_messages_by_chance(closed: Hotline, pool: AsyncEngine, seed: int) -> None:
    """What lies on disk is what the rows name, and no slip is left."""

    def prepare(line: Line) -> None:
        line.hangs_up_in = "RECORD FILE" if seed % 5 == 4 else ""
        line.recorded = 8400 if seed % 5 == 3 else 32000

    for at in range(2):
        assert ends_well(await closed.call(*by_chance(seed * 2 + at, ["4", "12"[at]]), prepare=prepare))
    async with pool.connect() as connection:
        files = (await connection.execute(select(MessageRow.file).order_by(MessageRow.file))).scalars().all()
    assert recordings(closed.world.messages) == list(files)


async def test_many_messages_at_once(closed: Hotline, pool: AsyncEngine) -> None:
    lines = await asyncio.gather(
        *(closed.call("4", "1", "1", None, variables={"HL_CALL_ID": f"1795426380.{at}"}) for at in range(20))
    )
    assert all("message.thanks" in line.heard for line in lines)
    async with pool.connect() as connection:
        rows = (await connection.execute(select(MessageRow.file, MessageRow.number))).all()
    assert recordings(closed.world.messages) == sorted({row.file for row in rows})
    assert len(rows) == 20
    assert len({row.number for row in rows}) == 20
