"""The schema `callers`."""

import datetime as dt

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="callers",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class Caller(Base):
    """A calling number, as a keyed digest: the centre it chose (empty: none yet) and when it called last."""

    __tablename__ = "caller"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    centre: Mapped[str] = mapped_column(String(32), server_default="")
    called_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
