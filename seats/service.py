"""Signing in and out, pausing and resuming, as the database remembers it."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import case, delete, insert, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund.passwords import Passwords
from seats.exceptions import SeatsUnavailable
from seats.settings import SeatsSettings
from seats.tables import Agent, Seat

READY, PAUSED = "ready", "paused"


@dataclass(frozen=True, slots=True)
class Occupant:
    """Who sits at a phone."""

    number: str
    centre: str
    role: str


@dataclass(frozen=True, slots=True)
class Seated:
    """Who sat at which phone."""

    occupant: Occupant
    interface: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has signed in, and what had to be left for it: the agent's other phone, the phone's other agent."""

    occupant: Occupant
    left: tuple[Seated, ...] = ()


class Seats:
    """The agents in PostgreSQL."""

    def __init__(
        self,
        engine: AsyncEngine,
        pins: Passwords,
        settings: SeatsSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine, self._pins, self._settings, self._clock = engine, pins, settings, clock

    async def sign_in(self, number: str, pin: str, interface: str) -> SignedIn | None:
        """Check the PIN and take the seat; None when it is wrong or the number is locked for now.

        An agent has one phone and a phone one agent: the last to sign in has it.
        """
        now = self._clock()
        old = now - dt.timedelta(minutes=self._settings.pin_lock_minutes)
        async with self._transaction() as connection:
            admitted = or_(
                Agent.failed_at.is_(None), Agent.failed_at < old, Agent.failures < self._settings.pin_failures
            )
            counted = (
                update(Agent)
                .where(Agent.number == number, admitted)
                .values(failures=case((Agent.failed_at < old, 1), else_=Agent.failures + 1), failed_at=now)
                .returning(Agent.number, Agent.centre, Agent.role, Agent.pin)
            )
            found = (await connection.execute(counted)).first()
        if not await self._pins.matches(number, pin, found.pin if found else None) or found is None:
            return None
        async with self._transaction() as connection:
            await connection.execute(update(Agent).where(Agent.number == number).values(failures=0, failed_at=None))
            ended = (
                delete(Seat)
                .where(Seat.agent == Agent.number, or_(Seat.interface == interface, Seat.agent == number))
                .returning(Agent.number, Agent.centre, Agent.role, Seat.interface)
            )
            seats = (await connection.execute(ended)).all()
            await connection.execute(insert(Seat).values(agent=number, interface=interface, state=READY, since=now))
        left = (Seated(Occupant(row.number, row.centre, row.role), row.interface) for row in seats)
        signed = Seated(Occupant(found.number, found.centre, found.role), interface)
        return SignedIn(signed.occupant, tuple(seat for seat in left if seat != signed))

    async def occupant(self, interface: str) -> Occupant | None:
        """Who is signed in at this phone."""
        query = select(Agent.number, Agent.centre, Agent.role).join(Seat, Seat.agent == Agent.number)
        async with self._transaction() as connection:
            found = (await connection.execute(query.where(Seat.interface == interface))).first()
        return Occupant(found.number, found.centre, found.role) if found else None

    async def sign_out(self, interface: str) -> None:
        """Free the seat."""
        async with self._transaction() as connection:
            await connection.execute(delete(Seat).where(Seat.interface == interface))

    async def set_state(self, interface: str, state: str, reason: str = "") -> None:
        """Pause or resume; the same state again may give another reason and goes on since it began."""
        since = case((Seat.state == state, Seat.since), else_=self._clock())
        async with self._transaction() as connection:
            await connection.execute(
                update(Seat).where(Seat.interface == interface).values(state=state, reason=reason, since=since)
            )

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (OSError, PoolTimeout, TimeoutError, DBAPIError) as error:
            raise SeatsUnavailable(type(error).__name__) from None


async def agent_numbers(engine: AsyncEngine) -> list[str]:
    """Every agent's number: each has a recording that names them."""
    async with engine.connect() as connection:
        return list((await connection.execute(select(Agent.number).order_by(Agent.number))).scalars())
