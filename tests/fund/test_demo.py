"""The invented world: large enough, valid, tricky where callers' balances are, and secret where it must be."""

import asyncio
import datetime as dt
import re
import subprocess
from collections import Counter
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from fund import demo, names, tables
from fund.demo_person import CASES
from fund.exceptions import NotDemo
from fund.identity import Login, id_number_holds, kind_of_login, luhn_holds
from fund.passwords import Passwords, is_weak
from hotline.postgres import binaries
from tests.fund.conftest import CENTRES, KEY, SEED, TODAY, Bench, all_at_once


@pytest.fixture(scope="module")
def small() -> demo.World:
    """One centre, for loading again and again."""
    return demo.invent("another seed", ("loudi",), Passwords(KEY), TODAY)


def rows(world: demo.World, table: type[tables.Base]) -> list[dict[str, Any]]:
    return [dict(row.values) for row in world.rows if row.table is table]


def test_three_centres_and_a_thousand_depositors(world: demo.World) -> None:
    people = Counter(row["centre"] for row in rows(world, tables.Depositor))
    assert set(people) == set(CENTRES)
    assert people.total() >= 1000
    assert {row["centre"] for row in rows(world, tables.Unit)} == set(CENTRES)


def test_every_number_is_valid_and_some_end_in_x(world: demo.World) -> None:
    for one in world.depositors:
        assert id_number_holds(one["id_number"])
        assert luhn_holds(one["card"])
        assert kind_of_login(one["account"]) is Login.ACCOUNT
        assert one["id_number"][:2] == "43"  # 湖南
    for centre in CENTRES:
        assert sum(one["id_number"][-1] == "X" for one in world.depositors if one["centre"] == centre) >= 3
    for shared in ("account", "id_number", "card"):
        assert len({one[shared] for one in world.depositors}) == len(world.depositors)


def test_every_centre_has_the_balances_that_are_hard_to_say(world: demo.World) -> None:
    for centre in CENTRES:
        balances = {one["balance"] for one in world.depositors if one["centre"] == centre}
        assert {"23456.78", "16409.02", "107000.53", "1000001.00", "0.05", "0.00", "215.00", "15.50"} <= balances


def test_applications_stand_in_every_stage_and_some_have_loans(world: demo.World) -> None:
    for centre in CENTRES:
        shown = [one for one in world.depositors if one["centre"] == centre]
        assert any(one["loan"] for one in shown)
        assert any(one["loan"] is None for one in shown)
        assert {one["application"]["stage"] for one in shown if one["application"]} == set(names.STAGES.values())


def test_what_is_shown_has_the_designs_fields(world: demo.World) -> None:
    wanted = {
        "centre",
        "account",
        "id_number",
        "card",
        "password",
        "balance",
        "monthly_deposit",
        "paid_until",
        "loan",
        "application",
    }
    for one in world.depositors:
        assert wanted <= one.keys()
        assert re.fullmatch(r"\d+\.\d\d", one["balance"])
        assert re.fullmatch(r"\d+\.\d\d", one["monthly_deposit"])
        assert one["paid_until"] == "2026-10"
        if one["loan"]:
            assert {"balance", "term_months", "monthly_payment", "paid_until"} <= one["loan"].keys()
    assert {"account", "password"} <= world.units[0].keys()


def test_no_password_is_weak(world: demo.World) -> None:
    for one in world.depositors:
        assert re.fullmatch(r"\d{6}", one["password"])
        assert not is_weak(one["password"], one["id_number"])
    assert len({one["password"] for one in world.depositors}) > len(world.depositors) // 2


def test_the_same_seed_invents_the_same_world(world: demo.World) -> None:
    again = demo.invent(SEED, CENTRES, Passwords(KEY), TODAY)
    other = demo.invent("another seed", CENTRES, Passwords(KEY), TODAY)
    assert again == world
    assert {one["password"] for one in other.depositors} != {one["password"] for one in world.depositors}


def test_january_is_paid_until_december() -> None:
    world = demo.invent(SEED, CENTRES[:1], Passwords(KEY), dt.date(2027, 1, 31))
    assert {one["paid_until"] for one in world.depositors} == {"2026-12"}


