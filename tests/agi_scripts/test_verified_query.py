"""转自助验密: number and password typed to the machine in the middle of a talk; the agent gets yes or no."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.agi_scripts.accounts import PASSWORD, Accounts
from tests.agi_scripts.conftest import Hotline, answering
from tests.agi_scripts.line import Line

BEFORE = "changsha/5"
IN_TALK = {"HL_CENTRE": "changsha", "HL_QUEUE": "changsha", "HL_JOINED": "1795000000123", "HL_VERIFIED": BEFORE}
ACCOUNT, WRONG = "10010042#", "123321"


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
async def plain(engine: AsyncEngine, tmp_path: Path, accounts: Accounts) -> AsyncIterator[Hotline]:
    async with answering(engine, tmp_path, accounts) as hotline:
        yield hotline


async def asked(hotline: Hotline, *keys: str | None) -> Line:
    return await hotline.call(*keys, route="verified_query", variables=IN_TALK)


async def test_the_right_password_is_a_yes_and_travels(plain: Hotline) -> None:
    line = await asked(plain, ACCOUNT, PASSWORD)
    assert line.variables["HL_ANSWER"] == "yes"
    assert line.variables["HL_VERIFIED"] == "changsha/7", "not who it was before"
    assert line.heard[0] == "query.intro"
    assert line.heard[-1] == "query.back"
    assert plain.facts("verified") == [{"ok": True, "login": "account"}]
    assert PASSWORD not in plain.journal.read_text(encoding="utf-8")


@pytest.mark.parametrize("keys", [(ACCOUNT, WRONG) * 3, (ACCOUNT, "0"), ("*",), ("", "", ""), (ACCOUNT, "12#", "", "")])
async def test_anything_else_is_a_no_and_who_it_was_before_counts_no_more(plain: Hotline, keys: tuple[str, ...]) -> None:
    line = await asked(plain, *keys)
    assert line.variables["HL_ANSWER"] == "no"
    assert line.variables["HL_VERIFIED"] == ""
    assert line.heard[-1] == "query.back", "back to the agent, whatever it was"
    assert "agent.offer" not in line.heard


async def test_a_second_try_counts(plain: Hotline) -> None:
    line = await asked(plain, ACCOUNT, WRONG, ACCOUNT, PASSWORD)
    assert line.variables["HL_ANSWER"] == "yes"
    assert "verify.wrong" in line.heard


async def test_a_first_password_proves_but_opens_no_balance(plain: Hotline, accounts: Accounts) -> None:
    accounts.must_change = True
    line = await asked(plain, ACCOUNT, PASSWORD)
    assert line.variables["HL_ANSWER"] == "yes"
    assert line.variables["HL_VERIFIED"] == ""


async def test_whoever_hangs_up_has_no_answer(plain: Hotline) -> None:
    line = await asked(plain, ACCOUNT, None)
    assert "HL_ANSWER" not in line.variables
