"""Units of work on a database that a caller's hang-up cannot cut in two, and that keep nobody waiting for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

AWAY = ("08", "40", "53", "57", "58", "XX")
"""Classes of SQLSTATE that are the server's trouble: connection, conflict, resources, shut-down, system, internal."""


class Transactions:
    """Transactions on one engine. `away` makes the room's own exception when the server does not answer in `seconds`.

    Each runs as its own task: a caller who hangs up or waits no longer cancels nothing midway, which would leave the
    connection in the middle of an operation (sqlalchemy#6652). What nobody waits for ends by the engine's time-outs.
    """

    def __init__(self, engine: AsyncEngine, seconds: float, away: Callable[[str], Exception]) -> None:
        self._engine, self._seconds, self._away = engine, seconds, away
        self._underway: set[asyncio.Task[object]] = set()

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do one unit of work in a transaction of its own and give what it gives."""
        task = self.start(work)
        done, _ = await asyncio.wait({task}, timeout=self._seconds)
        if not done:
            raise self._away("no answer in time")
        return task.result()

    def start(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> asyncio.Task[T]:
        """Begin one that need not be waited for."""
        task = asyncio.create_task(self._transaction(work))
        self._underway.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._underway.discard(task)
        if not task.cancelled():
            task.exception()  # seen here, for when nobody waits any more

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            async with self._engine.begin() as connection:
                return await work(connection)
        except (OSError, PoolTimeout, TimeoutError) as error:
            raise self._away(type(error).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated or str(getattr(error.orig, "sqlstate", "")).startswith(AWAY):
                raise self._away(type(error.orig).__name__) from None
            raise
