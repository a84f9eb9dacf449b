"""Reading requests back, of all kinds in one order: newest first. Whose they are stands in the rows only."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Float, Select, Subquery, Text, case, cast, literal, null, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from facts import masked_number
from service_requests.answers import RequestAnswer, RequestsAnswer, RequestsQuestion
from service_requests.kinds import Kind, State
from service_requests.tables import AppointmentRow, MessageRow, SmsRow, SubscriptionRow
from web import cursor

Row = type[AppointmentRow | SubscriptionRow | SmsRow | MessageRow]


async def page(connection: AsyncConnection, asked: RequestsQuestion, zone: ZoneInfo) -> RequestsAnswer:
    """A page of requests; `before` is where the page before ended."""
    found = [_asked(ROWS[kind], asked, zone).subquery() for kind in ([asked.kind] if asked.kind else Kind)]
    every = union_all(*(select(one) for one in found)).subquery()
    rows = (await connection.execute(_newest(select(every), every, asked.limit))).mappings().all()
    shown = [_answer(row) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return RequestsAnswer(requests=shown, next=cursor.written(shown[-1].at, shown[-1].id) if more else None)


def _asked(rows: Subquery, asked: RequestsQuestion, zone: ZoneInfo) -> Select[Any]:
    """The newest of one kind that are asked for."""
    query = select(rows)
    if begins := asked.begins(zone):
        query = query.where(rows.c.at >= begins)
    if ends := asked.ends(zone):
        query = query.where(rows.c.at < ends)
    if asked.centre is not None:
        query = query.where(rows.c.centre == asked.centre)
    if asked.state is not None:
        query = query.where(rows.c.state == asked.state)
    if asked.before is not None:
        query = query.where(tuple_(rows.c.at, rows.c.id) < cursor.read(asked.before))
    return _newest(query, rows, asked.limit)


def _newest(query: Select[Any], rows: Subquery, limit: int) -> Select[Any]:
    """One more than is shown: it tells whether there is another page."""
    return query.order_by(rows.c.at.desc(), rows.c.id.desc()).limit(limit + 1)


def _answer(row: Mapping[Any, Any]) -> RequestAnswer:
    phone = row["phone"]
    return RequestAnswer(**(dict(row) | {"phone": None if phone is None else masked_number(phone)}))


ABSENT: Mapping[str, Any] = {
    "number": cast(null(), Text),
    "branch": cast(null(), Text),
    "day": cast(null(), Date),
    "half": cast(null(), Text),
    "phone": cast(null(), Text),
    "file": cast(null(), Text),
    "seconds": cast(null(), Float),
}
"""What only some kinds have; PostgreSQL wants one type of a column in all of them."""


def _rows(kind: Kind, row: Row, **own: Any) -> Subquery:  # noqa: ANN401 - columns
    """The rows of a kind, with the columns of RequestAnswer in its order."""
    values: dict[str, Any] = {
        **ABSENT,
        "kind": literal(kind),
        "id": literal(f"{kind}.") + cast(row.id, Text),
        "centre": row.centre,
        "call": row.call,
        "changed": row.changed_at,
        **own,
    }
    return select(*(values[name].label(name) for name in RequestAnswer.model_fields)).subquery()


ROWS: Mapping[Kind, Subquery] = {
    Kind.APPOINTMENT: _rows(
        Kind.APPOINTMENT,
        AppointmentRow,
        number=AppointmentRow.number,
        about=AppointmentRow.business,
        state=AppointmentRow.state,
        at=AppointmentRow.created_at,
        branch=AppointmentRow.branch,
        day=AppointmentRow.day,
        half=AppointmentRow.half,
    ),
    Kind.SUBSCRIPTION: _rows(
        Kind.SUBSCRIPTION,
        SubscriptionRow,
        about=SubscriptionRow.category,
        state=case((SubscriptionRow.active, State.ON), else_=State.OFF),
        at=SubscriptionRow.changed_at,
    ),
    Kind.SMS: _rows(
        Kind.SMS,
        SmsRow,
        about=SmsRow.category,
        state=SmsRow.state,
        at=SmsRow.created_at,
        phone=SmsRow.mobile,
    ),
    Kind.MESSAGE: _rows(
        Kind.MESSAGE,
        MessageRow,
        number=MessageRow.number,
        about=MessageRow.kind,
        state=MessageRow.state,
        at=MessageRow.created_at,
        phone=MessageRow.caller,
        file=MessageRow.file,
        seconds=MessageRow.seconds,
    ),
}
