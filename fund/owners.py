"""Whose password it is: a login → the owner that tries are counted by, with the stored hash.

One statement, whether anybody is found or not: the time it takes tells nothing.
"""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, LargeBinary, Select, cast, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fund import tables
from fund.identity import LEGACY_ID_LENGTH, Login
from fund.passwords import Passwords
from fund.port import Holder, Verified

Found = Select[int, str, bool, bytes | None]


@dataclass(frozen=True, slots=True)
class Owner:
    """`key` is what tries are counted by; without an id nobody is meant, and without a hash no password is right.

    `shown` is the number as audits show it: its last four digits.
    """

    key: str
    id: int | None = None
    hash: str | None = field(default=None, repr=False)
    must_change: bool = False
    forbidden: bytes = field(default=b"", repr=False)
    shown: str = ""


def key(holder: Holder, identity: int) -> str:
    """What the passwords and tries of a holder are kept under."""
    return f"{'u' if holder is Holder.UNIT else 'd'}{identity}"


def holder_of(login: Login) -> Holder:
    """Who logs in with this kind of number."""
    return Holder.UNIT if login is Login.UNIT else Holder.DEPOSITOR


async def find(connection: AsyncConnection, passwords: Passwords, centre: str, login: Login, number: str) -> Owner:
    """Give the owner a login means at a centre; one without an id when there is none, counted under the number itself."""
    depositor, account, unit = tables.Depositor, tables.PersonalAccount, tables.Unit
    digest = passwords.lookup_key(login, number)
    match login:
        case Login.UNIT:
            query = _units().where(unit.centre == centre, unit.number == number)
        case Login.ID_NUMBER:
            column = depositor.legacy_id_key if len(number) == LEGACY_ID_LENGTH else depositor.id_key
            query = _depositors().where(depositor.centre == centre, column == digest)
        case Login.CARD:
            query = _depositors().where(depositor.centre == centre, depositor.card_key == digest)
        case _:
            mine = account.depositor_id == depositor.id
            query = _depositors().join(account, mine).where(account.centre == centre, account.number == number)
    found = await _first(connection, query, holder_of(login), f"****{number[-4:]}")
    return found or Owner("x" + passwords.lookup_key(centre, number), shown=f"****{number[-4:]}")


async def of(connection: AsyncConnection, who: Verified) -> Owner | None:
    """Give the owner somebody has proved to be."""
    if who.holder is Holder.UNIT:
        return await _first(connection, _units().where(tables.Unit.id == int(who.key)), who.holder, who.key)
    return await _first(connection, _depositors().where(tables.Depositor.id == int(who.key)), who.holder, who.key)


async def _first(connection: AsyncConnection, query: Found, holder: Holder, shown: str) -> Owner | None:
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    return Owner(key(holder, row[0]), row[0], row[1], bool(row[2]), row[3] or b"", shown)


def _depositors() -> Found:
    return _with_password(tables.Depositor.id.expression, "d", tables.Depositor.forbidden.expression)


def _units() -> Found:
    return _with_password(tables.Unit.id.expression, "u", cast(null(), LargeBinary))


def _with_password(identity: ColumnElement[int], letter: str, forbidden: ColumnElement[bytes | None]) -> Found:
    password = tables.Password
    return select(identity, password.hash, password.must_change, forbidden).outerjoin(
        password, password.owner == func.concat(letter, identity)
    )
