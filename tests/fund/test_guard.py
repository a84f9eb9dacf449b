"""The counting of tries, against a slow plain reading of the rule."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import guard
from fund.tables import Guard
from tests.fixtures.postgres import on_database

KEY, MOST = "d1", 3
FIRST = dt.date(2026, 11, 23)
Step = tuple[str, int]

# A try is begun, the n-th of those begun and not ended turns out right or wrong, or a day or two pass.
steps = st.lists(
    st.one_of(
        st.just(("begin", 0)),
        st.just(("begin", 0)),
        st.tuples(st.sampled_from(["right", "wrong", "wrong"]), st.integers(0, 5)),
        st.tuples(st.just("days"), st.integers(1, 2)),
    ),
    min_size=8,
    max_size=40,
)


@dataclass
class Plain:
    """The rule in plain words: failures since the last right one and tries under way are three at most on a day.

    A try belongs to the day it was begun on; `day` is the last on which one was.
    """

    today: dt.date = FIRST
    day: dt.date | None = None
    failures: int = 0
    underway: list[dt.date] = field(default_factory=list)
    locked: set[dt.date] = field(default_factory=set)
    for_good: bool = False

    def begin(self) -> bool:
        if self.for_good:
            return False
        if self.day != self.today:
            self.day, self.failures = self.today, 0
        may = self.failures + self.underway.count(self.today) < MOST
        if may:
            self.underway.append(self.today)
        return may

    def end(self, which: int, *, right: bool) -> dt.date:
        begun = self.underway.pop(which % len(self.underway))
        if begun == self.day:
            self.failures = 0 if right else self.failures + 1
            if self.failures == MOST:
                self.locked.add(begun)
                self.for_good = self.for_good or begun - guard.DAY in self.locked
        return begun


@example([("begin", 0), ("begin", 0), ("right", 0), *[("begin", 0)] * 3])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_database_counts_as_the_rule_reads(database_url: str, taken: list[Step]) -> None:
    async def play(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.execute(delete(Guard))
            await _play(connection, taken)

    on_database(database_url, play)


async def _play(connection: AsyncConnection, taken: list[Step]) -> None:
    plain = Plain()
    for what, which in taken:
        if what == "days":
            plain.today += which * guard.DAY
        elif what == "begin":
            assert await guard.take_try(connection, KEY, plain.today, MOST) == plain.begin()
        elif plain.underway and what == "right":
            await guard.settle_right(connection, KEY, plain.end(which, right=True))
        elif plain.underway:
            await guard.settle_wrong(connection, KEY, plain.end(which, right=False), MOST)
    if plain.day:
        row = (await connection.execute(select(Guard).where(Guard.key == KEY))).one()
        assert row.locked_for_good == plain.for_good
        assert row.locked_on == max(plain.locked, default=None)


async def test_a_right_password_among_wrong_ones_leaves_no_lock_behind(engine: AsyncEngine) -> None:
    """Three phones at once, the last one right, and its answer is the last to come."""
    async with engine.begin() as connection:
        for _ in range(MOST):
            assert await guard.take_try(connection, "d2", FIRST, MOST)
        assert not await guard.take_try(connection, "d2", FIRST, MOST)
        await guard.settle_wrong(connection, "d2", FIRST, MOST)
        await guard.settle_wrong(connection, "d2", FIRST, MOST)
        await guard.settle_right(connection, "d2", FIRST)
        row = (await connection.execute(select(Guard).where(Guard.key == "d2"))).one()
    assert (row.tries, row.failures, row.locked_on) == (0, 0, None)


async def test_tidying_waits_for_nobody(engine: AsyncEngine) -> None:
    """A row that a caller holds is left for another day: waiting could lock two transactions against each other."""
    long_ago = FIRST - 30 * guard.DAY
    async with engine.begin() as connection:
        for key in ("d3", "d4"):
            await guard.take_try(connection, key, long_ago, MOST)
    async with engine.begin() as caller, engine.begin() as tidier:
        await caller.execute(update(Guard).where(Guard.key == "d3").values(tries=2))
        async with asyncio.timeout(60):
            await guard.forget(tidier, FIRST)
    async with engine.connect() as connection:
        left = (await connection.execute(select(Guard.key).where(Guard.day == long_ago))).scalars().all()
    assert left == ["d3"]
