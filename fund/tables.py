"""The schema `fund`. Money is numeric(14,2) in 元; a month is its first day; ID and card numbers are keyed digests."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData(
    schema="fund",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)
Money = Numeric(14, 2)


class Base(DeclarativeBase):
    """Tables of the room."""

    metadata = metadata


class World(Base):
    """One row: who made this data. The demo writes only where it says demo, or where there is nothing."""

    __tablename__ = "world"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class Depositor(Base):
    """A person with an account at one centre.

    `forbidden` are keyed digests, four bytes each, of the six-digit runs of the ID number: no password may be one of them,
    whatever the caller logs in with, and the ID number itself stands nowhere.
    """

    __tablename__ = "depositor"
    __table_args__ = (
        UniqueConstraint("centre", "id_key"),
        UniqueConstraint("centre", "legacy_id_key"),
        UniqueConstraint("centre", "card_key"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    centre: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(40))
    id_key: Mapped[str] = mapped_column(String(40))
    id_tail: Mapped[str] = mapped_column(String(4))
    legacy_id_key: Mapped[str | None] = mapped_column(String(40))
    forbidden: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile: Mapped[str | None] = mapped_column(String(20))
    card_key: Mapped[str | None] = mapped_column(String(40))
    card_tail: Mapped[str | None] = mapped_column(String(4))


class PersonalAccount(Base):
    """A personal account (个人公积金账户)."""

    __tablename__ = "personal_account"
    __table_args__ = (UniqueConstraint("centre", "number"), CheckConstraint("balance >= 0", "balance_not_negative"))
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    depositor_id: Mapped[int] = mapped_column(ForeignKey("fund.depositor.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("fund.unit.id"))
    centre: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    balance: Mapped[Decimal] = mapped_column(Money)
    own_share: Mapped[Decimal] = mapped_column(Money)
    employer_share: Mapped[Decimal] = mapped_column(Money)
    paid_until: Mapped[dt.date] = mapped_column(Date)
    opened: Mapped[dt.date] = mapped_column(Date)


class Movement(Base):
    """One movement on a personal account; the kind says which way (fund.port.MovementKind)."""

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("amount >= 0", "amount_not_negative"),
        Index("ix_movement_account_id_on", "account_id", "on"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund.personal_account.id"))
    on: Mapped[dt.date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Decimal] = mapped_column(Money)


class Loan(Base):
    """A housing loan (个人贷款)."""

    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    depositor_id: Mapped[int] = mapped_column(ForeignKey("fund.depositor.id"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    balance: Mapped[Decimal] = mapped_column(Money)
    term_months: Mapped[int]
    remaining_months: Mapped[int]
    monthly_payment: Mapped[Decimal] = mapped_column(Money)
    next_due: Mapped[dt.date | None] = mapped_column(Date)
    paid_until: Mapped[dt.date] = mapped_column(Date)
    overdue: Mapped[Decimal] = mapped_column(Money)


class Application(Base):
    """A loan application and the stage it has reached (贷款办理进度)."""

    __tablename__ = "application"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    depositor_id: Mapped[int] = mapped_column(ForeignKey("fund.depositor.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    since: Mapped[dt.date] = mapped_column(Date)


class Unit(Base):
    """An employer (单位)."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("centre", "number"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    centre: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16))
    people: Mapped[int]
    monthly_sum: Mapped[Decimal] = mapped_column(Money)
    paid_until: Mapped[dt.date] = mapped_column(Date)
    mobile: Mapped[str | None] = mapped_column(String(20))


class Password(Base):
    """The hash of a depositor's or a unit's password; `owner` is "d<id>" or "u<id>"."""

    __tablename__ = "password"
    owner: Mapped[str] = mapped_column(String(24), primary_key=True)
    hash: Mapped[str] = mapped_column(String(160))
    must_change: Mapped[bool]
    set_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class Guard(Base):
    """Tries of one day at one owner's password, or from one calling number; `key` is an owner or a keyed digest.

    `tries` were begun, `failures` of them turned out wrong.
    """

    __tablename__ = "guard"
    __table_args__ = (Index("ix_guard_day", "day"),)
    key: Mapped[str] = mapped_column(String(48), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date)
    tries: Mapped[int]
    failures: Mapped[int]
    locked_on: Mapped[dt.date | None] = mapped_column(Date)
    locked_for_good: Mapped[bool] = mapped_column(server_default="false")


class Audit(Base):
    """Who changed what about an account's password or lock. The account is masked: last four digits."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    who: Mapped[str] = mapped_column(String(64))
    did: Mapped[str] = mapped_column(String(24))
    centre: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(48))
    shown: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(200))
