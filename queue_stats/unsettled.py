"""Questions that no expert could be had for: read and ticked off by the back office."""

import datetime as dt

from pydantic import BaseModel, Field
from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from queue_stats.tables import CallRow, UnsettledRow
from web import NotFound, cursor
from web.cursor import CURSOR
from web.question import Question


class UnsettledQuestion(Question):
    """Which questions, newest first."""

    settled: bool | None = Field(default=False, description="those that are seen to; default: those that are not")
    subject: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9]{0,15}$", description="name of a subject")
    centre: str | None = Field(default=None, max_length=32, description="code of a centre")
    limit: int = Field(default=50, ge=1, le=500, description="how many")
    before: str | None = Field(default=None, pattern=CURSOR, description="`next` of the page before")


class UnsettledAnswer(BaseModel):
    """A question and the call it was asked in; the caller's number is masked."""

    call: str = Field(description="its story: /api/v1/calls/{call}")
    asked: dt.datetime = Field(description="when the call was over without an answer")
    subject: str
    agent: str = Field(description="number of the agent who asked for the expert")
    centre: str
    caller: str
    verified: bool
    path: list[str]
    settled: dt.datetime | None
    settled_by: str


class UnsettledsAnswer(BaseModel):
    """A page of questions."""

    questions: list[UnsettledAnswer]
    next: str | None = Field(description="give it as `before` for the following page; null: this was the last")


async def page(connection: AsyncConnection, asked: UnsettledQuestion) -> UnsettledsAnswer:
    """Give a page, newest first."""
    query = QUERY.order_by(UnsettledRow.asked.desc(), UnsettledRow.call.desc()).limit(asked.limit + 1)
    if asked.settled is not None:
        query = query.where(UnsettledRow.settled.is_not(None) if asked.settled else UnsettledRow.settled.is_(None))
    if asked.subject is not None:
        query = query.where(UnsettledRow.subject == asked.subject)
    if asked.centre is not None:
        query = query.where(UnsettledRow.centre == asked.centre)
    if asked.before:
        query = query.where(tuple_(UnsettledRow.asked, UnsettledRow.call) < cursor.read(asked.before))
    found = [UnsettledAnswer(**row) for row in (await connection.execute(query)).mappings()]
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return UnsettledsAnswer(
        questions=shown, next=cursor.written(shown[-1].asked, shown[-1].call) if more and shown else None
    )


async def settle(connection: AsyncConnection, call: str, by: str, now: dt.datetime) -> UnsettledAnswer:
    """Tick a question off; who did so first stays. NotFound when there is none of this call."""
    call = call.replace("\0", "")
    done = update(UnsettledRow).where(UnsettledRow.call == call, UnsettledRow.settled.is_(None))
    await connection.execute(done.values(settled=now, settled_by=by[:20]))
    row = (await connection.execute(QUERY.where(UnsettledRow.call == call))).mappings().first()
    if row is None:
        raise NotFound("there is no unsettled question of this call", "call")
    return UnsettledAnswer(**row)


QUERY = select(
    UnsettledRow.call, UnsettledRow.asked, UnsettledRow.subject, UnsettledRow.agent, UnsettledRow.centre,
    UnsettledRow.settled, UnsettledRow.settled_by, CallRow.caller, CallRow.verified, CallRow.path,
).join(CallRow, CallRow.id == UnsettledRow.call)  # fmt: skip
