"""Whole numbers of callers who asked for a person, kept for some days for an agent who returns the call; nothing shows them."""

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from seats.dialling import Allowed, Rules, dialled
from seats.exceptions import NotPossible
from seats.tables import CallerNumber
from seats.transaction import transaction


class Numbers(Protocol):
    """Keeps a caller's number."""

    async def keep(self, call: str, centre: str, number: str) -> None:
        """Keep it; SeatsUnavailable when the database is away."""
        ...


class CallerNumbers:
    """The numbers in PostgreSQL, for so long."""

    def __init__(
        self,
        engine: AsyncEngine,
        rules: Rules,
        kept: dt.timedelta,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine, self._rules, self._kept, self._clock = engine, rules, kept, clock

    async def keep(self, call: str, centre: str, number: str) -> None:
        """Keep a number that may be dialled; what is too old goes. SeatsUnavailable when the database is away."""
        found = dialled(number, self._rules)
        if not isinstance(found, Allowed):
            return
        now = self._clock()
        row = insert(CallerNumber).values(call=call, centre=centre, number=found.number, at=now)
        async with transaction(self._engine) as connection:
            await connection.execute(row.on_conflict_do_nothing())
            await connection.execute(delete(CallerNumber).where(CallerNumber.at < now - self._kept))

    async def of(self, call: str, centre: str) -> str:
        """The number of a call to this centre, as it is dialled; NotPossible when there is none (any more)."""
        query = select(CallerNumber.number).where(
            CallerNumber.call == call, CallerNumber.centre == centre, CallerNumber.at >= self._clock() - self._kept
        )
        async with transaction(self._engine) as connection:
            number = (await connection.execute(query)).scalar()
        if number is None or not isinstance(dialled(number, self._rules), Allowed):
            raise NotPossible("no_number")
        return str(number)
