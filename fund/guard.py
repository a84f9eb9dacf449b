"""Counting tries at a password in the database, so that phones guessing at the same time share one count.

A try is taken before the password is looked at and settled afterwards: a right one gives back itself and the failures
before it, a wrong one becomes a failure. The third failure of a day locks the account for that day, the third on a second
day running until it is unlocked. Every function works in the transaction of its connection.
"""

import datetime as dt

from sqlalchemy import and_, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fund.tables import Guard

DAY = dt.timedelta(days=1)


async def take_try(connection: AsyncConnection, key: str, today: dt.date, most: int) -> bool:
    """Take one of today's tries; False when none is left or the key is locked."""
    same_day = Guard.day == today
    statement = (
        insert(Guard)
        .values(key=key, day=today, tries=1, failures=0)
        .on_conflict_do_update(
            index_elements=[Guard.key],
            set_={
                "day": today,
                "tries": case((same_day, Guard.tries + 1), else_=1),
                "failures": case((same_day, Guard.failures), else_=0),
            },
            where=and_(Guard.locked_for_good.is_(False), or_(Guard.day != today, Guard.tries < most)),
        )
        .returning(Guard.key)
    )
    return (await connection.execute(statement)).first() is not None


async def settle_right(connection: AsyncConnection, key: str, today: dt.date) -> None:
    """Give back the try and the day's failures; tries that others are making now stay taken."""
    await connection.execute(
        update(Guard)
        .where(Guard.key == key, Guard.day == today)
        .values(tries=func.greatest(Guard.tries - Guard.failures - 1, 0), failures=0)
    )


async def settle_wrong(connection: AsyncConnection, key: str, today: dt.date, most: int) -> None:
    """Note a failure, and the lock when it was the last that is allowed."""
    locked = Guard.failures + 1 >= most
    again = and_(locked, Guard.locked_on.is_not_distinct_from(today - DAY))
    await connection.execute(
        update(Guard)
        .where(Guard.key == key, Guard.day == today)
        .values(
            failures=Guard.failures + 1,
            locked_on=case((locked, literal(today)), else_=Guard.locked_on),
            locked_for_good=or_(Guard.locked_for_good, again),
        )
    )


async def give_back(connection: AsyncConnection, key: str, today: dt.date) -> None:
    """Give back one try of a calling number: it was no guess."""
    await connection.execute(
        update(Guard).where(Guard.key == key, Guard.day == today).values(tries=func.greatest(Guard.tries - 1, 0))
    )


async def forget(connection: AsyncConnection, today: dt.date) -> None:
    """Remove what no rule asks about any more: days before yesterday, except locks that wait for somebody.

    Rows in use are left for another day: waiting for them could lock two transactions against each other.
    """
    old = select(Guard.key).where(Guard.day < today - DAY, Guard.locked_for_good.is_(False))
    await connection.execute(delete(Guard).where(Guard.key.in_(old.with_for_update(skip_locked=True))))
