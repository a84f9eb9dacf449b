"""The list of recordings in PostgreSQL."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import PurePath

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import aliased

from recordings.exceptions import RecordingsUnavailable
from recordings.tables import RecordingRow


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a recording when it is sealed. `part` grows within the call, `seconds` is what it plays."""

    call: str
    part: int
    started: dt.datetime
    seconds: float
    queue: str
    agent: str
    file: str
    bytes: int
    sha256: str
    key_id: str

    @property
    def name(self) -> str:
        """As files and the audit list have it: the call, and what tells its parts apart."""
        return PurePath(self.file).stem


@dataclass(frozen=True, slots=True)
class Recording(Kept):
    """One of the list. `place`: 1 for the call's first; `offset`: seconds of the earlier ones, played one after the other."""

    id: int
    work_order: str
    place: int
    offset: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recordings; empty fields limit nothing. `since` is included, `until` is not."""

    call: str = ""
    agent: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None


class Store:
    """The table, with one transaction a question; RecordingsUnavailable when the database is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, kept: Kept) -> None:
        """Store a row; the same part again replaces it."""
        values = asdict(kept)
        row = insert(RecordingRow).values(values)
        same = {name: row.excluded[name] for name in values if name not in {"call", "part"}}
        async with self._transaction() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["call", "part"], set_=same))

    async def of_part(self, call: str, part: int) -> Recording | None:
        """Give one part of a call."""
        return await self._one(_all().where(RecordingRow.call == call, RecordingRow.part == part))

    async def of_id(self, number: int) -> Recording | None:
        """Give one."""
        return await self._one(_all().where(RecordingRow.id == number))

    async def listed(self, wanted: Wanted, most: int) -> Sequence[Recording]:
        """Give the newest first; the parts of one call in their order."""
        order = RecordingRow.part if wanted.call else RecordingRow.id.desc()
        query = _all().order_by(order).limit(most)
        if wanted.call:
            query = query.where(RecordingRow.call == wanted.call)
        if wanted.agent:
            query = query.where(RecordingRow.agent == wanted.agent)
        if wanted.since:
            query = query.where(RecordingRow.started >= wanted.since)
        if wanted.until:
            query = query.where(RecordingRow.started < wanted.until)
        if wanted.before:
            query = query.where(RecordingRow.id < wanted.before)
        async with self._transaction() as connection:
            return [_recording(row) for row in (await connection.execute(query)).mappings()]

    async def expired(self, before: dt.datetime, work_orders_before: dt.datetime, most: int) -> Sequence[Recording]:
        """Give those that began before their time to be kept, oldest first."""
        began = RecordingRow.started
        old = or_(
            and_(RecordingRow.work_order == "", began < before),
            and_(RecordingRow.work_order != "", began < work_orders_before),
        )
        async with self._transaction() as connection:
            found = await connection.execute(_all().where(old).order_by(began, RecordingRow.id).limit(most))
            return [_recording(row) for row in found.mappings()]

    async def forget(self, number: int) -> None:
        """Remove a row."""
        async with self._transaction() as connection:
            await connection.execute(delete(RecordingRow).where(RecordingRow.id == number))

    async def tie(self, call: str, work_order: str) -> int:
        """Every part of the call belongs to a work order from now on, and is kept as long; give how many."""
        async with self._transaction() as connection:
            done = await connection.execute(
                update(RecordingRow).where(RecordingRow.call == call).values(work_order=work_order)
            )
            return done.rowcount

    async def _one(self, query: Select[tuple[object, ...]]) -> Recording | None:
        async with self._transaction() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _recording(row)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (OSError, PoolTimeout, TimeoutError, DBAPIError) as error:
            raise RecordingsUnavailable(f"the database does not answer ({type(error).__name__})") from None


def _all() -> Select[tuple[object, ...]]:
    """Every row with its offset in the story of the call."""
    earlier = aliased(RecordingRow)
    offset = (
        select(func.coalesce(func.sum(earlier.seconds), 0.0))
        .where(earlier.call == RecordingRow.call, earlier.part < RecordingRow.part)
        .scalar_subquery()
    )
    place = (
        select(func.count() + 1)
        .where(earlier.call == RecordingRow.call, earlier.part < RecordingRow.part)
        .scalar_subquery()
    )
    return select(*RecordingRow.__table__.columns, offset.label("offset"), place.label("place"))


def _recording(row: object) -> Recording:
    return Recording(**row)  # type: ignore[arg-type]
