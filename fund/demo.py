"""An invented world: depositors, units, loans, branches. The same seed gives the same world.

Passwords are derived from the seed, so they can be shown to whoever may read the secrets, and stand nowhere.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import random
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from fund import tables
from fund.exceptions import NotDemo
from fund.identity import check_character, luhn_digit
from fund.passwords import Passwords, is_weak

A_CENTRE = 400
"""Depositors invented for each centre."""

WITH_PASSWORD = 20
"""How many of them have set a telephone password; the others have not yet, as in life."""

BALANCES = (
    "23456.78",
    "16409.02",
    "107000.53",
    "1000001.00",
    "0.05",
    "0.00",
    "215.00",
    "15.50",
    "100000.00",
    "20035.10",
)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建国志文"
STAGES = ("已受理", "初审", "复审", "审批通过", "已放款")
DISTRICTS = ("市直", "开发区", "老城区")
DISTRICT_CODES = ("430102", "430103", "430104", "430111", "430602", "430702", "430721")
TERMS = (120, 180, 240, 300, 360)


@dataclass(frozen=True, slots=True)
class Row:
    """Where one invented row goes."""

    table: type[tables.Base]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Everything invented: rows for the database, and what `hotline demo --json` shows."""

    rows: tuple[Row, ...]
    depositors: tuple[dict[str, Any], ...]
    units: tuple[dict[str, Any], ...]


def password(seed: str, owner: str, id_number: str = "") -> str:
    """Six digits that follow from the seed, none of them weak."""
    for attempt in range(100):
        digest = hmac.new(seed.encode(), f"{owner}:{attempt}".encode(), hashlib.sha256).digest()
        digits = f"{int.from_bytes(digest[:8]) % 10**6:06d}"
        if not is_weak(digits, id_number):
            return digits
    raise AssertionError("a hundred weak passwords in a row")


def invent(seed: str, centres: Sequence[str], passwords: Passwords, today: dt.date) -> World:
    """Make the world of these centres. Hashes of passwords are left out: `load` makes them."""
    chance = random.Random(hashlib.sha256(f"world:{seed}".encode()).digest())  # noqa: S311 - an invented world
    rows: list[Row] = []
    depositors: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    month = today.replace(day=1)
    paid_until = (month - dt.timedelta(days=1)).replace(day=1)
    for at, centre in enumerate(centres, start=1):
        rows += [Row(tables.Branch, branch) for branch in _branches(centre, at)]
        unit_ids = range(at * 100 + 1, at * 100 + 6)
        for unit_id in unit_ids:
            unit = _unit(chance, centre, unit_id, paid_until)
            rows.append(Row(tables.Unit, unit))
            units.append(
                {
                    "centre": centre,
                    "account": unit["number"],
                    "password": password(seed, f"u{unit_id}"),
                    "name": unit["name"],
                    "people": unit["people"],
                    "monthly_sum": str(unit["monthly_sum"]),
                    "paid_until": f"{paid_until:%Y-%m}",
                }
            )
        taken: set[str] = set()
        for number in range(1, A_CENTRE + 1):
            person = _Person(chance, centre, at * 100_000 + number, number, paid_until, chance.choice(unit_ids))
            while person.id_number in taken:  # one seed in a thousand invents two people with one ID number
                person.id_number = person.invent_id_number(chance)
            taken.add(person.id_number)
            rows += person.rows(passwords)
            if number <= WITH_PASSWORD:
                depositors.append(person.shown(password(seed, f"d{person.id}", person.id_number)))
    return World(tuple(rows), tuple(depositors), tuple(units))


