"""How callers prove who they are: shapes of numbers, consent, first and new passwords."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.identity import Login
from fund.port import Change
from tests.agi_scripts.accounts import PASSWORD, Accounts
from tests.agi_scripts.conftest import CENTRES, Hotline, answering

OLD_ID = "430102560213123"
NEW = "503826"


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
async def plain(engine: AsyncEngine, tmp_path: Path, accounts: Accounts) -> AsyncIterator[Hotline]:
    """A hotline with the test's own accounts behind the menu."""
    async with answering(engine, tmp_path, accounts) as hotline:
        yield hotline


async def at(centre: dict[str, bool], engine: AsyncEngine, folder: Path, accounts: Accounts, *keys: str) -> str:
    """What is heard at a centre with these settings."""
    centres = tuple(one.model_copy(update=centre) for one in CENTRES)
    async with answering(engine, folder, accounts, centres=centres) as hotline:
        return (await hotline.call(*keys)).said()


@pytest.mark.parametrize(("key", "login"), [("1", Login.ID_NUMBER), ("2", Login.ACCOUNT)])
async def test_fifteen_digits_are_asked_about_only_where_old_id_numbers_are_in_use(
    engine: AsyncEngine, tmp_path: Path, accounts: Accounts, key: str, login: Login
) -> None:
    old = {"legacy_ids": True}
    heard = await at(old, engine, tmp_path, accounts, "1", "1", f"{OLD_ID}#", key, PASSWORD, "0")
    assert "verify.account verify.kind verify.password" in heard
    assert accounts.asked == [("changsha", login, OLD_ID)]


async def test_elsewhere_they_are_an_account(plain: Hotline, accounts: Accounts) -> None:
    line = await plain.call("1", "1", f"{OLD_ID}#", PASSWORD, "0")
    assert "verify.kind" not in line.heard
    assert accounts.asked == [("changsha", Login.ACCOUNT, OLD_ID)]


async def test_fifteen_digits_without_a_birthday_are_never_asked_about(
    engine: AsyncEngine, tmp_path: Path, accounts: Accounts
) -> None:
    heard = await at({"legacy_ids": True}, engine, tmp_path, accounts, "1", "1", "430102561313123#", PASSWORD, "0")
    assert "verify.kind" not in heard


async def test_consent_is_asked_by_key_where_the_centre_wants_it(
    engine: AsyncEngine, tmp_path: Path, accounts: Accounts
) -> None:
    consent = {"asks_consent": True}
    heard = await at(consent, engine, tmp_path, accounts, "1", "1", "1", "1000100001#", PASSWORD, "*", "2", "0")
    assert "menu.query verify.notice verify.consent verify.account verify.password account.tail" in heard
    assert heard.split().count("verify.consent") == 1
    heard = await at(consent, engine, tmp_path, accounts, "1", "1", "*", "0")
    assert heard.endswith("verify.consent menu.query agent.connecting")


async def test_a_first_password_is_changed_before_anything_is_told(plain: Hotline, accounts: Accounts) -> None:
    accounts.must_change, accounts.changes = True, [Change.WEAK, Change.SAME, Change.CHANGED]
    line = await plain.call("1", "1", "1000100001#", PASSWORD, NEW, NEW, NEW, NEW, NEW, NEW, "0")
    refused = "password.new password.again password.weak password.new password.again password.same "
    told = "verify.must_change " + refused + "password.new password.again password.changed account.tail"
    assert told in line.said()
    assert accounts.changed == [(PASSWORD, NEW)] * 3


async def test_who_will_not_change_it_is_told_nothing(plain: Hotline, accounts: Accounts) -> None:
    accounts.must_change = True
    line = await plain.call("1", "1", "1000100001#", PASSWORD, "*#", "2", "1000100001#", PASSWORD, "0#")
    assert not {"account.tail", "loan.none"} & set(line.heard)
    assert line.variables.get("HL_VERIFIED", "") == ""
    assert line.heard.count("verify.must_change") == 2


async def test_three_new_passwords_that_are_weak_or_differ_lead_to_a_person(plain: Hotline, accounts: Accounts) -> None:
    line = await plain.call("1", "5", "1", "1000100001#", PASSWORD, "111111", "123456", NEW, "503827", "0")
    weak = "password.new password.weak password.new password.weak password.new password.again password.differ"
    assert line.said().endswith(f"{weak} agent.offer agent.connecting")
    assert not accounts.changed


async def test_a_new_password_by_the_callers_wish(plain: Hotline, accounts: Accounts) -> None:
    accounts.changes = [Change.CHANGED]
    line = await plain.call("1", "5", "1", "1000100001#", PASSWORD, NEW, NEW, "0")
    assert line.said().endswith(
        "verify.password password.new password.again password.changed menu.query agent.connecting"
    )
    assert accounts.changed == [(PASSWORD, NEW)]


async def test_who_is_known_already_gives_the_old_one_and_a_wrong_one_counts(
    plain: Hotline, accounts: Accounts
) -> None:
    accounts.changes = [Change.WRONG, Change.CHANGED, Change.LOCKED]
    way = ["1", "1", "1000100001#", PASSWORD, "*", "5", "1"]
    line = await plain.call(*way, "999998", NEW, NEW, PASSWORD, NEW, NEW, "0")
    assert "password.old password.new password.again password.old.wrong password.old password.new" in line.said()
    assert accounts.changed == [("999998", NEW), (PASSWORD, NEW)]
    line = await plain.call(*way, "999998", NEW, NEW, "0")
    assert line.said().endswith("verify.locked agent.connecting")


async def test_a_first_password_is_not_changed_twice(plain: Hotline, accounts: Accounts) -> None:
    accounts.must_change, accounts.changes = True, [Change.CHANGED]
    line = await plain.call("1", "5", "2", "20000000101#", PASSWORD, NEW, NEW, "0")
    assert line.heard.count("password.new") == 1
    assert accounts.asked == [("changsha", Login.UNIT, "20000000101")]


async def test_passwords_stand_nowhere(plain: Hotline, accounts: Accounts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    accounts.changes = [Change.CHANGED]
    line = await plain.call("1", "5", "1", "1000100001#", PASSWORD, NEW, NEW, "0")
    kept = plain.journal.read_text(encoding="utf-8") + repr(line.variables) + repr(line.applications)
    kept += "\n".join(record.getMessage() for record in caplog.records)
    assert PASSWORD not in kept
    assert NEW not in kept
