"""Who sits where and in what state, as the database remembers it: the one truth that Asterisk's queues are made to follow.

signed in ─► ready ─► wrap_up ─► ready      after each talk, ended by time or by its agent
               ▲ │
               │ └──► paused                with a reason; beyond its limit it is warned of
               └────────┘
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund.passwords import Passwords
from seats.pauses import by_name
from seats.settings import WRAP_UP, SeatsSettings
from seats.tables import Agent, Seat, Stay, Token
from seats.transaction import announce, transaction

READY, PAUSED = "ready", "paused"

BY_AGENT, BY_TIME, BY_SUPERVISOR, PHONE_GONE, ELSEWHERE = "agent", "time", "supervisor", "phone_gone", "elsewhere"
"""What ended a state."""


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


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat that is taken. `until`: wrap-up's end or a pause's limit; `call` and `queue`: what wrap-up is for."""

    occupant: Occupant
    name: str
    interface: str
    state: str
    reason: str
    since: dt.datetime
    until: dt.datetime | None
    warned: bool
    call: str
    queue: str
    gone_since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Stayed:
    """A state that is over."""

    id: int
    agent: str
    interface: str
    state: str
    reason: str
    began: dt.datetime
    ended: dt.datetime
    ended_by: str
    call: str
    queue: str


