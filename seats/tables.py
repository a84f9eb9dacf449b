"""The schema `seats`."""

import datetime as dt

from sqlalchemy import DateTime, ForeignKey, MetaData, String
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