def test_every_special_case_is_there_once_a_centre_and_no_other_depositor_is_special(world: demo.World) -> None:
    for centre in CENTRES:
        assert sorted(one["case"] for one in world.special if one["centre"] == centre) == sorted(CASES.values())
    accounts = {row["number"]: row for row in rows(world, tables.PersonalAccount)}
    assert {accounts[one["account"]]["status"] for one in world.depositors} == {"normal"}
    assert all(one["mobile"] for one in world.depositors)


async def test_what_is_shown_is_what_the_database_holds(bench: Bench, world: demo.World) -> None:
    account, loan, stage = tables.PersonalAccount, tables.Loan, tables.Application
    query = (
        select(account, loan.balance.label("owed"), loan.monthly_payment, stage.stage)
        .outerjoin(loan, loan.depositor_id == account.depositor_id)
        .outerjoin(stage, stage.depositor_id == account.depositor_id)
    )
    async with bench.engine.connect() as connection:
        stored = {row.number: row for row in (await connection.execute(query)).all()}
        people = (await connection.execute(select(func.count()).select_from(tables.Depositor))).scalar_one()
        hashes = (await connection.execute(select(func.count()).select_from(tables.Password))).scalar_one()
    assert people == len(rows(world, tables.Depositor))
    assert hashes == len(world.depositors) + len(world.special) + len(world.units)
    for one in world.depositors:
        row = stored[one["account"]]
        assert (row.balance, row.own_share + row.employer_share) == (
            Decimal(one["balance"]),
            Decimal(one["monthly_deposit"]),
        )
        assert (row.owed, row.monthly_payment) == (
            (Decimal(one["loan"]["balance"]), Decimal(one["loan"]["monthly_payment"])) if one["loan"] else (None, None)
        )
        assert (row.stage and names.STAGES[row.stage]) == (one["application"] and one["application"]["stage"])


async def test_it_is_loaded_once(fresh_engine: AsyncEngine, small: demo.World) -> None:
    passwords = Passwords(KEY)
    at_once = await all_at_once(*(demo.load(fresh_engine, small, passwords, "mine") for _ in range(3)))
    assert sorted(at_once) == [False, False, True]
    assert await demo.load(fresh_engine, small, passwords, "mine") is False
    with pytest.raises(NotDemo):
        await demo.load(fresh_engine, small, passwords, "of another installation")


async def test_it_is_never_loaded_beside_real_people(fresh_engine: AsyncEngine, small: demo.World) -> None:
    real = {"id": 1, "centre": "loudi", "name": "真人", "id_key": "k", "id_tail": "0011"}
    async with fresh_engine.begin() as connection:
        await connection.execute(insert(tables.Depositor), [real])
    with pytest.raises(NotDemo):
        await demo.load(fresh_engine, small, Passwords(KEY), "mine")
    async with fresh_engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(tables.Depositor))).scalar_one() == 1


async def test_a_dump_holds_no_secret(bench: Bench, demo_url: str, world: demo.World) -> None:
    """Neither passwords nor what opens their hashes, nor ID, card or calling numbers."""
    canary, caller = "739185", "13812345678"
    for one in world.depositors[:3]:
        await bench.verify(one["centre"], one["id_number"], canary, caller)
        await bench.verify(one["centre"], one["card"], one["password"], caller)
    parts = urlsplit(demo_url)
    dump = await asyncio.to_thread(
        subprocess.run,
        [
            str(binaries() / "pg_dump"), "--host", parse_qs(parts.query)["host"][0], "--username", "hotline",
            "--dbname", parts.path.lstrip("/"),
        ],
        capture_output=True, text=True, check=True, env={"LC_ALL": "C"},
    )  # fmt: skip
    values = set(re.split(r"[\s|,;:'\"]+", dump.stdout))
    assert world.depositors[0]["account"] in values  # it is the whole of it
    secrets = [canary, caller, KEY, SEED, *(one["password"] for one in (*world.depositors, *world.units))]
    secrets += [one[kind] for one in world.depositors for kind in ("id_number", "card")]
    assert values.isdisjoint(secrets)
    assert not any(long in dump.stdout for long in secrets if len(long) > 6)
