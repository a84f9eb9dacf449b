"""Requests in PostgreSQL: each is one transaction, and what parallel callers compete for is decided there."""

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, and_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund.port import Verified
from service_requests import message_box
from service_requests.exceptions import AlreadyBooked, RequestsUnavailable, SlotTaken
from service_requests.kinds import Appointment, Business, Category, Half, Slot, State
from service_requests.message_box import Message
from service_requests.settings import RequestsSettings
from service_requests.tables import AppointmentRow, MessageRow, SlotRow, SmsRow, SubscriptionRow
from transactions import Transactions

MASK = "*"
NUMBERS = 20
"""Numbers that are thrown until one is free."""

log = logging.getLogger(__name__)


class Requests:
    """What callers ask for. `today` in each question is the day of the hotline's time zone."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: RequestsSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.settings, self._clock = settings, clock
        self._transactions = Transactions(engine, settings.answer_seconds, RequestsUnavailable)

    # --- appointments ---

    async def free(self, centre: str, branch: str, days: Sequence[dt.date]) -> dict[dt.date, list[Half]]:
        """Which halves of these days have a place left at the branch; days without one are left out."""

        async def found(connection: AsyncConnection) -> dict[dt.date, list[Half]]:
            query = select(SlotRow.day, SlotRow.half).where(
                SlotRow.centre == centre, SlotRow.branch == branch, SlotRow.day.in_(days), ~self._has_room()
            )
            full = {(row.day, row.half) for row in (await connection.execute(query)).all()}
            halves = {day: [half for half in Half if (day, half) not in full] for day in days}
            return {day: free for day, free in halves.items() if free}

        return await self._transactions.run(found)

    async def open_appointments(self, who: Verified, today: dt.date) -> list[Appointment]:
        """What the holder has booked from today on, the next first."""
        row = AppointmentRow
        query = (
            select(row).where(_of(who), row.state == State.BOOKED, row.day >= today).order_by(row.day, row.half.desc())
        )

        async def found(connection: AsyncConnection) -> list[Appointment]:
            return [
                Appointment(one.number, Business(one.business), Slot(one.centre, one.branch, one.day, Half(one.half)))
                for one in (await connection.execute(query)).all()
            ]

        return await self._transactions.run(found)

    async def book(self, who: Verified, business: Business, slot: Slot, call: str, today: dt.date) -> Appointment:
        """Book; SlotTaken when the last place has gone, AlreadyBooked when the holder has one for this business."""
        row, now = AppointmentRow, self._clock()

        async def booked(connection: AsyncConnection, number: str) -> Appointment:
            await _alone(connection, who)
            over = update(row).where(_of(who), row.state == State.BOOKED, row.day < today)
            await connection.execute(over.values(state=State.PAST, changed_at=now))
            await self._take(connection, slot)
            await connection.execute(
                insert(row).values(
                    number=number,
                    business=business,
                    centre=slot.centre,
                    branch=slot.branch,
                    day=slot.day,
                    half=slot.half,
                    holder=who.holder,
                    holder_key=who.key,
                    state=State.BOOKED,
                    call=call,
                    created_at=now,
                    changed_at=now,
                )
            )
            return Appointment(number, business, slot)

        for _ in range(NUMBERS):
            number = f"{secrets.randbelow(900_000) + 100_000}"
            try:
                return await self._transactions.run(lambda it, number=number: booked(it, number))  # type: ignore[misc]
            except IntegrityError as error:
                if "open_number" not in str(error.orig):
                    raise AlreadyBooked from None
        raise RequestsUnavailable("no free number was found")

    async def move(self, who: Verified, number: str, slot: Slot) -> Appointment | None:
        """Give a booked appointment another time; None when the holder has none of this number. SlotTaken when full."""
        row = AppointmentRow

        async def moved(connection: AsyncConnection) -> Appointment | None:
            await _alone(connection, who)
            mine = select(row).where(_of(who), row.number == number, row.state == State.BOOKED)
            old = (await connection.execute(mine)).first()
            if old is None:
                return None
            before = Slot(old.centre, old.branch, old.day, Half(old.half))
            await self._locked(connection, before, slot)
            if before != slot:
                await self._take(connection, slot)
                await _give_back(connection, before)
            to = {"branch": slot.branch, "day": slot.day, "half": slot.half, "changed_at": self._clock()}
            await connection.execute(update(row).where(row.id == old.id).values(to))
            return Appointment(number, Business(old.business), slot)

        return await self._transactions.run(moved)

    async def cancel(self, who: Verified, number: str) -> bool:
        """Cancel; False when the holder has none of this number."""
        row = AppointmentRow

        async def cancelled(connection: AsyncConnection) -> bool:
            await _alone(connection, who)
            gone = (
                update(row)
                .where(_of(who), row.number == number, row.state == State.BOOKED)
                .values(state=State.CANCELLED, changed_at=self._clock())
                .returning(row.centre, row.branch, row.day, row.half)
            )
            old = (await connection.execute(gone)).first()
            if old is None:
                return False
            await _give_back(connection, Slot(old.centre, old.branch, old.day, Half(old.half)))
            return True

        return await self._transactions.run(cancelled)

    def _has_room(self) -> ColumnElement[bool]:
        return SlotRow.taken < func.coalesce(SlotRow.capacity, self.settings.slot_capacity)

    async def _take(self, connection: AsyncConnection, slot: Slot) -> None:
        """Take a place; the row's lock makes parallel takers wait for each other."""
        await connection.execute(insert(SlotRow).values(_key(slot)).on_conflict_do_nothing())
        taken = update(SlotRow).where(_is(slot), self._has_room()).values(taken=SlotRow.taken + 1)
        if not (await connection.execute(taken)).rowcount:
            raise SlotTaken

    async def _locked(self, connection: AsyncConnection, *slots: Slot) -> None:
        """Make and lock slots in one order everywhere, so that two who change places do not wait for each other for ever."""
        in_order = sorted(set(slots))
        await connection.execute(insert(SlotRow).values([_key(slot) for slot in in_order]).on_conflict_do_nothing())
        for slot in in_order:
            await connection.execute(select(SlotRow.taken).where(_is(slot)).with_for_update())

    # --- subscriptions and SMS ---

    async def subscribed(self, who: Verified) -> set[Category]:
        """The categories the holder has subscribed to."""
        row = SubscriptionRow
        query = select(row.category).where(
            row.centre == who.centre, row.holder == who.holder, row.holder_key == who.key, row.active
        )

        async def found(connection: AsyncConnection) -> set[Category]:
            return set(map(Category, (await connection.execute(query)).scalars()))

        return await self._transactions.run(found)

    async def subscribe(self, who: Verified, category: Category, call: str, *, active: bool) -> None:
        """Subscribe to a category or end it."""
        values = {"active": active, "call": call, "changed_at": self._clock()}
        row = insert(SubscriptionRow).values(
            centre=who.centre, holder=who.holder, holder_key=who.key, category=category, **values
        )

        async def done(connection: AsyncConnection) -> None:
            await connection.execute(row.on_conflict_do_update(constraint="pk_subscription", set_=values))

        await self._transactions.run(done)

    async def queue_sms(self, who: Verified, mobile: str, category: str, text: str, call: str) -> None:
        """Queue an SMS for the side that sends them."""
        now = self._clock()
        row = insert(SmsRow).values(
            centre=who.centre, holder=who.holder, holder_key=who.key, mobile=mobile, category=Category(category),
            text=text, state=State.QUEUED, call=call, created_at=now, changed_at=now,
        )  # fmt: skip

        async def done(connection: AsyncConnection) -> None:
            await connection.execute(row)

        await self._transactions.run(done)

    # --- messages ---

    async def send(self, folder: Path, message: Message, caller: str) -> None:
        """Send a message: on disk first, then as a row with the caller's whole number.

        RequestsUnavailable when it waits on disk: it is sent all the same.
        """
        slip = await asyncio.to_thread(message_box.put, folder, message)
        await self._transactions.run(lambda connection: _stored(connection, message, caller))
        slip.unlink(missing_ok=True)

    async def take_in(self, folder: Path) -> int:
        """Make rows of the messages that have none yet; give how many."""
        taken = 0
        for slip, message in await asyncio.to_thread(lambda: list(message_box.waiting(folder))):
            try:
                await self._transactions.run(lambda connection, it=message: _stored(connection, it, it.caller))  # type: ignore[misc]
            except DBAPIError as error:
                message_box.set_aside(slip, type(error.orig).__name__)
                continue
            slip.unlink(missing_ok=True)
            taken += 1
        return taken

    async def keep_taking_in(self, folder: Path) -> None:
        """Look for such messages for ever: those of the emergency script, and of times without a database."""
        while True:
            try:
                if taken := await self.take_in(folder):
                    log.info("%d messages taken in", taken)
            except RequestsUnavailable as error:
                log.warning("messages wait on disk: %s", error)
            except Exception:
                log.exception("messages could not be taken in")
            await asyncio.sleep(self.settings.take_in_seconds)


