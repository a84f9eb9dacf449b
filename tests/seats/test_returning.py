"""Whose call an agent can return, for how long, and that it is only what the dialling plan has."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from seats.caller_numbers import CallerNumbers
from seats.dialling import Rules
from seats.exceptions import NotPossible
from seats.tables import CallerNumber

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


class Numbers(CallerNumbers):
    """With a clock that a test turns."""

    def __init__(self, engine: AsyncEngine, rules: Rules = Rules(area_codes=("0731",))) -> None:  # noqa: B008 - frozen
        self.now = NOW
        super().__init__(engine, rules, dt.timedelta(days=30), lambda: self.now)


async def kept(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(CallerNumber))).scalar_one()


@pytest.mark.parametrize(
    ("number", "is_dialled"),
    [("+8613812345678", "13812345678"), ("88887777", "073188887777"), ("013812345678", "13812345678")],
)
async def test_a_number_is_kept_as_it_is_dialled(fresh_engine: AsyncEngine, number: str, is_dialled: str) -> None:
    numbers = Numbers(fresh_engine)
    await numbers.keep("1.1", "changsha", number)
    await numbers.keep("1.1", "changsha", "13900000000")
    assert await numbers.of("1.1", "changsha") == is_dialled, "the call's first"


@pytest.mark.parametrize("number", ["", "anonymous", "95588", "02088887777", "0085212345678", "110"])
async def test_what_may_not_be_dialled_is_not_kept(fresh_engine: AsyncEngine, number: str) -> None:
    await Numbers(fresh_engine).keep("1.1", "changsha", number)
    assert await kept(fresh_engine) == 0


async def test_another_centres_call_is_not_returned(fresh_engine: AsyncEngine) -> None:
    numbers = Numbers(fresh_engine)
    await numbers.keep("1.1", "changsha", "13812345678")
    for call, centre in (("1.1", "yueyang"), ("1.2", "changsha")):
        with pytest.raises(NotPossible, match="no_number"):
            await numbers.of(call, centre)


async def test_a_plan_that_was_narrowed_holds_for_what_was_kept_before(fresh_engine: AsyncEngine) -> None:
    await Numbers(fresh_engine).keep("1.1", "changsha", "13812345678")
    with pytest.raises(NotPossible, match="no_number"):
        await Numbers(fresh_engine, Rules(mobiles=False)).of("1.1", "changsha")


async def test_numbers_go_after_their_time(fresh_engine: AsyncEngine) -> None:
    numbers = Numbers(fresh_engine)
    await numbers.keep("1.1", "changsha", "13812345678")
    numbers.now = NOW + dt.timedelta(days=31)
    with pytest.raises(NotPossible, match="no_number"):
        await numbers.of("1.1", "changsha")
    await numbers.keep("1.2", "changsha", "13912345678")
    assert await kept(fresh_engine) == 1
