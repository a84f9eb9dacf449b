"""Who is let in, and what a failure costs."""

import asyncio
import datetime as dt
import logging
from collections import Counter
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from fund import demo, tables
from fund.identity import check_character
from fund.port import Refusal, Verified
from fund.service import Fund
from hotline.database import engine as open_engine
from tests.fund.conftest import SHANGHAI, Bench, all_at_once, verify

WRONG, LOCKED = Refusal.WRONG, Refusal.LOCKED
Person = dict[str, Any]


@pytest.mark.parametrize("login", ["account", "id_number", "card"])
async def test_the_right_password_opens_every_login(bench: Bench, people: list[Person], login: str) -> None:
    for one in people:
        found = await bench.verify("changsha", one[login], one["password"], "13812345678")
        assert isinstance(found, Verified)
        assert not found.must_change
        (account,) = await bench.fund.personal_accounts(found)
        assert (str(account.balance), str(account.monthly_deposit)) == (one["balance"], one["monthly_deposit"])
        assert (account.tail, f"{account.paid_until:%Y-%m}") == (one["account"][-4:], one["paid_until"])


async def test_a_small_x_is_an_x(bench: Bench, people: list[Person]) -> None:
    one = next(person for person in people if person["id_number"].endswith("X"))
    assert isinstance(await bench.verify("changsha", one["id_number"].lower(), one["password"], ""), Verified)


async def test_another_centre_does_not_know_the_account(bench: Bench, person: Person) -> None:
    assert await bench.verify("yueyang", person["account"], person["password"], "") is WRONG


async def test_nobody_gets_in_without_a_password_set(bench: Bench, world: demo.World, people: list[Person]) -> None:
    shown = {one["account"] for one in people}
    unset = next(
        row.values["number"]
        for row in world.rows
        if row.table is tables.PersonalAccount
        and row.values["centre"] == "changsha"
        and row.values["number"] not in shown
    )
    assert await bench.verify("changsha", unset, "", "") is WRONG


@pytest.mark.parametrize("failures", [0, 1, 3])
async def test_unknown_and_wrong_cost_the_same_work(bench: Bench, person: Person, failures: int) -> None:
    """The same statements, hashes and words: neither ear nor clock can tell which accounts exist."""
    body = "43010219700101001"
    unknown = {"account": "9999999999", "id_number": body + check_character(body), "card": "4111111111111111"}
    assert unknown["id_number"] != person["id_number"]
    for kind, nobody in unknown.items():
        await bench.fail("8888888888", 1)  # the first caller of a day also makes the old failures forgotten
        work = []
        for login in (person[kind], nobody):
            await bench.fail(login, failures, "13812345678")
            bench.statements.clear()
            bench.passwords.hashes.clear()
            answer = await bench.verify("changsha", login, "xxxxxx", "13812345678")
            work.append((answer, list(bench.statements), len(bench.passwords.hashes)))
        assert work[0] == work[1]
        assert work[0][2] == 1
        bench.clock.next_day()
        bench.clock.next_day()


async def test_hashing_happens_on_threads_of_its_own(bench: Bench, person: Person) -> None:
    await bench.verify("changsha", person["account"], person["password"], "")
    assert [name.split("_")[0] for name in bench.passwords.hashes] == ["argon2"]


async def test_the_third_failure_locks_until_shanghais_midnight(bench: Bench, person: Person) -> None:
    account, password = person["account"], person["password"]
    assert await bench.fail(account, 4) == [WRONG, WRONG, WRONG, LOCKED]
    assert await bench.verify("changsha", account, password, "13900000000") is LOCKED
    bench.clock.now = dt.datetime(2026, 11, 23, 23, 59, 59, tzinfo=SHANGHAI)
    assert await bench.verify("changsha", account, password, "") is LOCKED
    bench.clock.now = dt.datetime(2026, 11, 24, 0, 0, 0, tzinfo=SHANGHAI)
    assert isinstance(await bench.verify("changsha", account, password, ""), Verified)


async def test_a_right_password_forgives_the_failures_before_it(bench: Bench, person: Person) -> None:
    for _ in range(3):
        assert await bench.fail(person["account"], 2) == [WRONG, WRONG]
        assert isinstance(await bench.verify("changsha", person["account"], person["password"], ""), Verified)