async def _stored(connection: AsyncConnection, message: Message, caller: str) -> None:
    """Write the row, once for a recording; a number that is another's is changed for a free one."""
    values = {
        "kind": message.kind, "centre": message.centre, "caller": caller[:24], "file": message.file,
        "seconds": message.seconds, "state": State.NEW, "call": message.call, "created_at": message.at,
        "changed_at": message.at,
    }  # fmt: skip
    number = message.number
    for _ in range(NUMBERS):
        row = insert(MessageRow).values(number=number, **values).on_conflict_do_nothing().returning(MessageRow.id)
        if (await connection.execute(row)).first():
            return
        known = update(MessageRow).where(MessageRow.file == message.file)
        if (await connection.execute(known.values(caller=_fuller(caller)))).rowcount:
            return
        number = message_box.new_number()
    raise RequestsUnavailable("no free number was found")


def _fuller(caller: str) -> ColumnElement[str]:
    """The number that is there, unless this one shows more of it."""
    return MessageRow.caller.expression if MASK in caller else literal(caller[:24])


async def _alone(connection: AsyncConnection, who: Verified) -> None:
    """Let whoever does something with this holder's appointments wait for who does.

    Who books locks the half day and then the appointments, who cancels the other way round: on two telephones of one
    holder each would wait for the other.
    """
    name = f"{who.centre}/{who.holder}/{who.key}"
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def _give_back(connection: AsyncConnection, slot: Slot) -> None:
    await connection.execute(update(SlotRow).where(_is(slot)).values(taken=func.greatest(SlotRow.taken - 1, 0)))


def _key(slot: Slot) -> dict[str, object]:
    return {"centre": slot.centre, "branch": slot.branch, "day": slot.day, "half": slot.half}


def _is(slot: Slot) -> ColumnElement[bool]:
    row = SlotRow
    return and_(row.centre == slot.centre, row.branch == slot.branch, row.day == slot.day, row.half == slot.half)


def _of(who: Verified) -> ColumnElement[bool]:
    row = AppointmentRow
    return and_(row.centre == who.centre, row.holder == who.holder, row.holder_key == who.key)
