"""Journals → database: every line once.

Each batch is one transaction: the facts, the calls they change, and the offset up to which the journal is read. Killed
at any point, the next start goes on at the last offset; a line read twice is the same fact by its id. Journals that are
stored to their end and were left long ago are removed.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from facts import BadFact, Fact, parse
from queue_stats.call import Call, Unsettled, Visit
from queue_stats.exceptions import DATABASE_AWAY
from queue_stats.ledger import reduce
from queue_stats.tables import CallRow, FactRow, JournalRow, UnsettledRow, VisitRow

log = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024
BYTES_A_FACT = 300
"""About; a batch is read by bytes."""

KEPT_SECONDS = 7 * 86400
"""How long a journal is kept that nobody writes to any more."""

TIDY_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole lines of one journal from `offset` to `end`."""

    file: Path
    offset: int
    end: int
    facts: tuple[Fact, ...]


class Store:
    """Reads every journal of a folder from where it stopped."""

    def __init__(
        self, engine: AsyncEngine, folder: Path, batch: int, stored: Callable[[], None] = lambda: None
    ) -> None:
        """`stored` is called after every batch."""
        self._engine, self._folder, self._batch, self._stored = engine, folder, batch, stored
        self._offsets: dict[str, int] = {}
        self.bad_lines = 0
        self.failing_since: dt.datetime | None = None
        """When the database stopped taking facts."""

    @property
    def behind_bytes(self) -> int:
        """Written to journals and not stored yet."""
        return sum(max(0, file.stat().st_size - self._offsets.get(file.name, 0)) for file in self._files())

    async def run(self, pause: float = 0.2) -> None:
        """Store for ever; while the database is away, wait for it."""
        wait, tidied = pause, 0.0
        while True:
            try:
                stored = await self.store_new()
                if time.monotonic() - tidied > TIDY_SECONDS:
                    await self.tidy(time.time() - KEPT_SECONDS)
                    tidied = time.monotonic()
            except DATABASE_AWAY as error:
                if self.failing_since is None:
                    self.failing_since = dt.datetime.now(dt.UTC)
                    log.warning("facts wait on disk, the database does not take them: %s", type(error).__name__)
                wait = min(max(wait, pause) * 2, 5.0)
            else:
                if self.failing_since is not None:
                    log.info("facts are stored again")
                    self.failing_since = None
                wait = 0.0 if stored else pause
            await asyncio.sleep(wait)

    async def store_new(self) -> int:
        """Store what is new in any journal; give how many facts were read."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(JournalRow.file, JournalRow.offset))).all()
        self._offsets = {row.file: row.offset for row in rows}
        read = 0
        for file in self._files():
            batch = await asyncio.to_thread(self._read, file, self._offsets.get(file.name, 0))
            if batch is not None:
                await self.store(batch)
                self._offsets[file.name] = batch.end
                read += len(batch.facts)
                self._stored()
        return read

    async def tidy(self, before: float) -> None:
        """Remove journals that are stored to their end and were last written to before this moment (s since 1970)."""
        for file in self._files():
            status = file.stat()
            if status.st_mtime < before and status.st_size == self._offsets.get(file.name, 0):
                # The row first: killed in between, the file is read again, and its facts are known.
                async with self._engine.begin() as connection:
                    await connection.execute(delete(JournalRow).where(JournalRow.file == file.name))
                file.unlink()

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.jsonl"))

    def _read(self, file: Path, offset: int) -> Batch | None:
        size = file.stat().st_size
        if size < offset:
            log.warning("%s is shorter than it was: read from its start", file.name)
            offset = 0
        if size == offset:
            return None
        with file.open("rb") as stream:
            stream.seek(offset)
            data = stream.read(max(self._batch * BYTES_A_FACT, LONGEST_LINE + 1))
        end = data.rfind(b"\n") + 1
        if not end:
            # A line that is still being written, or one no writer of ours makes.
            return Batch(file, offset, offset + len(data), ()) if len(data) > LONGEST_LINE else None
        return Batch(file, offset, offset + end, tuple(self._parsed(file, offset, data[:end])))

    def _parsed(self, file: Path, offset: int, data: bytes) -> Iterable[Fact]:
        for line in data.splitlines():
            try:
                yield parse(line.decode("utf-8", "replace"))
            except BadFact as error:
                self.bad_lines += 1
                log.warning("%s, near byte %d: a line %s", file.name, offset, error)

    async def store(self, batch: Batch) -> None:
        """Store one batch, all of it or nothing."""
        async with self._engine.begin() as connection:
            if batch.facts:
                await connection.execute(
                    insert(FactRow).on_conflict_do_nothing(),
                    [
                        {
                            "id": f.id,
                            "t": f.t,
                            "kind": f.kind,
                            "call": f.call,
                            "queue": f.queue,
                            "agent": f.agent,
                            "data": dict(f.data),
                        }
                        for f in batch.facts
                    ],
                )
                await rebuild(connection, sorted({fact.call for fact in batch.facts if fact.call}))
            moved = insert(JournalRow).values(file=batch.file.name, offset=batch.end)
            await connection.execute(
                moved.on_conflict_do_update(index_elements=[JournalRow.file], set_={"offset": batch.end})
            )


async def rebuild(connection: AsyncConnection, calls: Sequence[str]) -> None:
    """Make the rows of these calls anew from all their facts."""
    if not calls:
        return
    query = select(
        FactRow.id, FactRow.t.label("time"), FactRow.kind, FactRow.call, FactRow.queue, FactRow.agent, FactRow.data
    )
    rows = (await connection.execute(query.where(FactRow.call.in_(calls)))).all()
    by_call: dict[str, list[Fact]] = {}
    for row in rows:
        by_call.setdefault(row.call, []).append(
            Fact(row.id, row.time, row.kind, row.call, row.queue, row.agent, row.data)
        )
    made = [reduce(facts) for facts in by_call.values()]
    values = [_call_values(call) for call in made]
    upsert = insert(CallRow)
    changed = {name: upsert.excluded[name] for name in values[0] if name != "id"}
    await connection.execute(upsert.on_conflict_do_update(index_elements=[CallRow.id], set_=changed), values)
    await connection.execute(delete(VisitRow).where(VisitRow.call.in_(calls)))
    visits = [_visit_values(call.id, number, visit) for call in made for number, visit in enumerate(call.visits, 1)]
    if visits:
        await connection.execute(insert(VisitRow), visits)
    if questions := [_question_values(call.id, call.unsettled) for call in made if call.unsettled]:
        # What somebody has done about one stays.
        asked = insert(UnsettledRow)
        told = {name: asked.excluded[name] for name in questions[0] if name != "call"}
        await connection.execute(asked.on_conflict_do_update(index_elements=[UnsettledRow.call], set_=told), questions)


def _moment(t: int | None) -> dt.datetime | None:
    return None if t is None else dt.datetime.fromtimestamp(t / 1000, dt.UTC)


def _call_values(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "started": _moment(call.started),
        "ended": _moment(call.ended),
        "centre": call.centre[:32],
        "dialled": call.dialled[:24],
        "caller": call.caller[:24],
        "path": call.path,
        "verified": call.verified,
        "offered": call.offered,
        "answered": call.answered,
        "outcome": call.outcome,
        "lost": call.lost,
        "agent": call.answered_by,
        "wait_ms": call.wait_ms,
        "talk_ms": call.talk_ms,
        "wrap_up_ms": call.wrap_up_ms,
        "rating": call.rating,
        "call_back": call.call_back,
        "settled": call.settled,
        "agent_ms": call.agent_ms,
        "expert_ms": call.expert_ms,
        "together_ms": call.together_ms,
        "hold_ms": call.hold_ms,
        "emergency": call.emergency,
        "message": call.message,
    }


def _question_values(call: str, question: Unsettled) -> dict[str, Any]:
    return {
        "call": call,
        "asked": _moment(question.asked),
        "subject": question.subject[:16],
        "agent": question.agent,
        "centre": question.centre[:32],
    }


def _visit_values(call: str, number: int, visit: Visit) -> dict[str, Any]:
    return {
        "call": call,
        "number": number,
        "queue": visit.queue,
        "joined": _moment(visit.joined),
        "agent": visit.agent,
        "rings": visit.rings,
        "answered": _moment(visit.answered),
        "completed": _moment(visit.completed),
        "left": _moment(visit.left),
        "lost": visit.lost,
    }
