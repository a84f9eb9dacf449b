"""Talks that ended lately, for whoever estimates waits after a start: (queue, ended in seconds since 1970, seconds)."""

import datetime as dt

from sqlalchemy import extract, select
from sqlalchemy.ext.asyncio import AsyncEngine

from queue_stats.tables import VisitRow


async def recent_talks(engine: AsyncEngine, since: dt.datetime) -> list[tuple[str, float, float]]:
    """Those that ended after `since`, in order of time."""
    talk = extract("epoch", VisitRow.completed - VisitRow.answered)
    query = (
        select(VisitRow.queue, extract("epoch", VisitRow.completed), talk)
        .where(VisitRow.completed > since, VisitRow.answered.is_not(None))
        .order_by(VisitRow.completed)
    )
    async with engine.connect() as connection:
        return [(queue, float(ended), float(seconds)) for queue, ended, seconds in await connection.execute(query)]
