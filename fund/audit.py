"""Who changed what about a password or a lock: one row each, in the transaction of the change."""

import datetime as dt

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fund import tables
from fund.owners import Owner

CALLER = "caller"
"""The account's own holder, by telephone."""


async def note(
    connection: AsyncConnection, at: dt.datetime, who: str, did: str, centre: str, owner: Owner, reason: str = ""
) -> None:
    """Write the row. The account is shown by its last four digits, and known by its owner's key."""
    await connection.execute(
        insert(tables.Audit).values(
            at=at, who=who[:64], did=did, centre=centre, owner=owner.key, shown=owner.shown[:24], reason=reason[:200]
        )
    )
