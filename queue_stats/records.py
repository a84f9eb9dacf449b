"""Reading calls back: pages newest first, and one call with its story."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from facts import Fact
from queue_stats.answers import CallAnswer, CallsAnswer, CallsQuestion, FactAnswer, StoryAnswer, VisitAnswer
from queue_stats.ledger import order
from queue_stats.tables import CallRow, FactRow, VisitRow
from web import NotFound, cursor


async def page(connection: AsyncConnection, asked: CallsQuestion, zone: ZoneInfo) -> CallsAnswer:
    """A page of calls; `before` is where the page before ended, so that new calls shift nothing."""
    query = (
        select(*CallRow.__table__.columns).order_by(CallRow.started.desc(), CallRow.id.desc()).limit(asked.limit + 1)
    )
    if begins := asked.begins(zone):
        query = query.where(CallRow.started >= begins)
    if ends := asked.ends(zone):
        query = query.where(CallRow.started < ends)
    for column, value in (
        (CallRow.centre, asked.centre),
        (CallRow.outcome, asked.outcome),
        (CallRow.agent, asked.agent),
    ):
        if value is not None:
            query = query.where(column == value)
    if asked.before:
        query = query.where(tuple_(CallRow.started, CallRow.id) < cursor.read(asked.before))
    rows = (await connection.execute(query)).mappings().all()
    shown = rows[: asked.limit]
    visits = await _visits(connection, [row["id"] for row in shown])
    more = len(rows) > asked.limit
    end = cursor.written(shown[-1]["started"], shown[-1]["id"]) if more else None
    return CallsAnswer(calls=[CallAnswer(**_call(row), visits=visits.get(row["id"], [])) for row in shown], next=end)


async def story(connection: AsyncConnection, call: str) -> StoryAnswer:
    """One call; NotFound when there is none."""
    # A zero character is in no call's id, and no parameter PostgreSQL takes.
    query = select(*CallRow.__table__.columns).where(CallRow.id == call.replace("\0", ""))
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("there is no call with this id", "id")
    visits = await _visits(connection, [call])
    facts = await connection.execute(
        select(FactRow.id, FactRow.t.label("time"), FactRow.kind, FactRow.queue, FactRow.agent, FactRow.data).where(
            FactRow.call == call
        )
    )
    told = [
        FactAnswer(
            at=dt.datetime.fromtimestamp(fact.t / 1000, dt.UTC),
            kind=fact.kind,
            queue=fact.queue,
            agent=fact.agent,
            data=dict(fact.data),
        )
        for fact in sorted((Fact(f.id, f.time, f.kind, call, f.queue, f.agent, f.data) for f in facts), key=order)
    ]
    return StoryAnswer(**_call(row), visits=visits.get(call, []), story=told)


def _call(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a database row
    names = (
        "id",
        "started",
        "ended",
        "centre",
        "dialled",
        "caller",
        "path",
        "verified",
        "outcome",
        "lost",
        "agent",
        "emergency",
        "message",
        "settled",
    )
    seconds = ("wait", "talk", "agent", "expert", "together", "hold")
    named = {"agent": "with_agent", "expert": "with_expert", "together": "with_both", "hold": "on_hold"}
    return {name: row[name] for name in names} | {
        named.get(name, name): _seconds(row[f"{name}_ms"]) for name in seconds
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


async def _visits(connection: AsyncConnection, calls: list[str]) -> dict[str, list[VisitAnswer]]:
    found: dict[str, list[VisitAnswer]] = {}
    query = select(*VisitRow.__table__.columns).where(VisitRow.call.in_(calls)).order_by(VisitRow.call, VisitRow.number)
    for row in (await connection.execute(query)).mappings():
        waited = (row["answered"] or row["left"]) and ((row["answered"] or row["left"]) - row["joined"]).total_seconds()
        end = row["completed"] or row["left"]
        talked = (end - row["answered"]).total_seconds() if row["answered"] and end else None
        names = ("queue", "joined", "agent", "rings", "answered", "left", "lost")
        found.setdefault(row["call"], []).append(
            VisitAnswer(**{name: row[name] for name in names}, wait=waited, talk=talked)
        )
    return found
