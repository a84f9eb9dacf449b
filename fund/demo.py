"""An invented world: depositors, units, loans, branches. The same seed gives the same world.

Passwords are derived from the seed, so they can be shown to whoever may read the secrets, and stand nowhere.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import tables
from fund.demo_person import SURNAMES, Person, Row, paid_until
from fund.exceptions import NotDemo
from fund.passwords import Passwords, is_weak
from fund.port import AccountStatus

A_CENTRE = 400
"""Depositors invented for each centre."""

WITH_PASSWORD = 20
"""How many ordinary ones have set a telephone password; the others have not yet, as in life."""


WEAK = "123456"
"""The password of the one whose password is weak."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything invented: rows for the database, and what `hotline demo --json` shows.

    `depositors` are ordinary people; each of `special` is one of CASES. Passwords are shown with both.
    """

    rows: tuple[Row, ...]
    depositors: tuple[dict[str, Any], ...]
    units: tuple[dict[str, Any], ...]
    special: tuple[dict[str, Any], ...]


def password(seed: str, owner: str, *numbers: str) -> str:
    """Six digits that follow from the seed, none of them weak or a part of the owner's numbers."""
    for attempt in range(100):
        digest = hmac.new(seed.encode(), f"{owner}:{attempt}".encode(), hashlib.sha256).digest()
        digits = f"{int.from_bytes(digest[:8]) % 10**6:06d}"
        if not is_weak(digits, " ".join(numbers)):
            return digits
    raise AssertionError("a hundred weak passwords in a row")


def invent(seed: str, centres: Sequence[str], passwords: Passwords, today: dt.date) -> World:
    """Make the world of these centres. Hashes of passwords are left out: `load` makes them."""
    chance = random.Random(hashlib.sha256(f"world:{seed}".encode()).digest())  # noqa: S311 - an invented world
    rows: list[Row] = []
    depositors: list[dict[str, Any]] = []
    special: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    for at, centre in enumerate(centres, start=1):
        unit_ids = range(at * 100 + 1, at * 100 + 6)
        for unit_id in unit_ids:
            unit = _unit(chance, centre, unit_id, paid_until(today))
            rows.append(Row(tables.Unit, unit))
            units.append(
                {
                    "centre": centre,
                    "account": unit["number"],
                    "password": password(seed, f"u{unit_id}", unit["number"]),
                    "name": unit["name"],
                    "people": unit["people"],
                    "monthly_sum": str(unit["monthly_sum"]),
                    "paid_until": f"{unit['paid_until']:%Y-%m}",
                }
            )
        taken: set[str] = set()
        for number in range(1, A_CENTRE + 1):
            person = Person(chance, centre, at * 100_000 + number, number, today, chance.choice(unit_ids))
            while person.id_number in taken:  # one seed in a thousand invents two people with one ID number
                person.id_number = person.invent_id_number(chance)
            taken.add(person.id_number)
            rows += person.rows(passwords)
            numbers = (person.id_number, person.account, person.card)
            secret = WEAK if person.case == "weak_password" else password(seed, f"d{person.id}", *numbers)
            if person.case:
                special.append({"case": person.case} | person.shown(secret))
            elif number <= WITH_PASSWORD:
                depositors.append(person.shown(secret))
    return World(tuple(rows), tuple(depositors), tuple(units), tuple(special))


def _unit(chance: random.Random, centre: str, identity: int, month: dt.date) -> dict[str, Any]:
    return {
        "id": identity,
        "centre": centre,
        "number": f"{200_0000_0000 + identity}",
        "name": f"{chance.choice(SURNAMES)}氏{chance.choice(('机械', '食品', '物流', '软件', '建筑'))}有限公司",
        "status": AccountStatus.NORMAL,
        "people": chance.randrange(5, 900),
        "monthly_sum": Decimal(chance.randrange(500_000, 90_000_000)) / 100,
        "paid_until": month,
        "mobile": f"1380000{identity:04d}",
    }


async def load(engine: AsyncEngine, world: World, passwords: Passwords, fingerprint: str) -> bool:
    """Write the world, once; NotDemo when there is other data. Give whether anything was written."""
    async with engine.begin() as connection:
        if await _is_there(connection, fingerprint):
            return False
    hashed = await asyncio.to_thread(_hashed, world, passwords)
    async with engine.begin() as connection:
        # Of two that load at once, the second waits here and then finds the world of the first.
        await connection.execute(text("LOCK TABLE fund.world IN EXCLUSIVE MODE"))
        if await _is_there(connection, fingerprint):
            return False
        for table in (
            tables.Unit,
            tables.Depositor,
            tables.PersonalAccount,
            tables.Movement,
            tables.Loan,
            tables.Application,
        ):
            await connection.execute(insert(table), [dict(row.values) for row in world.rows if row.table is table])
        await connection.execute(insert(tables.Password), hashed)
        await connection.execute(insert(tables.World).values(kind="demo", fingerprint=fingerprint))
    return True


async def _is_there(connection: AsyncConnection, fingerprint: str) -> bool:
    """True when this world was written before, False when there is nothing; NotDemo for anything else."""
    marked = (await connection.execute(select(tables.World))).first()
    if marked is not None and (marked.kind, marked.fingerprint) == ("demo", fingerprint):
        return True
    people = (await connection.execute(select(exists().select_from(tables.Depositor)))).scalar_one()
    if marked is not None or people:
        raise NotDemo(
            "the database holds accounts that this demo did not invent, or invented for other centres; "
            "use an empty database for the demo"
        )
    return False


def _hashed(world: World, passwords: Passwords) -> list[dict[str, Any]]:
    ids = {row.values["number"]: row.values["id"] for row in world.rows if row.table is tables.PersonalAccount}
    ids |= {row.values["number"]: row.values["id"] for row in world.rows if row.table is tables.Unit}
    people = [*world.depositors, *world.special]
    owners = [(f"d{ids[one['account']]}", one["password"], one.get("case")) for one in people]
    owners += [(f"u{ids[one['account']]}", one["password"], None) for one in world.units]
    with ThreadPoolExecutor(2) as threads:
        hashes = threads.map(lambda owned: passwords.make(owned[0], owned[1]), owners)
    now = dt.datetime.now(dt.UTC)
    return [
        {"owner": owner, "hash": made, "must_change": case == "first_password", "set_at": now}
        for (owner, _, case), made in zip(owners, hashes, strict=True)
    ]
