"""A new password: the old one is right, the new one is not weak, and what was tried is counted."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from fund import demo, tables
from fund.passwords import runs
from fund.port import Change, Refusal, Verified
from tests.fund.conftest import Bench, all_at_once
from tests.fund.test_queries import case, who

NEW = "503826"


async def test_the_new_one_holds_and_the_old_one_no_more(bench: Bench, person: dict[str, Any]) -> None:
    known = await who(bench, person)
    assert await bench.fund.change_password(known, person["password"], NEW, "13812345678") is Change.CHANGED
    assert await bench.verify("changsha", person["account"], person["password"], "") is Refusal.WRONG
    assert await bench.verify("changsha", person["id_number"], NEW, "") == known


async def test_a_first_password_is_none_any_more(bench: Bench, world: demo.World) -> None:
    one = case(world, "first_password")
    known = await who(bench, one)
    assert known.must_change
    assert await bench.fund.change_password(known, one["password"], NEW, "") is Change.CHANGED
    found = await bench.verify("changsha", one["card"], NEW, "")
    assert isinstance(found, Verified)
    assert not found.must_change


async def test_weak_ones_are_refused(bench: Bench, person: dict[str, Any]) -> None:
    known = await who(bench, person)
    born = person["id_number"][8:14]
    weak = {"111111", "123456", "654321", "121212", born, born[2:] + born[:2], person["account"][-6:]}
    weak |= {person["id_number"][at : at + 6] for at in range(12)}
    for new in sorted(weak):
        assert await bench.fund.change_password(known, person["password"], new, "") is Change.WEAK, new
    same = await bench.fund.change_password(known, person["password"], person["password"], "")
    assert same is Change.SAME


async def test_a_wrong_old_one_counts_like_any_other(bench: Bench, person: dict[str, Any]) -> None:
    known = await who(bench, person)
    answers = [await bench.fund.change_password(known, f"99999{n}", NEW, "") for n in range(4)]
    assert answers == [Change.WRONG] * 3 + [Change.LOCKED]
    assert await bench.verify("changsha", person["account"], person["password"], "") is Refusal.LOCKED


async def test_of_two_at_once_one_wins(bench: Bench, person: dict[str, Any]) -> None:
    known = await who(bench, person)
    news = ("503826", "617294")
    answers = await all_at_once(*(bench.fund.change_password(known, person["password"], new, "") for new in news))
    assert sorted(answers) == [Change.CHANGED, Change.WRONG]
    winner = news[answers.index(Change.CHANGED)]
    assert isinstance(await bench.verify("changsha", person["account"], winner, ""), Verified)


async def test_a_change_is_audited_without_any_password(bench: Bench, person: dict[str, Any]) -> None:
    await bench.fund.change_password(await who(bench, person), person["password"], NEW, "")
    async with bench.engine.connect() as connection:
        (row,) = (await connection.execute(select(tables.Audit))).all()
    assert (row.who, row.did, row.centre) == ("caller", "password_changed", "changsha")
    assert not {person["password"], NEW} & set(map(str, row))


async def test_hashes_are_made_off_the_loop(bench: Bench, person: dict[str, Any]) -> None:
    known = await who(bench, person)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await bench.fund.change_password(known, person["password"], NEW, "")
    ticking.cancel()
    assert ticks > 100


@pytest.mark.parametrize("number", ["430102199003072476", "430102900307247", "43010219900307247X"])
def test_every_run_of_an_id_number_and_every_writing_of_the_birthday(number: str) -> None:
    found = runs(number)
    assert {"430102", "900307", "070390", "030790", "199003"} <= found
    assert all(len(run) == 6 and run.isdigit() for run in found)
