"""The schema `seats`."""

import datetime as dt

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, MetaData, String, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="seats",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class Agent(Base):
    """Somebody who takes calls. The PIN is kept as depositors' passwords are."""

    __tablename__ = "agent"
    number: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    centre: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(16))
    pin: Mapped[str] = mapped_column(String(160))
    failures: Mapped[int] = mapped_column(server_default="0")
    failed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class Seat(Base):
    """A signed-in agent: the phone, the state, since when."""

    __tablename__ = "seat"
    agent: Mapped[str] = mapped_column(ForeignKey("seats.agent.number"), primary_key=True)
    interface: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(20), server_default="")
    since: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    """When wrap-up ends, or when a pause becomes too long."""
    warned: Mapped[bool] = mapped_column(server_default=false())
    call: Mapped[str] = mapped_column(String(80), server_default="")
    """The call that wrap-up is for."""
    queue: Mapped[str] = mapped_column(String(80), server_default="")
    gone_since: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when the phone cannot be reached."""


class Stay(Base):
    """A state that is over: how long it was and what ended it. The keeper tells it to the ledger once."""

    __tablename__ = "stay"
    __table_args__ = (Index("ix_stay_told", "told", postgresql_where=text("NOT told")),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    agent: Mapped[str] = mapped_column(String(8))
    interface: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(20))
    began: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    ended: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[str] = mapped_column(String(16))
    call: Mapped[str] = mapped_column(String(80))
    queue: Mapped[str] = mapped_column(String(80))
    told: Mapped[bool] = mapped_column(server_default=false())


class Token(Base):
    """What an agent's program shows after signing in. Kept as a digest; it ends with the seat."""

    __tablename__ = "token"
    agent: Mapped[str] = mapped_column(ForeignKey("seats.seat.agent", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class Audit(Base):
    """What somebody did to another's seat or call. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    who: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(24))
    whom: Mapped[str] = mapped_column(String(8), server_default="")
    call: Mapped[str] = mapped_column(String(80), server_default="")
    outcome: Mapped[str] = mapped_column(String(40), server_default="")
    via: Mapped[str] = mapped_column(String(16), server_default="")


class CallBack(Base):
    """A promise to call somebody back. The number is whole: it has to be dialled; people see it masked."""

    __tablename__ = "call_back"
    __table_args__ = (
        Index(
            "uq_call_back_number_open", "number", unique=True, postgresql_where=text("state IN ('waiting', 'calling')")
        ),
        Index("ix_call_back_state_next_try", "state", "next_try"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    call: Mapped[str] = mapped_column(String(80))
    centre: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(20))
    joined: Mapped[int] = mapped_column(BigInteger)
    promised: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    settled: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    agent: Mapped[str] = mapped_column(String(8), server_default="")


class CallerNumber(Base):
    """Whom an agent may call back from a record. The number is whole: it has to be dialled; nothing shows it."""

    __tablename__ = "caller_number"
    __table_args__ = (Index("ix_caller_number_at", "at"),)
    call: Mapped[str] = mapped_column(String(80), primary_key=True)
    centre: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
