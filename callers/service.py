"""Remembering callers in PostgreSQL, without ever keeping one waiting.

A call goes on whether the database answers or not: what is not known in time is not known, and what cannot be written is
not remembered. Both are logged, neither is an error of the call.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from callers.exceptions import CallersUnavailable
from callers.settings import CallersSettings
from callers.tables import Caller
from centres import national

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a caller: the code of the centre chosen last (empty: none), and whether the last call is recent."""

    centre: str = ""
    returning: bool = False


STRANGER = Known()


class Callers:
    """Calling numbers by their digest, keyed with a secret of this installation that the database does not hold."""

    def __init__(
        self,
        engine: AsyncEngine,
        key: str,
        settings: CallersSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine, self._key, self._settings, self._clock = engine, key.encode(), settings, clock
        self._underway: set[asyncio.Task[object]] = set()
        self._tidied: dt.date | None = None

    async def calls(self, number: str) -> Known:
        """Note that this number calls now; give what was known of it. A withheld number is a stranger's."""
        if not number:
            return STRANGER
        now, key = self._clock(), self._digest(number)
        forgotten = now - dt.timedelta(days=self._settings.forget_days)
        recent = now - dt.timedelta(days=self._settings.returning_days)

        async def noted(connection: AsyncConnection) -> Known:
            query = select(Caller.centre, Caller.called_at).where(Caller.key == key, Caller.called_at >= forgotten)
            found = (await connection.execute(query)).first()
            # Decided by the row as it is then: another call of this number may have chosen meanwhile.
            kept = case((Caller.called_at < forgotten, ""), else_=Caller.centre)
            await connection.execute(
                insert(Caller)
                .values(key=key, called_at=now)
                .on_conflict_do_update(index_elements=[Caller.key], set_={"called_at": now, "centre": kept})
            )
            return Known(found.centre, found.called_at > recent) if found else STRANGER

        self._tidy(now)
        return await self._in_time(noted, otherwise=STRANGER)

    async def chose(self, number: str, centre: str) -> None:
        """Remember the centre that this caller chose."""
        if not number:
            return
        now, key = self._clock(), self._digest(number)

        async def written(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(Caller)
                .values(key=key, called_at=now, centre=centre)
                .on_conflict_do_update(index_elements=[Caller.key], set_={"centre": centre})
            )

        await self._in_time(written, otherwise=None)

    async def forget(self, number: str) -> bool:
        """Forget a number at somebody's wish; False when nothing was known. CallersUnavailable without the database."""
        try:
            async with self._engine.begin() as connection:
                gone = delete(Caller).where(Caller.key == self._digest(number)).returning(Caller.key)
                return (await connection.execute(gone)).first() is not None
        except (OSError, SQLAlchemyError) as error:
            raise CallersUnavailable(type(error).__name__) from None

    def _digest(self, number: str) -> str:
        return hmac.new(self._key, f"phone:{national(number)}".encode(), hashlib.sha256).hexdigest()[:40]

    def _tidy(self, now: dt.datetime) -> None:
        """Forget who has not called for long, with the first caller of a day, who does not wait for it."""
        if self._tidied == now.date():
            return
        self._tidied = now.date()
        old = now - dt.timedelta(days=self._settings.forget_days)

        async def tidied(connection: AsyncConnection) -> None:
            await connection.execute(delete(Caller).where(Caller.called_at < old))

        self._begin(tidied)

    async def _in_time(self, work: Callable[[AsyncConnection], Awaitable[T]], *, otherwise: T) -> T:
        """Do it in a transaction of its own; what is not done in time goes on without the call."""
        task = self._begin(work)
        done, _ = await asyncio.wait({task}, timeout=self._settings.answer_seconds)
        if not done:
            log.warning("callers: no answer within %g s", self._settings.answer_seconds)
            return otherwise
        return otherwise if task.exception() else task.result()

    def _begin(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> asyncio.Task[T]:
        """As a task of its own: a caller who hangs up cancels nothing midway (sqlalchemy#6652)."""
        task = asyncio.create_task(self._transaction(work))
        self._underway.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._underway.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, OSError | SQLAlchemyError):
            log.warning("callers: the database cannot be asked: %s", type(error).__name__)
        else:
            log.error("callers: a mistake of ours", exc_info=error)

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._engine.begin() as connection:
            return await work(connection)
