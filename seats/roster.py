"""Who works here: agents are added and removed, and get PINs, by whoever runs the hotline."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.passwords import Passwords, is_weak
from seats.exceptions import SeatsError
from seats.tables import Agent, Seat
from seats.transaction import announce, transaction

ROLES = ("agent", "expert", "supervisor")
PIN_DIGITS = 6


class NotOnTheRoster(SeatsError):  # noqa: N818 - says what it is
    """There is no such agent, or there is one already."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One agent; `extension` is where they are signed in, else empty."""

    number: str
    name: str
    centre: str
    role: str
    extension: str


class Roster:
    """The agents in PostgreSQL; SeatsUnavailable when it is away."""

    def __init__(self, engine: AsyncEngine, pins: Passwords) -> None:
        self._engine, self._pins = engine, pins

    async def add(self, number: str, name: str, centre: str, role: str) -> str:
        """Add an agent and give the PIN, which is kept nowhere in readable form."""
        pin = made_pin()
        row = {"number": number, "name": name, "centre": centre, "role": role, "pin": self._pins.make(number, pin)}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(Agent).values(row))
                await announce(connection)
        except IntegrityError:
            raise NotOnTheRoster(f"there is an agent {number} already") from None
        return pin

    async def new_pin(self, number: str) -> str:
        """Give an agent another PIN; a locked number is free again."""
        pin = made_pin()
        new = {"pin": self._pins.make(number, pin), "failures": 0, "failed_at": None}
        changed = update(Agent).where(Agent.number == number).values(new).returning(Agent.number)
        async with transaction(self._engine) as connection:
            if (await connection.execute(changed)).first() is None:
                raise NotOnTheRoster(f"there is no agent {number}")
        return pin

    async def remove(self, number: str) -> None:
        """Remove an agent, who is signed out by it; what they did stays in every report."""
        async with transaction(self._engine) as connection:
            await connection.execute(delete(Seat).where(Seat.agent == number))
            gone = delete(Agent).where(Agent.number == number).returning(Agent.number)
            if (await connection.execute(gone)).first() is None:
                raise NotOnTheRoster(f"there is no agent {number}")
            await announce(connection)

    async def everybody(self) -> Sequence[Listed]:
        """All of them, by number."""
        query = select(Agent.number, Agent.name, Agent.centre, Agent.role, Seat.interface)
        query = query.outerjoin(Seat, Seat.agent == Agent.number).order_by(Agent.number)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            Listed(row.number, row.name, row.centre, row.role, (row.interface or "").removeprefix("PJSIP/ag"))
            for row in rows
        ]


def made_pin() -> str:
    """Six digits by chance, none of the weak ones."""
    while is_weak(pin := f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"):
        pass
    return pin