class _Person:
    """One invented depositor with what belongs to them."""

    def __init__(
        self, chance: random.Random, centre: str, identity: int, number: int, paid_until: dt.date, unit: int
    ) -> None:
        self.id, self.centre, self.unit, self.paid_until = identity, centre, unit, paid_until
        self.name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
        self._wants_x = number % 5 == 2
        self.id_number = self.invent_id_number(chance)
        body = f"622848{chance.randrange(10**12):012d}"
        self.card = body + luhn_digit(body)
        self.account = f"{10_0000_0000 + identity}"
        shown = number <= len(BALANCES)
        self.balance = Decimal(BALANCES[number - 1]) if shown else Decimal(chance.randrange(0, 30_000_000)) / 100
        self.share = Decimal(chance.randrange(20_000, 250_000)) / 100
        self.opened = dt.date(2005, 1, 1) + dt.timedelta(days=chance.randrange(6000))
        self.loan = self._loan(chance) if number % 3 == 1 else None
        self.stage = STAGES[number // 4 % len(STAGES)] if number % 4 == 2 else None
        self.since = paid_until + dt.timedelta(days=chance.randrange(25))

    def invent_id_number(self, chance: random.Random) -> str:
        """Make a valid ID number of somebody born since 1956."""
        while True:
            born = dt.date(1956, 1, 1) + dt.timedelta(days=chance.randrange(17_000))
            body = f"{chance.choice(DISTRICT_CODES)}{born:%Y%m%d}{chance.randrange(1000):03d}"
            check = check_character(body)
            if (check == "X") == self._wants_x:
                return body + check

    def _loan(self, chance: random.Random) -> dict[str, Any]:
        return {
            "balance": Decimal(chance.randrange(5_000_000, 80_000_000)) / 100,
            "term_months": chance.choice(TERMS),
            "monthly_payment": Decimal(chance.randrange(80_000, 600_000)) / 100,
            "paid_until": self.paid_until,
        }

    def rows(self, passwords: Passwords) -> list[Row]:
        """The person's rows, without a password."""
        found = [
            Row(
                tables.Depositor,
                {
                    "id": self.id,
                    "centre": self.centre,
                    "name": self.name,
                    "id_key": passwords.lookup_key("id", self.id_number),
                    "id_tail": self.id_number[-4:],
                    "card_key": passwords.lookup_key("card", self.card),
                    "card_tail": self.card[-4:],
                },
            ),
            Row(
                tables.PersonalAccount,
                {
                    "id": self.id,
                    "depositor_id": self.id,
                    "unit_id": self.unit,
                    "centre": self.centre,
                    "number": self.account,
                    "status": "正常",
                    "balance": self.balance,
                    "own_share": self.share,
                    "employer_share": self.share,
                    "paid_until": self.paid_until,
                    "opened": self.opened,
                },
            ),
        ]
        if self.loan:
            found.append(Row(tables.Loan, {"id": self.id, "depositor_id": self.id} | self.loan))
        if self.stage:
            values = {"id": self.id, "depositor_id": self.id, "stage": self.stage, "since": self.since}
            found.append(Row(tables.Application, values))
        return found

    def shown(self, secret: str) -> dict[str, Any]:
        """What the demo tells of the person."""
        month = f"{self.paid_until:%Y-%m}"
        loan = self.loan and {
            "balance": str(self.loan["balance"].quantize(Decimal("0.01"))),
            "term_months": self.loan["term_months"],
            "monthly_payment": str(self.loan["monthly_payment"].quantize(Decimal("0.01"))),
            "paid_until": month,
        }
        return {
            "centre": self.centre,
            "name": self.name,
            "account": self.account,
            "id_number": self.id_number,
            "card": self.card,
            "password": secret,
            "balance": str(self.balance.quantize(Decimal("0.01"))),
            "monthly_deposit": str((self.share * 2).quantize(Decimal("0.01"))),
            "paid_until": month,
            "loan": loan,
            "application": {"stage": self.stage} if self.stage else None,
        }


def _unit(chance: random.Random, centre: str, identity: int, paid_until: dt.date) -> dict[str, Any]:
    return {
        "id": identity,
        "centre": centre,
        "number": f"{200_0000_0000 + identity}",
        "name": f"{chance.choice(SURNAMES)}氏{chance.choice(('机械', '食品', '物流', '软件', '建筑'))}有限公司",
        "status": "正常",
        "people": chance.randrange(5, 900),
        "monthly_sum": Decimal(chance.randrange(500_000, 90_000_000)) / 100,
        "paid_until": paid_until,
    }


def _branches(centre: str, at: int) -> Iterable[dict[str, Any]]:
    for number, district in enumerate(DISTRICTS, start=1):
        yield {
            "id": at * 10 + number,
            "centre": centre,
            "district": district,
            "name": f"{district}管理部",
            "address": f"人民路{number * 18}号政务中心二楼",
            "hours": "周一至周五 9:00–12:00 13:30–17:00",
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
            tables.Branch,
            tables.Unit,
            tables.Depositor,
            tables.PersonalAccount,
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
    owners = [(f"d{ids[one['account']]}", one["password"]) for one in world.depositors]
    owners += [(f"u{ids[one['account']]}", one["password"]) for one in world.units]
    with ThreadPoolExecutor(2) as threads:
        hashes = threads.map(lambda pair: passwords.make(*pair), owners)
    now = dt.datetime.now(dt.UTC)
    return [
        {"owner": owner, "hash": made, "must_change": False, "set_at": now}
        for (owner, _), made in zip(owners, hashes, strict=True)
    ]