async def test_locked_a_second_day_running_stays_locked(bench: Bench, person: Person) -> None:
    for _ in range(2):
        assert await bench.fail(person["account"], 4) == [WRONG, WRONG, WRONG, LOCKED]
        bench.clock.next_day()
    for days in (0, 1, 60):
        bench.clock.now += dt.timedelta(days=days)
        # Another worker as well, and after the day's old failures were forgotten.
        for fund in (bench.fund, bench.another()):
            assert await verify(fund, "changsha", person["account"], person["password"], "") is LOCKED


async def test_a_day_between_two_locks_ends_the_row(bench: Bench, person: Person) -> None:
    for _ in range(3):
        assert await bench.fail(person["account"], 4) == [WRONG, WRONG, WRONG, LOCKED]
        bench.clock.next_day()
        assert isinstance(await bench.verify("changsha", person["account"], person["password"], ""), Verified)
        bench.clock.next_day()


async def test_twenty_phones_have_no_more_tries_than_one(bench: Bench, person: Person) -> None:
    """Three workers, all three logins of one person, twenty calling numbers."""
    funds = [bench.fund, bench.another(), bench.another()]
    logins = [person["account"], person["id_number"], person["card"]]
    answers = await all_at_once(
        *(verify(funds[n % 3], "changsha", logins[n % 3], f"{n:06d}", f"1380000{n:04d}") for n in range(20))
    )
    assert Counter(answers) == {WRONG: 3, LOCKED: 17}
    assert await bench.verify("changsha", person["account"], person["password"], "") is LOCKED


async def test_twenty_phones_have_three_tries_at_an_account_nobody_has(bench: Bench) -> None:
    answers = await all_at_once(*(bench.verify("changsha", "9999999999", f"{n:06d}", "") for n in range(20)))
    assert Counter(answers) == {WRONG: 3, LOCKED: 17}


async def test_a_number_that_guesses_at_many_accounts_is_stopped(bench: Bench, people: list[Person]) -> None:
    most = bench.settings.failures_a_caller
    answers = [(await bench.fail(f"99999{n:05d}", 1, "13812345678"))[0] for n in range(most)]
    assert answers == [WRONG] * most
    one = people[1]
    assert await bench.verify("changsha", one["account"], one["password"], "13812345678") is LOCKED
    assert isinstance(await bench.verify("changsha", one["account"], one["password"], "13912345678"), Verified)
    bench.clock.next_day()
    assert isinstance(await bench.verify("changsha", one["account"], one["password"], "13812345678"), Verified)


async def test_twenty_calls_of_one_number_share_its_tries(bench: Bench) -> None:
    most = bench.settings.failures_a_caller
    answers = await all_at_once(
        *(bench.verify("changsha", f"99999{n:05d}", "xxxxxx", "13812345678") for n in range(most + 10))
    )
    assert Counter(answers) == {WRONG: most, LOCKED: 10}


async def test_a_stopped_number_locks_nobody_elses_account(bench: Bench, person: Person) -> None:
    for n in range(bench.settings.failures_a_caller):
        await bench.fail(f"99999{n:05d}", 1, "13812345678")
    assert await bench.fail(person["account"], 5, "13812345678") == [LOCKED] * 5
    assert isinstance(await bench.verify("changsha", person["account"], person["password"], ""), Verified)


async def test_right_passwords_use_up_nothing(bench: Bench, person: Person) -> None:
    for _ in range(bench.settings.failures_a_caller + 2):
        found = await bench.verify("changsha", person["account"], person["password"], "13812345678")
        assert isinstance(found, Verified)


async def test_withheld_numbers_are_not_one_caller(bench: Bench) -> None:
    answers = [(await bench.fail(f"99999{n:05d}", 1, ""))[0] for n in range(bench.settings.failures_a_caller + 2)]
    assert set(answers) == {WRONG}