class Seats:
    """The agents in PostgreSQL. Every change wakes the keeper."""

    def __init__(
        self,
        engine: AsyncEngine,
        pins: Passwords,
        settings: SeatsSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.settings = settings
        self._engine, self._pins, self._clock = engine, pins, clock

    async def sign_in(self, number: str, pin: str, interface: str) -> SignedIn | None:
        """Check the PIN and take the seat; None when it is wrong or the number is locked for now.

        An agent has one phone and a phone one agent: the last to sign in has it.
        """
        now = self._clock()
        old = now - dt.timedelta(minutes=self.settings.pin_lock_minutes)
        async with transaction(self._engine) as connection:
            admitted = or_(
                Agent.failed_at.is_(None), Agent.failed_at < old, Agent.failures < self.settings.pin_failures
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
        async with transaction(self._engine) as connection:
            await connection.execute(update(Agent).where(Agent.number == number).values(failures=0, failed_at=None))
            ended = (
                delete(Seat)
                .where(Seat.agent == Agent.number, or_(Seat.interface == interface, Seat.agent == number))
                .returning(*Seat.__table__.columns, Agent.centre, Agent.role)
            )
            seats = (await connection.execute(ended)).all()
            for row in seats:
                await self._stayed(connection, row, now, ELSEWHERE)
            await connection.execute(insert(Seat).values(agent=number, interface=interface, state=READY, since=now))
            await announce(connection)
        left = (Seated(Occupant(row.agent, row.centre, row.role), row.interface) for row in seats)
        signed = Seated(Occupant(found.number, found.centre, found.role), interface)
        return SignedIn(signed.occupant, tuple(seat for seat in left if seat != signed))

    async def occupant(self, interface: str) -> Occupant | None:
        """Who is signed in at this phone."""
        query = select(Agent.number, Agent.centre, Agent.role).join(Seat, Seat.agent == Agent.number)
        async with transaction(self._engine) as connection:
            found = (await connection.execute(query.where(Seat.interface == interface))).first()
        return Occupant(found.number, found.centre, found.role) if found else None

    async def sitting(self, number: str | None = None) -> Sequence[Sitting]:
        """Every seat that is taken, or one agent's, by number."""
        query = select(*Seat.__table__.columns, Agent.centre, Agent.role, Agent.name)
        query = query.join(Agent, Seat.agent == Agent.number).order_by(Seat.agent)
        if number is not None:
            query = query.where(Seat.agent == number)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            Sitting(
                Occupant(row.agent, row.centre, row.role), row.name, row.interface, row.state, row.reason, row.since,
                row.until, row.warned, row.call, row.queue, row.gone_since,
            )
            for row in rows
        ]  # fmt: skip

    async def sign_out(self, interface: str, by: str = BY_AGENT) -> None:
        """Free the seat; the agent's token ends with it."""
        async with transaction(self._engine) as connection:
            freed = delete(Seat).where(Seat.interface == interface).returning(*Seat.__table__.columns)
            for row in (await connection.execute(freed)).all():
                await self._stayed(connection, row, self._clock(), by)
            await announce(connection)

    async def set_state(self, interface: str, state: str, reason: str = "", by: str = BY_AGENT) -> None:
        """Pause or resume; the same state again may give another reason and goes on since it began."""
        async with transaction(self._engine) as connection:
            await self._set(connection, Seat.interface == interface, state, reason, by)

    async def begin_wrap_up(self, interface: str, number: str, call: str, queue: str) -> bool:
        """A talk is over: no calls for a while. False when the agent is not there, or paused meanwhile."""
        if not self.settings.wrap_up_seconds:
            return False
        async with transaction(self._engine) as connection:
            here = (Seat.interface == interface) & (Seat.agent == number) & (Seat.state == READY)
            return await self._set(connection, here, WRAP_UP, "", BY_TIME, call=call, queue=queue)

    async def end_wrap_up(self, interface: str, by: str = BY_AGENT) -> bool:
        """Ready again; False when there was no wrap-up."""
        async with transaction(self._engine) as connection:
            here = (Seat.interface == interface) & (Seat.state == WRAP_UP)
            return await self._set(connection, here, READY, "", by)

    async def warn(self, interface: str) -> bool:
        """Note that a pause beyond its limit is warned of; False when it was already."""
        noted = update(Seat).where(Seat.interface == interface, Seat.state == PAUSED, ~Seat.warned)
        async with transaction(self._engine) as connection:
            return (await connection.execute(noted.values(warned=True).returning(Seat.agent))).first() is not None

    async def phone_gone(self, interface: str, *, gone: bool) -> None:
        """Note since when a phone cannot be reached, or that it is back."""
        since = func.coalesce(Seat.gone_since, self._clock()) if gone else None
        async with transaction(self._engine) as connection:
            await connection.execute(update(Seat).where(Seat.interface == interface).values(gone_since=since))

    async def numbers(self) -> Sequence[str]:
        """Every agent's number, signed in or not."""
        async with transaction(self._engine) as connection:
            return list((await connection.execute(select(Agent.number).order_by(Agent.number))).scalars())

    async def untold(self) -> Sequence[Stayed]:
        """States that are over and of which the ledger does not know."""
        query = select(Stay).where(~Stay.told).order_by(Stay.id).limit(500)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            Stayed(
                row.id, row.agent, row.interface, row.state, row.reason, row.began, row.ended, row.ended_by, row.call,
                row.queue,
            )
            for row in rows
        ]  # fmt: skip

    async def told(self, ids: Sequence[int]) -> None:
        """The ledger knows them."""
        async with transaction(self._engine) as connection:
            await connection.execute(update(Stay).where(Stay.id.in_(ids)).values(told=True))

    async def give_token(self, number: str) -> str:
        """Give a signed-in agent's program what it shows from now on; an earlier one ends."""
        token = secrets.token_urlsafe(32)
        expires = self._clock() + dt.timedelta(hours=self.settings.token_hours)
        row = upsert(Token).values(agent=number, digest=_digest(token), expires=expires)
        async with transaction(self._engine) as connection:
            await connection.execute(
                row.on_conflict_do_update(
                    index_elements=["agent"], set_={"digest": row.excluded.digest, "expires": expires}
                )
            )
        return token

    async def whose(self, token: str) -> Occupant | None:
        """The signed-in agent a token belongs to."""
        query = select(Agent.number, Agent.centre, Agent.role).join(Token, Token.agent == Agent.number)
        query = query.where(Token.digest == _digest(token), Token.expires > self._clock())
        async with transaction(self._engine) as connection:
            found = (await connection.execute(query)).first()
        return Occupant(found.number, found.centre, found.role) if found else None

    async def _set(
        self,
        connection: AsyncConnection,
        where: object,
        state: str,
        reason: str,
        by: str,
        *,
        call: str = "",
        queue: str = "",
    ) -> bool:
        row = (await connection.execute(select(Seat.__table__).where(where).with_for_update())).first()  # type: ignore[arg-type]
        if row is None:
            return False
        now = self._clock()
        begins = row.state != state
        if begins:
            await self._stayed(connection, row, now, by)
        since = now if begins else row.since
        new = {
            "state": state,
            "reason": reason,
            "since": since,
            "until": self._until(state, reason, since),
            "warned": row.warned and not begins and row.reason == reason,
            "call": call,
            "queue": queue,
        }
        await connection.execute(update(Seat).where(Seat.agent == row.agent).values(new))
        await announce(connection)
        return True

    def _until(self, state: str, reason: str, since: dt.datetime) -> dt.datetime | None:
        if state == WRAP_UP:
            return since + dt.timedelta(seconds=self.settings.wrap_up_seconds)
        pause = by_name(self.settings.pauses, reason) if state == PAUSED else None
        return since + pause.limit if pause else None

    async def _stayed(self, connection: AsyncConnection, row: Row[*tuple[Any, ...]], now: dt.datetime, by: str) -> None:
        over = {key: getattr(row, key) for key in ("agent", "interface", "state", "reason", "call", "queue")}
        await connection.execute(insert(Stay).values(over | {"began": row.since, "ended": now, "ended_by": by}))


async def agent_numbers(engine: AsyncEngine) -> list[str]:
    """Every agent's number: each has a recording that names them."""
    async with engine.connect() as connection:
        return list((await connection.execute(select(Agent.number).order_by(Agent.number))).scalars())


def _digest(token: str) -> str:
    """A token is 256 random bits, so that its plain digest cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()
