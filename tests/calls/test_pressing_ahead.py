"""A caller who knows the menu presses ahead through everything, and no key is lost."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from ivr import speech
from robot.lexicon import Lexicon
from tests.calls.talk import calling
from tests.fixtures.instance import Instance

pytestmark = pytest.mark.xdist_group("calls")

CALLS = 8
AT_ONCE = 4
KEYS = 2 + 11 + 6
"""Of the menu, the account with its #, the password."""

HOLD, GAP = 0.08, 0.06
"""Seconds: a quick finger, or a telephone that dials a stored number."""


async def test_the_balance_by_two_menu_keys_and_the_login_pressed_in_one_go(
    hotline: Instance, lexicon: Lexicon, capsys: pytest.CaptureFixture[str]
) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def call(depositor: dict[str, Any]) -> float:
        keys = f"11{depositor['account']}#{depositor['password']}"
        async with places, calling(hotline, lexicon) as talk:
            await talk.phone.press(keys, hold=HOLD, gap=GAP)
            balance = await talk.hears("account.balance")
            await talk.hears("account.monthly")
            assert talk.values_after("account.balance") == [speech.amount(Decimal(depositor["balance"])).text]
            asked = {"menu.query", "verify.account", "verify.password", "key.missing", "key.wrong"}
            assert not [entry for entry in talk.ear.transcript() if asked & set(entry.ids) and entry.at > balance.at]
            return float(balance.at)

    made = await asyncio.gather(*map(call, hotline.depositors("changsha")[-CALLS:]), return_exceptions=True)
    for went_wrong in (one for one in made if isinstance(one, BaseException)):
        raise went_wrong
    seconds = sorted(one for one in made if isinstance(one, float))
    pressing = KEYS * (HOLD + GAP)
    with capsys.disabled():
        print(
            f"\n{CALLS} calls, {CALLS * KEYS} keys pressed ahead, none lost; from the answer to the balance "
            f"{seconds[0]:.1f}–{seconds[-1]:.1f} s, of which {pressing:.1f} s are the pressing of 2 + {KEYS - 2} keys"
        )
