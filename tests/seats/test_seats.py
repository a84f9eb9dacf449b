"""Who may sit where, on a real PostgreSQL."""

import asyncio
import datetime as dt
import stat
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import seats.demo
from fund.passwords import Passwords
from seats.exceptions import SeatsUnavailable
from seats.phones import open_phones
from seats.service import Occupant, Seats, agent_numbers
from seats.settings import SeatsSettings

SEED = "seats"
PINS = Passwords("key")
DESK = "PJSIP/ag8001"


@pytest.fixture
async def service(fresh_engine: AsyncEngine) -> Seats:
    await seats.demo.load(fresh_engine, SEED, ["changsha"], PINS)
    return Seats(fresh_engine, PINS, SeatsSettings())


async def test_the_right_pin_takes_the_seat(service: Seats) -> None:
    found = await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK)
    assert found == Occupant("1001", "changsha", "agent")
    assert await service.occupant(DESK) == found


async def test_an_agent_has_one_phone(service: Seats) -> None:
    pin = seats.demo.pin(SEED, "1001")
    await service.sign_in("1001", pin, DESK)
    await service.sign_in("1001", pin, "PJSIP/ag8002")
    assert await service.occupant(DESK) is None


async def test_wrong_pins_lock_the_number_for_a_while(fresh_engine: AsyncEngine) -> None:
    await seats.demo.load(fresh_engine, SEED, ["changsha"], PINS)
    now = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    clock = [now]
    service = Seats(fresh_engine, PINS, SeatsSettings(), lambda: clock[0])
    pin = seats.demo.pin(SEED, "1001")
    for _ in range(5):
        assert await service.sign_in("1001", "000000", DESK) is None
    assert await service.sign_in("1001", pin, DESK) is None
    clock[0] += dt.timedelta(minutes=16)
    assert await service.sign_in("1001", pin, DESK) is not None


async def test_twenty_guesses_at_once_get_no_more_tries_than_five(fresh_engine: AsyncEngine) -> None:
    """Four of the tries are wrong before, so of twenty right ones at once only one is heard."""
    await seats.demo.load(fresh_engine, SEED, ["changsha"], PINS)
    service = Seats(fresh_engine, PINS, SeatsSettings(pin_failures=1))
    await service.sign_in("1001", "000000", DESK)
    pin = seats.demo.pin(SEED, "1001")
    found = await asyncio.gather(*(service.sign_in("1001", pin, DESK) for _ in range(20)))
    assert found == [None] * 20


async def test_without_a_database_nobody_signs_in(tmp_path: Path) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    with pytest.raises(SeatsUnavailable):
        await Seats(engine, PINS, SeatsSettings()).sign_in("1001", "123456", DESK)
    await engine.dispose()


async def test_no_pin_stands_in_the_table(service: Seats, fresh_engine: AsyncEngine) -> None:
    async with fresh_engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM seats.agent")).all()
    assert len(rows) == len(await agent_numbers(fresh_engine)) == 4
    assert all(seats.demo.pin(SEED, row.number) not in repr(row) for row in rows)


def test_each_phone_has_a_secret_of_its_own(tmp_path: Path) -> None:
    phones = open_phones(tmp_path, ["8001", "8002"])
    assert len({phone.secret for phone in phones}) == 2
    assert open_phones(tmp_path, ["8002", "8001", "8003"])[1] == phones[0]
    assert stat.S_IMODE((tmp_path / "phones.json").stat().st_mode) == 0o600
    assert phones[0].secret not in repr(phones[0])
    assert phones[0].sip_user == "ag8001"
