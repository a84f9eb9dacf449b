"""The schema `requests`: rows the back office works from. Every row has a state and the times it began and changed."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Float, Identity, Index, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="requests",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)
Moment = DateTime(timezone=True)
BOOKED = text("state = 'booked'")


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class SlotRow(Base):
    """How many appointments a half day at a branch has; `capacity`, when set, replaces the settings' for this one."""

    __tablename__ = "slot"
    __table_args__ = (CheckConstraint("taken >= 0", "taken_not_negative"),)
    centre: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    half: Mapped[str] = mapped_column(String(10), primary_key=True)
    taken: Mapped[int] = mapped_column(server_default="0")
    capacity: Mapped[int | None]


class AppointmentRow(Base):
    """An appointment: booked, cancelled or past. A holder has one open for each business, an open number is one's alone."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index(
            "uq_appointment_open_holder", "centre", "holder", "holder_key", "business",
            unique=True, postgresql_where=BOOKED,
        ),
        Index("uq_appointment_open_number", "number", unique=True, postgresql_where=BOOKED),
        Index("ix_appointment_centre_day", "centre", "day"),
        Index("ix_appointment_created_at", "created_at"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(8))
    business: Mapped[str] = mapped_column(String(16))
    centre: Mapped[str] = mapped_column(String(32))
    branch: Mapped[str] = mapped_column(String(40))
    day: Mapped[dt.date] = mapped_column(Date)
    half: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(16))
    holder_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    call: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)


class SubscriptionRow(Base):
    """Whether a holder wants SMS of a category."""

    __tablename__ = "subscription"
    __table_args__ = (Index("uq_subscription_id", "id", unique=True), Index("ix_subscription_changed_at", "changed_at"))
    id: Mapped[int] = mapped_column(BigInteger, Identity())
    centre: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(16), primary_key=True)
    holder_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    category: Mapped[str] = mapped_column(String(16), primary_key=True)
    active: Mapped[bool]
    call: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)


class SmsRow(Base):
    """An SMS for the side that sends them. The number is whole here and nowhere else."""

    __tablename__ = "sms"
    __table_args__ = (Index("ix_sms_state_created_at", "state", "created_at"), Index("ix_sms_created_at", "created_at"))
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    centre: Mapped[str] = mapped_column(String(32))
    holder: Mapped[str] = mapped_column(String(16))
    holder_key: Mapped[str] = mapped_column(String(40))
    mobile: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(16))
    call: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)


class MessageRow(Base):
    """A recorded message. `caller` is the number to call back: whole here, masked wherever it is shown."""

    __tablename__ = "message"
    __table_args__ = (
        Index("uq_message_number", "number", unique=True),
        Index("uq_message_file", "file", unique=True),
        Index("ix_message_state_created_at", "state", "created_at"),
        Index("ix_message_created_at", "created_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(16))
    centre: Mapped[str] = mapped_column(String(32))
    caller: Mapped[str] = mapped_column(String(24))
    file: Mapped[str] = mapped_column(String(120))
    seconds: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(16))
    call: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
