"""Who may sit where, on a real PostgreSQL."""

import asyncio
import datetime as dt
import stat
import traceback
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import seats.demo
from fund.passwords import Passwords, is_weak
from seats.exceptions import SeatsUnavailable
from seats.phones import interface_of, open_phones
from seats.service import PAUSED, READY, Occupant, Seated, Seats, SignedIn, agent_numbers
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
    assert found == SignedIn(Occupant("1001", "changsha", "agent"))
    assert await service.occupant(DESK) == found.occupant
    assert await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK) == found, "once more changes nothing"


async def test_an_agent_has_one_phone(service: Seats) -> None:
    pin = seats.demo.pin(SEED, "1001")
    await service.sign_in("1001", pin, DESK)
    found = await service.sign_in("1001", pin, "PJSIP/ag8002")
    agent = Occupant("1001", "changsha", "agent")
    assert found == SignedIn(agent, (Seated(agent, DESK),))
    assert await service.occupant(DESK) is None


async def test_a_phone_has_one_agent(service: Seats) -> None:
    await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK)
    await service.sign_in("1002", seats.demo.pin(SEED, "1002"), "PJSIP/ag8002")
    found = await service.sign_in("1002", seats.demo.pin(SEED, "1002"), DESK)
    assert found is not None
    assert {(seat.occupant.number, seat.interface) for seat in found.left} == {
        ("1001", DESK), ("1002", "PJSIP/ag8002"),
    }  # fmt: skip
    assert await service.occupant("PJSIP/ag8002") is None


async def test_one_agent_at_two_phones_at_once_has_one(service: Seats) -> None:
    pin = seats.demo.pin(SEED, "1001")
    desks = [f"PJSIP/ag80{n:02d}" for n in range(1, 9)]
    await asyncio.gather(*(service.sign_in("1001", pin, desk) for desk in desks))
    assert sum([await service.occupant(desk) is not None for desk in desks]) == 1


async def test_a_state_has_a_reason_and_the_time_it_began(service: Seats, fresh_engine: AsyncEngine) -> None:
    async def seat() -> tuple[str, str, dt.datetime]:
        async with fresh_engine.connect() as connection:
            row = (await connection.exec_driver_sql("SELECT state, reason, since FROM seats.seat")).one()
        return row.state, row.reason, row.since

    await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK)
    ready = await seat()
    await service.set_state(DESK, PAUSED, "用餐")
    paused = await seat()
    await service.set_state(DESK, PAUSED, "培训")
    assert paused[:2] == (PAUSED, "用餐")
    assert paused[2] >= ready[2]
    assert await seat() == (PAUSED, "培训", paused[2]), "another reason is told, the pause goes on"
    await service.set_state(DESK, READY)
    assert (await seat())[:2] == (READY, "")
    await service.sign_out(DESK)
    await service.sign_out(DESK)
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


class CountedPins(Passwords):
    """Counts how often a PIN is compared with an agent's."""

    compared = 0

    async def matches(self, owner: str, password: str, stored: str | None) -> bool:
        self.compared += stored is not None
        return await super().matches(owner, password, stored)


async def test_twenty_guesses_at_once_get_no_more_tries_than_five(fresh_engine: AsyncEngine) -> None:
    pins = CountedPins("key")
    await seats.demo.load(fresh_engine, SEED, ["changsha"], pins)
    service = Seats(fresh_engine, pins, SeatsSettings(pin_failures=5))
    found = await asyncio.gather(*(service.sign_in("1001", f"{n:06d}", DESK) for n in range(20)))
    assert found == [None] * 20
    assert pins.compared == 5
    assert await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK) is None
    assert await service.sign_in("1002", seats.demo.pin(SEED, "1002"), DESK) is not None, "others are not locked"


async def test_a_right_pin_forgives_the_wrong_ones(service: Seats) -> None:
    for _ in range(3):
        for _ in range(4):
            assert await service.sign_in("1001", "000000", DESK) is None
        assert await service.sign_in("1001", seats.demo.pin(SEED, "1001"), DESK) is not None


async def test_without_a_database_nobody_signs_in(tmp_path: Path) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    away, pin = Seats(engine, PINS, SeatsSettings()), seats.demo.pin(SEED, "1001")
    with pytest.raises(SeatsUnavailable) as caught:
        await away.sign_in("1001", pin, DESK)
    assert pin not in "".join(traceback.format_exception(caught.value))
    for question in (away.occupant(DESK), away.sign_out(DESK), away.set_state(DESK, PAUSED)):
        with pytest.raises(SeatsUnavailable):
            await question
    await engine.dispose()


async def test_no_pin_stands_in_the_table(service: Seats, fresh_engine: AsyncEngine) -> None:
    async with fresh_engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM seats.agent")).all()
    assert len(rows) == len(await agent_numbers(fresh_engine)) == 4
    assert all(seats.demo.pin(SEED, row.number) not in repr(row) for row in rows)


@pytest.mark.parametrize("centres", [1, 3, 15, 31])
def test_in_the_demo_nobody_shares_a_number_or_a_phone(centres: int) -> None:
    made = seats.demo.agents([f"centre{n}" for n in range(centres)])
    assert len({one.number for one in made}) == len({one.extension for one in made}) == len(made) == 3 * centres + 1
    assert all(one.number.isdigit() and len(one.number) <= 8 for one in made)


def test_demo_pins_follow_from_the_seed_and_differ() -> None:
    pins = {seats.demo.pin(SEED, str(number)) for number in range(1001, 1101)}
    assert len(pins) > 95
    assert not any(is_weak(pin) for pin in pins)
    assert seats.demo.pin(SEED, "1001") == seats.demo.pin(SEED, "1001") != seats.demo.pin("another", "1001")


@pytest.mark.parametrize(
    ("channel", "interface"),
    [
        ("PJSIP/ag8001-00000007", "PJSIP/ag8001"),
        ("PJSIP/ag81001-0000ffff", "PJSIP/ag81001"),
        ("PJSIP/trunk-00000007", None),
        ("PJSIP/agent-00000007", None),
        ("PJSIP/ag8001,x-00000007", None),
        ("PJSIP/ag8001-00000007\n", None),
        ("Local/ag8001@phones-00000007;1", None),
    ],
)
def test_a_channel_is_a_seat_only_when_it_is_an_agents_phone(channel: str, interface: str | None) -> None:
    assert interface_of(channel) == interface


def test_each_phone_has_a_secret_of_its_own(tmp_path: Path) -> None:
    phones = open_phones(tmp_path, ["8001", "8002"])
    assert len({phone.secret for phone in phones}) == 2
    assert open_phones(tmp_path, ["8002", "8001", "8003"])[1] == phones[0]
    assert stat.S_IMODE((tmp_path / "phones.json").stat().st_mode) == 0o600
    assert phones[0].secret not in repr(phones[0])
    assert phones[0].sip_user == "ag8001"
