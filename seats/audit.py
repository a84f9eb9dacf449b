"""The list of what supervisors did to others' seats and calls. Rows are added, never changed."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from seats.tables import Audit
from seats.transaction import transaction

DONE = "done"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to whom, in which call, by which way (phone, http), and what came of it: done, or why not."""

    who: str
    what: str
    whom: str = ""
    call: str = ""
    outcome: str = DONE
    via: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A deed and its moment."""

    id: int
    at: dt.datetime
    deed: Deed


class AuditTrail:
    """The list in PostgreSQL."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self._engine, self._clock = engine, clock

    async def note(self, deed: Deed) -> None:
        """Add a row; SeatsUnavailable when that cannot be: then the deed is not to be done."""
        row = {
            "at": self._clock(),
            "who": deed.who[:20],
            "what": deed.what,
            "whom": deed.whom[:8],
            "call": deed.call[:80],
            "outcome": deed.outcome[:40],
            "via": deed.via,
        }
        async with transaction(self._engine) as connection:
            await connection.execute(insert(Audit).values(row))

    async def latest(self, most: int, before: int | None = None) -> Sequence[Noted]:
        """Rows, newest first; `before`: only those with a smaller id."""
        query = select(Audit.__table__).order_by(Audit.id.desc()).limit(most)
        if before is not None:
            query = query.where(Audit.id < before)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            Noted(row.id, row.at, Deed(row.who, row.what, row.whom, row.call, row.outcome, row.via)) for row in rows
        ]
