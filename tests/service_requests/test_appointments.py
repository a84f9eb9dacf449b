"""Appointments: places are counted in the database, so that parallel callers cannot take one place twice."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.port import Holder, Verified
from hotline.database import engine as open_engine
from service_requests.exceptions import AlreadyBooked, SlotTaken
from service_requests.kinds import Appointment, Business, Half, Slot
from service_requests.service import Requests
from service_requests.settings import RequestsSettings
from service_requests.tables import AppointmentRow, SlotRow

TODAY = dt.date(2026, 11, 23)
SLOT = Slot("changsha", "furong", dt.date(2026, 11, 25), Half.MORNING)
OTHER = Slot("changsha", "furong", dt.date(2026, 11, 26), Half.AFTERNOON)
CAPACITY = 2


def person(key: int) -> Verified:
    return Verified(Holder.DEPOSITOR, str(key), "changsha", must_change=False)


@pytest.fixture
async def pool(fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    made = open_engine(fresh_database_url, seconds=30, connections=20)
    yield made
    await made.dispose()


@pytest.fixture
def requests(pool: AsyncEngine) -> Requests:
    return Requests(pool, RequestsSettings(slot_capacity=CAPACITY, answer_seconds=30))


async def book(requests: Requests, key: int, slot: Slot = SLOT, business: Business = Business.LOAN) -> Appointment:
    return await requests.book(person(key), business, slot, f"call-{key}", TODAY)


async def taken(pool: AsyncEngine) -> dict[Slot, int]:
    async with pool.connect() as connection:
        rows = (await connection.execute(select(SlotRow))).all()
    return {Slot(row.centre, row.branch, row.day, Half(row.half)): row.taken for row in rows}


async def test_booked_with_a_number_and_all_the_back_office_needs(requests: Requests, pool: AsyncEngine) -> None:
    made = await book(requests, 7)
    assert made.number.isdigit()
    assert len(made.number) == 6
    assert await requests.open_appointments(person(7), TODAY) == [made]
    assert await requests.open_appointments(person(8), TODAY) == []
    async with pool.connect() as connection:
        row = (await connection.execute(select(AppointmentRow))).one()
    assert (row.state, row.business, row.branch, row.day, row.half) == ("booked", "loan", "furong", SLOT.day, "morning")
    assert (row.holder, row.holder_key, row.call) == ("depositor", "7", "call-7")


async def test_twenty_callers_at_once_and_two_places(requests: Requests, pool: AsyncEngine) -> None:
    outcomes = await asyncio.gather(*(book(requests, key) for key in range(20)), return_exceptions=True)
    assert Counter(type(one) for one in outcomes) == {Appointment: CAPACITY, SlotTaken: 20 - CAPACITY}
    assert await taken(pool) == {SLOT: CAPACITY}
    days = [SLOT.day, OTHER.day]
    assert await requests.free("changsha", "furong", days) == {SLOT.day: [Half.AFTERNOON], OTHER.day: list(Half)}
    assert await requests.free("changsha", "yuelu", [SLOT.day]) == {SLOT.day: list(Half)}


async def test_one_person_on_twenty_telephones_books_once(requests: Requests, pool: AsyncEngine) -> None:
    outcomes = await asyncio.gather(
        *(book(requests, 7, Slot("changsha", f"b{at}", SLOT.day, Half.MORNING)) for at in range(20)),
        return_exceptions=True,
    )
    assert Counter(type(one) for one in outcomes) == {Appointment: 1, AlreadyBooked: 19}
    assert sum((await taken(pool)).values()) == 1, "what was not booked took no place"


async def test_one_for_each_business(requests: Requests) -> None:
    for business in Business:
        await book(requests, 7, OTHER if business is Business.LOAN else SLOT, business)
    assert [one.business for one in await requests.open_appointments(person(7), TODAY)][-1] is Business.LOAN
    with pytest.raises(AlreadyBooked):
        await book(requests, 7, OTHER, Business.WITHDRAWAL)


async def test_one_that_is_over_is_in_nobodys_way(requests: Requests) -> None:
    await book(requests, 7)
    later = SLOT.day + dt.timedelta(days=1)
    assert await requests.open_appointments(person(7), later) == []
    again = await requests.book(person(7), Business.LOAN, OTHER, "call", later)
    assert await requests.open_appointments(person(7), later) == [again]


async def test_cancelled_its_place_is_free_again(requests: Requests, pool: AsyncEngine) -> None:
    mine = await book(requests, 7)
    assert not await requests.cancel(person(8), mine.number), "the number alone is not enough"
    assert await requests.cancel(person(7), mine.number)
    assert not await requests.cancel(person(7), mine.number)
    assert await taken(pool) == {SLOT: 0}
    await book(requests, 7)


async def test_moved_it_keeps_its_number(requests: Requests, pool: AsyncEngine) -> None:
    mine = await book(requests, 7)
    assert await requests.move(person(8), mine.number, OTHER) is None
    moved = await requests.move(person(7), mine.number, OTHER)
    assert moved == Appointment(mine.number, Business.LOAN, OTHER)
    assert await taken(pool) == {SLOT: 0, OTHER: 1}
    assert await requests.move(person(7), mine.number, OTHER) == moved, "to where it is already"
    assert (await taken(pool))[OTHER] == 1


async def test_moving_to_a_full_half_day_changes_nothing(requests: Requests, pool: AsyncEngine) -> None:
    for key in range(CAPACITY):
        await book(requests, key, OTHER)
    mine = await book(requests, 7)
    with pytest.raises(SlotTaken):
        await requests.move(person(7), mine.number, OTHER)
    assert await requests.open_appointments(person(7), TODAY) == [mine]
    assert await taken(pool) == {SLOT: 1, OTHER: CAPACITY}


async def test_those_who_change_places_do_not_wait_for_each_other_for_ever(
    requests: Requests, pool: AsyncEngine
) -> None:
    numbers = [(key, (await book(requests, key, SLOT if key % 2 else OTHER)).number) for key in range(2)]
    for _ in range(5):
        places = [Slot("changsha", "furong", SLOT.day, Half.AFTERNOON), SLOT, OTHER]
        moves = [requests.move(person(key), number, slot) for slot in places for key, number in numbers]
        outcomes = await asyncio.gather(*moves, return_exceptions=True)
        assert {type(one) for one in outcomes} <= {Appointment, SlotTaken}
        assert sum((await taken(pool)).values()) == 2


async def test_a_half_day_may_have_a_capacity_of_its_own(requests: Requests, pool: AsyncEngine) -> None:
    await book(requests, 1)
    async with pool.begin() as connection:
        await connection.execute(update(SlotRow).values(capacity=1))
    with pytest.raises(SlotTaken):
        await book(requests, 2)
    assert await requests.free("changsha", "furong", [SLOT.day]) == {SLOT.day: [Half.AFTERNOON]}


async def test_open_numbers_are_one_holders_alone(requests: Requests, pool: AsyncEngine) -> None:
    first = await book(requests, 1)
    async with pool.begin() as connection:
        with pytest.raises(Exception, match="open_number"):
            await connection.execute(
                text(
                    "INSERT INTO requests.appointment (number, business, centre, branch, day, half, holder, holder_key,"
                    " state, call, created_at, changed_at) SELECT number, business, centre, branch, day, half, holder,"
                    " '2', state, call, created_at, changed_at FROM requests.appointment WHERE number = :number"
                ),
                {"number": first.number},
            )


async def test_who_cancels_on_one_telephone_and_books_on_another_is_answered_on_both(
    requests: Requests, pool: AsyncEngine
) -> None:
    for _ in range(20):
        mine = await book(requests, 7)
        outcomes = await asyncio.gather(
            requests.cancel(person(7), mine.number),
            *(book(requests, 7) for _ in range(3)),
            requests.move(person(7), mine.number, OTHER),
            return_exceptions=True,
        )
        assert {type(one) for one in outcomes} <= {bool, Appointment, AlreadyBooked, type(None)}
        left = await requests.open_appointments(person(7), TODAY)
        assert len(left) <= 1
        assert sum((await taken(pool)).values()) == len(left)
        for one in left:
            await requests.cancel(person(7), one.number)


async def test_many_who_move_into_half_days_that_nobody_had_yet(requests: Requests) -> None:
    """The rows that count the places are made by whoever comes first, in the order in which they are locked."""
    for at in range(10):
        day = SLOT.day + dt.timedelta(days=at)
        here, there = (Slot("changsha", f"b{at}", day, half) for half in Half)
        numbers = [
            (key, (await book(requests, key, Slot("changsha", f"from{key}", day, Half.MORNING))).number)
            for key in (1, 2)
        ]
        outcomes = await asyncio.gather(
            *(requests.move(person(key), number, slot) for slot in (here, there) for key, number in numbers),
            return_exceptions=True,
        )
        assert {type(one) for one in outcomes} <= {Appointment, SlotTaken}
        for key, number in numbers:
            await requests.cancel(person(key), number)
