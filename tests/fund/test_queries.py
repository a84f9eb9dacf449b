"""What a holder can ask for, and that nobody hears another's."""

import datetime as dt
from decimal import Decimal
from typing import Any

from fund import demo
from fund.identity import Login
from fund.port import AccountStatus, Holder, MovementKind, Refusal, Stage, Verified
from tests.fund.conftest import Bench, depositor

Person = dict[str, Any]


def case(world: demo.World, name: str) -> Person:
    return next(one for one in world.special if (one["centre"], one["case"]) == ("changsha", name))


async def who(bench: Bench, one: Person) -> Verified:
    found = await bench.verify("changsha", one["account"], one["password"], "")
    assert isinstance(found, Verified)
    return found


async def test_both_shares_and_every_account(bench: Bench, world: demo.World) -> None:
    one = case(world, "two_accounts")
    first, second = await bench.fund.personal_accounts(await who(bench, one))
    assert f"{first.employer_share + first.own_share:.2f}" == f"{first.monthly_deposit:.2f}" == one["monthly_deposit"]
    assert (first.tail, second.balance) == (one["account"][-4:], Decimal("88.00"))
    (sealed,) = await bench.fund.personal_accounts(await who(bench, case(world, "sealed")))
    assert sealed.status is AccountStatus.SEALED


async def test_the_last_three_movements_newest_first(bench: Bench, person: Person) -> None:
    holder = await who(bench, person)
    (account,) = await bench.fund.personal_accounts(holder)
    moved = await bench.fund.movements(holder, account.key)
    assert [one.kind for one in moved] == [MovementKind.DEPOSIT, MovementKind.INTEREST, MovementKind.DEPOSIT]
    assert moved[0].on > moved[1].on > moved[2].on
    assert moved[0].amount == account.monthly_deposit


async def test_nobody_hears_of_anothers_account(bench: Bench, people: list[Person]) -> None:
    one, other = await who(bench, people[0]), await who(bench, people[1])
    (account,) = await bench.fund.personal_accounts(other)
    assert await bench.fund.movements(other, account.key)
    assert await bench.fund.movements(one, account.key) == []


async def test_loans_those_to_be_repaid_first(bench: Bench, world: demo.World) -> None:
    two = await bench.fund.loans(await who(bench, case(world, "two_loans")))
    assert len({one.tail for one in two}) == 2
    assert all(0 < one.remaining_months < one.term_months and one.next_due == dt.date(2026, 12, 20) for one in two)
    (late,) = await bench.fund.loans(await who(bench, case(world, "overdue")))
    assert late.overdue == late.monthly_payment > 0
    (repaid,) = await bench.fund.loans(await who(bench, case(world, "repaid")))
    assert (repaid.balance, repaid.next_due, repaid.remaining_months) == (Decimal(0), None, 0)
    assert await bench.fund.loans(await who(bench, case(world, "sealed"))) == []


async def test_applications_by_their_stage(bench: Bench, people: list[Person]) -> None:
    stages = set()
    for one in people:
        found = await bench.fund.applications(await who(bench, one))
        assert len(found) == bool(one["application"])
        stages |= {application.stage for application in found}
    assert stages == set(Stage)


async def test_a_unit_with_its_own_password(bench: Bench, world: demo.World) -> None:
    one = next(unit for unit in world.units if unit["centre"] == "changsha")
    found = await bench.fund.verify("changsha", Login.UNIT, one["account"], one["password"], "")
    assert isinstance(found, Verified)
    assert (found.holder, found.must_change) == (Holder.UNIT, False)
    unit = await bench.fund.unit(found)
    assert (unit.tail, unit.people, f"{unit.monthly_sum:.2f}") == (
        one["account"][-4:],
        one["people"],
        one["monthly_sum"],
    )
    assert await bench.fund.verify("changsha", Login.ACCOUNT, one["account"], one["password"], "") is Refusal.WRONG
    person = next(one for one in world.depositors if one["centre"] == "changsha")
    as_unit = await bench.fund.verify("changsha", Login.UNIT, person["account"], person["password"], "")
    assert as_unit is Refusal.WRONG


async def test_an_id_number_of_fifteen_digits(bench: Bench, world: demo.World) -> None:
    one = case(world, "legacy_id")
    found = await bench.fund.verify("changsha", Login.ID_NUMBER, one["legacy_id"], one["password"], "")
    assert found == await who(bench, one)
    other = case(world, "sealed")
    old = other["id_number"][:6] + other["id_number"][8:17]
    assert await bench.fund.verify("changsha", Login.ID_NUMBER, old, other["password"], "") is Refusal.WRONG


async def test_the_mobile_number_on_file(bench: Bench, world: demo.World, person: Person) -> None:
    assert await bench.fund.mobile(await who(bench, person)) == person["mobile"]
    assert await bench.fund.mobile(await who(bench, case(world, "no_mobile"))) is None
    assert await bench.fund.mobile(depositor(1)) is None
