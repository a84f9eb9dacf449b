"""Who is locked, and how somebody unlocks an account: in so many words, with a line in the audit."""

from typing import Any

import pytest
from sqlalchemy import select

from fund import tables
from fund.identity import Login
from fund.locks import Locks, Unlocking
from fund.port import Refusal, Verified
from tests.fund.conftest import SHANGHAI, Bench


@pytest.fixture
def locks(bench: Bench) -> Locks:
    return Locks(bench.engine, bench.passwords, bench.settings, SHANGHAI, bench.clock)


async def test_an_account_is_unlocked_for_every_login(bench: Bench, locks: Locks, person: dict[str, Any]) -> None:
    await bench.fail(person["account"], 3)
    (lock,) = await locks.locked()
    assert (lock.centre, lock.holder, lock.until_unlocked) == ("changsha", "depositor", False)
    assert lock.tails == (person["account"][-4:],)
    outcome = await locks.unlock(
        "changsha", Login.ID_NUMBER, person["id_number"].lower(), "operator", "came to the counter"
    )
    assert outcome is Unlocking.WAS_LOCKED_TODAY
    assert await locks.locked() == []
    assert isinstance(await bench.verify("changsha", person["account"], person["password"], ""), Verified)
    async with bench.engine.connect() as connection:
        (row,) = (await connection.execute(select(tables.Audit))).all()
    assert (row.who, row.did, row.centre, row.reason) == ("operator", "unlocked", "changsha", "came to the counter")
    assert row.shown == f"****{person['id_number'][-4:]}"
    assert person["id_number"] not in map(str, row)


async def test_a_lock_of_the_second_day_waits_for_it(bench: Bench, locks: Locks, person: dict[str, Any]) -> None:
    for _ in range(2):
        await bench.fail(person["account"], 3)
        bench.clock.next_day()
    bench.clock.next_day()
    assert await bench.verify("changsha", person["account"], person["password"], "") is Refusal.LOCKED
    assert [lock.until_unlocked for lock in await locks.locked()] == [True]
    outcome = await locks.unlock("changsha", Login.ACCOUNT, person["account"], "operator", "why")
    assert outcome is Unlocking.WAS_LOCKED
    assert isinstance(await bench.verify("changsha", person["account"], person["password"], ""), Verified)


async def test_what_is_not_locked_or_not_there_is_said_and_leaves_no_line(
    bench: Bench, locks: Locks, person: dict[str, Any]
) -> None:
    await bench.fail(person["account"], 2)
    assert await locks.unlock("changsha", Login.ACCOUNT, person["account"], "o", "r") is Unlocking.WAS_NOT_LOCKED
    assert await locks.unlock("changsha", Login.ACCOUNT, "9999999999", "o", "r") is Unlocking.NO_SUCH_ACCOUNT
    assert await locks.unlock("yueyang", Login.ACCOUNT, person["account"], "o", "r") is Unlocking.NO_SUCH_ACCOUNT
    async with bench.engine.connect() as connection:
        assert (await connection.execute(select(tables.Audit))).all() == []
    # Two failures stay two failures.
    assert await bench.fail(person["account"], 2) == [Refusal.WRONG, Refusal.LOCKED]


async def test_unknown_logins_and_calling_numbers_are_not_listed(bench: Bench, locks: Locks) -> None:
    await bench.fail("9999999999", 3, caller="13812345678")
    assert await locks.locked() == []
