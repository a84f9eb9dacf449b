"""Call-backs: promised to callers in the line, kept in the database, called one after the other.

waiting ─► calling ─► answered          an agent talked with them: the promise is kept
   ▲          └─ nobody there, no key ─► waiting again, after a while
   └──────────────────────────────────── after the last try: given_up
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from seats.dialling import Rules
from seats.exceptions import SeatsUnavailable
from seats.tables import CallBack

WAITING, CALLING, ANSWERED, GIVEN_UP = "waiting", "calling", "answered", "given_up"
OPEN = (WAITING, CALLING)


@dataclass(frozen=True, slots=True)
class Wish:
    """Call this number back, as it is dialled. `joined`: when the caller joined the line, ms since 1970; None: now."""

    call: str
    centre: str
    queue: str
    number: str
    joined: int | None = None

    def __repr__(self) -> str:
        """Without the number: what is printed is logged."""
        return f"Wish(call={self.call!r}, queue={self.queue!r})"


@dataclass(frozen=True, slots=True)
class Promise:
    """One that is due: `joined` keeps its place. `tries`: how often it was called."""

    id: int
    call: str
    centre: str
    queue: str
    number: str
    joined: int
    tries: int

    def __repr__(self) -> str:
        """Without the number."""
        return f"Promise(id={self.id}, call={self.call!r}, queue={self.queue!r}, tries={self.tries})"


class CallBacks:
    """The promises in PostgreSQL. `rules` is the dialling plan; `tries` and `again` (between tries) are settings."""

    def __init__(
        self,
        engine: AsyncEngine,
        rules: Rules,
        *,
        tries: int = 3,
        again: dt.timedelta = dt.timedelta(minutes=10),
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.rules = rules
        self._engine, self._tries, self._again, self._clock = engine, tries, again, clock

    async def promise(self, wish: Wish) -> None:
        """Keep it. A number that is promised already keeps its earlier place: nobody is called twice for asking twice."""
        now = self._clock()
        joined = wish.joined if wish.joined is not None else round(now.timestamp() * 1000)
        row = insert(CallBack).values(
            call=wish.call,
            centre=wish.centre,
            queue=wish.queue,
            number=wish.number,
            joined=joined,
            promised=now,
            state=WAITING,
            next_try=now,
        )
        async with self._transaction() as connection:
            await connection.execute(row.on_conflict_do_nothing())

    async def due(self) -> Sequence[Promise]:
        """Those that may be called now, by their place."""
        query = (
            select(CallBack)
            .where(CallBack.state == WAITING, CallBack.next_try <= self._clock())
            .order_by(CallBack.joined)
        )
        async with self._transaction() as connection:
            rows = (await connection.execute(query)).all()
        return [Promise(row.id, row.call, row.centre, row.queue, row.number, row.joined, row.tries) for row in rows]

    async def begin(self, id_: int) -> int:
        """Take it for a call; give which try it is, 0 when somebody else has taken it."""
        taken = (
            update(CallBack)
            .where(CallBack.id == id_, CallBack.state == WAITING)
            .values(state=CALLING, tries=CallBack.tries + 1)
            .returning(CallBack.tries)
        )
        async with self._transaction() as connection:
            return (await connection.execute(taken)).scalar() or 0

    async def answered(self, call: str, agent: str) -> None:
        """An agent talks with them: the promise is kept, and nothing that comes later takes it back."""
        kept = update(CallBack).where(CallBack.call == call, CallBack.state.in_(OPEN))
        async with self._transaction() as connection:
            await connection.execute(kept.values(state=ANSWERED, agent=agent[:8], settled=self._clock()))

    async def failed(self, call: str) -> None:
        """The try is over without an agent: again after a while, or given up after the last."""
        now, last = self._clock(), CallBack.tries >= self._tries
        over = (
            update(CallBack)
            .where(CallBack.call == call, CallBack.state == CALLING)
            .values(
                state=case((last, GIVEN_UP), else_=WAITING),
                settled=case((last, now), else_=None),
                next_try=now + self._again,
            )
        )
        async with self._transaction() as connection:
            await connection.execute(over)

    async def calling(self) -> Sequence[str]:
        """Calls whose call-back is under way, as the table has it: after a restart some may not be."""
        async with self._transaction() as connection:
            return list((await connection.execute(select(CallBack.call).where(CallBack.state == CALLING))).scalars())

    async def open(self, queue: str) -> int:
        """How many promises of a queue are open."""
        query = select(func.count()).select_from(CallBack).where(CallBack.queue == queue, CallBack.state.in_(OPEN))
        async with self._transaction() as connection:
            return (await connection.execute(query)).scalar_one()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (OSError, PoolTimeout, TimeoutError, DBAPIError) as error:
            raise SeatsUnavailable(type(error).__name__) from None
