"""The schema `stats`. Facts are append-only; calls and visits follow from them and can be made anew."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="stats",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)
Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class FactRow(Base):
    """One fact, once, whatever how often its sources told it."""

    __tablename__ = "fact"
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    t: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    call: Mapped[str] = mapped_column(String(80), index=True)
    queue: Mapped[str] = mapped_column(String(80))
    agent: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CallRow(Base):
    """What became of a call. Durations in ms."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_started_id", "started", "id"),
        Index("ix_call_centre_started", "centre", "started"),
    )
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    started: Mapped[dt.datetime] = mapped_column(Moment)
    ended: Mapped[dt.datetime | None] = mapped_column(Moment)
    centre: Mapped[str] = mapped_column(String(32))
    dialled: Mapped[str] = mapped_column(String(24))
    caller: Mapped[str] = mapped_column(String(24))
    path: Mapped[list[str]] = mapped_column(ARRAY(String))
    verified: Mapped[bool]
    offered: Mapped[bool]
    answered: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(16))
    lost: Mapped[str | None] = mapped_column(String(20))
    agent: Mapped[str] = mapped_column(String(80))
    wait_ms: Mapped[int | None] = mapped_column(BigInteger)
    talk_ms: Mapped[int | None] = mapped_column(BigInteger)
    wrap_up_ms: Mapped[int | None] = mapped_column(BigInteger)
    rating: Mapped[int | None] = mapped_column(Integer)
    settled: Mapped[bool | None]
    agent_ms: Mapped[int | None] = mapped_column(BigInteger)
    expert_ms: Mapped[int | None] = mapped_column(BigInteger)
    together_ms: Mapped[int | None] = mapped_column(BigInteger)
    hold_ms: Mapped[int | None] = mapped_column(BigInteger)
    emergency: Mapped[bool]
    message: Mapped[bool]
    call_back: Mapped[str | None] = mapped_column(String(16))


class VisitRow(Base):
    """One wait in a queue and what came of it."""

    __tablename__ = "visit"
    call: Mapped[str] = mapped_column(ForeignKey("stats.call.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(String(80))
    joined: Mapped[dt.datetime] = mapped_column(Moment)
    agent: Mapped[str] = mapped_column(String(80))
    rings: Mapped[int]
    answered: Mapped[dt.datetime | None] = mapped_column(Moment)
    completed: Mapped[dt.datetime | None] = mapped_column(Moment)
    left: Mapped[dt.datetime | None] = mapped_column(Moment)
    lost: Mapped[str | None] = mapped_column(String(20))


class UnsettledRow(Base):
    """A question that no expert could be had for: the back office calls back. `settled`: when somebody has seen to it."""

    __tablename__ = "unsettled"
    __table_args__ = (Index("ix_unsettled_asked_call", "asked", "call"),)
    call: Mapped[str] = mapped_column(ForeignKey("stats.call.id", ondelete="CASCADE"), primary_key=True)
    asked: Mapped[dt.datetime] = mapped_column(Moment)
    subject: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str] = mapped_column(String(80))
    centre: Mapped[str] = mapped_column(String(32))
    settled: Mapped[dt.datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str] = mapped_column(String(20), server_default="")


class JournalRow(Base):
    """How far a journal is stored: moved in the transaction that stores its facts."""

    __tablename__ = "journal"
    file: Mapped[str] = mapped_column(String(200), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger)
