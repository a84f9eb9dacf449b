"""One transaction on the seats' tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from seats.exceptions import SeatsUnavailable

CHANNEL = "seats"
"""PostgreSQL's channel on which each change of a seat is announced: the keeper listens."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """All or nothing; SeatsUnavailable when the database is away."""
    try:
        async with engine.begin() as connection:
            yield connection
    except (OSError, PoolTimeout, TimeoutError, DBAPIError) as error:
        raise SeatsUnavailable(type(error).__name__) from None


async def announce(connection: AsyncConnection) -> None:
    """Wake the keeper when this transaction is committed."""
    await connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
