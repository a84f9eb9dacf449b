"""The schema `recordings`."""

import datetime as dt

from sqlalchemy import BigInteger, DateTime, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="recordings",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class RecordingRow(Base):
    """One talk of a call, sealed on disk. `file` is below var/recordings; `sha256` and `bytes` are the sealed file's."""

    __tablename__ = "recording"
    __table_args__ = (
        UniqueConstraint("call", "part"),
        Index("ix_recording_agent_started", "agent", "started"),
        Index("ix_recording_started", "started"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    call: Mapped[str] = mapped_column(String(80))
    part: Mapped[int] = mapped_column(BigInteger)
    started: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    seconds: Mapped[float]
    queue: Mapped[str] = mapped_column(String(80))
    agent: Mapped[str] = mapped_column(String(8))
    file: Mapped[str] = mapped_column(String(160))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16))
    work_order: Mapped[str] = mapped_column(String(40), server_default="")