async def test_old_failures_are_forgotten_and_locks_are_not(bench: Bench, people: list[Person]) -> None:
    for day in range(2):
        await bench.fail(people[0]["account"], 3, "13812345678")
        await bench.fail(people[1]["account"], 3 * (day == 0))
        bench.clock.next_day()
    bench.clock.next_day()
    await bench.fail(people[2]["account"], 1)
    async with bench.engine.connect() as connection:
        rows = (await connection.execute(select(tables.Guard))).all()
    assert sorted((row.day.day, row.locked_for_good) for row in rows) == [(24, True), (26, False)]


async def test_a_hang_up_in_mid_check_costs_a_try_and_no_connection(bench: Bench, person: Person) -> None:
    for ticks in range(30):
        task = asyncio.create_task(bench.fail(f"77777{ticks:05d}", 1, "13812345678"))
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    while bench.fund._transactions._underway:
        await asyncio.wait(bench.fund._transactions._underway)
    assert bench.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    bench.passwords.begun.clear()
    bench.passwords.gate.clear()
    task = asyncio.create_task(bench.fail(person["account"], 1))
    await asyncio.to_thread(bench.passwords.begun.wait)
    task.cancel()
    bench.passwords.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await bench.fail(person["account"], 3) == [WRONG, WRONG, LOCKED]


async def test_a_hash_of_another_cost_is_renewed(bench: Bench, person: Person) -> None:
    owner = f"d{int(person['account']) - 10_0000_0000}"
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    old = cheap.hash(bench.passwords._digest(owner, person["password"]))
    stored = tables.Password
    async with bench.engine.begin() as connection:
        await connection.execute(update(stored).where(stored.owner == owner).values(hash=old))
    for _ in range(2):
        found = await bench.verify("changsha", person["account"], person["password"], "")
        assert isinstance(found, Verified)
        async with bench.engine.connect() as connection:
            now = (await connection.execute(select(stored.hash).where(stored.owner == owner))).scalar_one()
        assert now.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("login", ["account", "id_number"])
async def test_first_and_weak_passwords_must_be_changed(bench: Bench, people: list[Person], login: str) -> None:
    stored = tables.Password
    by_id_only = people[2]["id_number"][11:17]
    first, weak, of_the_id = people[0]["password"], "123456", by_id_only
    async with bench.engine.begin() as connection:
        for one, password, must in ((people[0], first, True), (people[1], weak, False), (people[2], of_the_id, False)):
            owner = f"d{int(one['account']) - 10_0000_0000}"
            made = bench.passwords.make(owner, password)
            await connection.execute(update(stored).where(stored.owner == owner).values(hash=made, must_change=must))
    found = [
        await bench.verify("changsha", one[login], password, "")
        for one, password in zip(people, (first, weak, of_the_id), strict=False)
    ]
    assert [isinstance(one, Verified) and one.must_change for one in found] == [True, True, True]


async def test_accounts_in_use_come_first(bench: Bench, person: Person) -> None:
    found = await bench.verify("changsha", person["account"], person["password"], "")
    assert isinstance(found, Verified)
    account = tables.PersonalAccount
    async with bench.engine.begin() as connection:
        sealed = (await connection.execute(select(account).where(account.number == person["account"]))).one()._asdict()
        sealed |= {"id": 1, "number": "1000000001", "status": "sealed"}
        await connection.execute(
            insert(account), [sealed, sealed | {"id": 10**12, "number": "1000000002", "status": "normal"}]
        )
    listed = await bench.fund.personal_accounts(found)
    assert [(one.tail, one.status) for one in listed] == [
        (person["account"][-4:], "normal"),
        ("0002", "normal"),
        ("0001", "sealed"),
    ]


async def test_no_log_tells_a_password_or_a_number(
    demo_url: str, bench: Bench, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")  # which quietens itself when it is imported
    canary, caller = "739185", "13812345678"
    engine = open_engine(demo_url, seconds=10)  # SQLAlchemy looks at its level when an engine is made
    fund = Fund(engine, bench.passwords, bench.settings, SHANGHAI, bench.clock)
    for login in (person["account"], person["id_number"], person["card"]):
        assert await verify(fund, "changsha", login, canary, caller) is WRONG
    await engine.dispose()
    assert "FROM fund.depositor" in caplog.text
    for secret in (canary, caller, person["account"], person["id_number"], person["card"]):
        assert secret not in caplog.text
