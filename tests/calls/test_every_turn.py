"""Every turn a caller can take ends in the right words or a clean end. The calls are made at once, each is a test."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from ivr import speech
from robot.lexicon import Lexicon
from tests.calls.talk import AGENTS_VOICE, Talk, calling, digits_of_id, with_voices
from tests.fixtures.instance import Instance, until

pytestmark = pytest.mark.xdist_group("calls")

AT_ONCE = 8
Turn = Callable[[Talk, dict[str, Any]], Awaitable[None]]
"""What a caller does, given the call and a depositor nobody else uses."""

TURNS: dict[str, Turn] = {}


def turn(function: Turn) -> Turn:
    TURNS[getattr(function, "__name__", "")] = function
    return function


@turn
async def a_wrong_key_is_told_and_the_menu_read_again(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "7")
    await talk.hears("key.wrong")
    await talk.answers("menu.main", "1")
    await talk.hears("menu.query")


@turn
async def three_wrong_keys_lead_to_the_offer_of_an_agent(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "8")
    await talk.answers("key.wrong", "8")
    await talk.answers("key.wrong", "8")
    await talk.answers("agent.offer", "0")
    await talk.hears("agent.connecting")
    await talk.hears("agent.none")  # nobody is signed in at this centre
    await talk.phone.press("*")
    await talk.hears("menu.main")


@turn
async def silence_is_asked_again_offered_an_agent_and_dismissed(talk: Talk, _: dict[str, Any]) -> None:
    await talk.hears("welcome")
    await talk.hears("menu.main")
    await talk.hears("key.missing", within=30)
    await talk.hears("menu.main")
    await talk.hears("key.missing", within=30)
    await talk.hears("agent.offer", within=40)
    await talk.hears("goodbye", within=60)
    await talk.is_ended()


@turn
async def star_goes_one_level_up_and_at_the_top_to_the_centres(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "2")
    await talk.answers("menu.guide", "*")
    await talk.answers("menu.main", "*")
    await talk.answers("centre.list", "*")
    await talk.hears("menu.main")
    assert not any("key.wrong" in entry.ids for entry in talk.ear.transcript())


@turn
async def nine_says_it_again(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "9")
    await talk.answers("menu.main", "1")
    await talk.answers("menu.query", "9")
    await talk.hears("menu.query")
    assert not any("key.wrong" in entry.ids for entry in talk.ear.transcript())


@turn
async def zero_in_the_welcome_leads_to_a_person(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("welcome", "0")
    await talk.hears("agent.connecting")


@turn
async def an_id_number_with_x_typed_as_star(talk: Talk, depositor: dict[str, Any]) -> None:
    assert depositor["id_number"].endswith("X")
    await talk.asks_balance(digits_of_id(depositor), depositor["password"])
    await talk.hears("account.balance")
    await talk.hears("account.monthly")
    assert talk.values_after("account.balance") == [speech.amount(Decimal(depositor["balance"])).text]


@turn
async def a_card_number_serves_as_well(talk: Talk, depositor: dict[str, Any]) -> None:
    await talk.asks_balance(depositor["card"], depositor["password"])
    await talk.hears("account.balance")
    await talk.hears("account.monthly")
    assert talk.values_after("account.balance") == [speech.amount(Decimal(depositor["balance"])).text]


@turn
async def a_wrong_check_character_is_told_before_any_look_up(talk: Talk, depositor: dict[str, Any]) -> None:
    right = depositor["id_number"]
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    await talk.answers("menu.main", "1")
    await talk.answers("menu.query", "1")
    await talk.answers("verify.account", wrong)
    await talk.hears("verify.id.wrong")
    await talk.enters(depositor["account"], depositor["password"])
    await talk.hears("account.balance")


@turn
async def a_number_of_no_kind_is_asked_again(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "1")
    await talk.answers("menu.query", "1")
    await talk.answers("verify.account", "12#")
    await talk.hears("verify.account.invalid")
    await talk.answers("verify.account", "*")
    await talk.hears("menu.query")


@turn
async def star_and_zero_mean_the_same_where_digits_are_asked(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "1")
    await talk.answers("menu.query", "1")
    await talk.answers("verify.account", "*#")
    await talk.answers("menu.query", "1")
    await talk.answers("verify.account", "0#")
    await talk.hears("agent.connecting")


@turn
async def a_short_password_is_asked_again(talk: Talk, depositor: dict[str, Any]) -> None:
    await talk.asks_balance(depositor["account"], "123#")
    await talk.hears("verify.password.short")
    await talk.answers("verify.password", depositor["password"])
    await talk.hears("account.balance")


@turn
async def a_wrong_password_three_times_offers_a_person_and_locks(talk: Talk, depositor: dict[str, Any]) -> None:
    wrong = f"{(int(depositor['password']) + 1) % 10**6:06d}"
    await talk.asks_balance(depositor["account"], wrong)
    await talk.hears("verify.wrong")
    await talk.enters(depositor["account"], wrong)
    await talk.hears("verify.wrong")
    await talk.enters(depositor["account"], wrong)
    await talk.hears("verify.wrong")
    await talk.hears("verify.three")
    await talk.hears("agent.offer")
    await talk.phone.press("*")
    await talk.answers("menu.query", "1")
    await talk.enters(depositor["account"], depositor["password"])
    await talk.hears("verify.locked")
    await talk.phone.press("0")
    await talk.hears("agent.connecting")


@turn
async def an_unknown_account_gets_the_words_of_a_wrong_password(talk: Talk, _: dict[str, Any]) -> None:
    await talk.asks_balance("1999999999", "135792")
    await talk.hears("verify.wrong")
    await talk.hears("verify.account")


@turn
async def silence_where_digits_are_asked_ends_in_the_offer_of_a_person(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("menu.main", "1")
    await talk.answers("menu.query", "1")
    await talk.answers("verify.account", "1#")
    await talk.answers("verify.account.invalid", "2#")
    await talk.answers("verify.account.invalid", "3#")
    await talk.answers("agent.offer", "0")
    await talk.hears("agent.connecting")


@turn
async def without_an_agent_a_message_can_be_left(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("welcome", "0")
    await talk.answers("agent.none", "1")
    beep = await talk.hears("beep")
    await talk.ear.said(beep, within=5)
    await talk.phone.play(AGENTS_VOICE, again=True)
    await talk.ear.quiet(2.5, within=10)
    await talk.phone.stop_playing()
    await talk.phone.press("#")
    await talk.answers("message.choose", "3")
    await talk.hears("voice.agent")
    await talk.answers("message.choose", "1")
    await talk.hears("message.thanks")
    await talk.hears("message.number")
    await talk.hears("goodbye")
    await talk.is_ended()
    (said,) = talk.values_after("message.number")
    assert len(said) == 8


async def _to_menu(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("welcome", "1")


async def _to_account(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_menu(talk, depositor)
    await talk.answers("menu.query", "1")


async def _into_account(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_account(talk, depositor)
    await talk.answers("verify.account", depositor["account"][:4])


async def _to_password(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_account(talk, depositor)
    await talk.answers("verify.account", f"{depositor['account']}#")


async def _into_password(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_password(talk, depositor)
    await talk.answers("verify.password", depositor["password"][:3])


async def _after_password(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_password(talk, depositor)
    await talk.answers("verify.password", depositor["password"])


async def _to_agent(talk: Talk, _: dict[str, Any]) -> None:
    await talk.answers("welcome", "0")


async def _to_message(talk: Talk, depositor: dict[str, Any]) -> None:
    await _to_agent(talk, depositor)
    await talk.answers("agent.none", "1")


HANG_UPS: Mapping[str, tuple[Turn | None, str | None]] = {
    "at once": (None, None),
    "at the welcome": (None, "welcome"),
    "at the main menu": (None, "menu.main"),
    "at the second menu": (_to_menu, "menu.query"),
    "at the notice": (_to_account, "verify.notice"),
    "at the question for the account": (_to_account, "verify.account"),
    "in the middle of the account": (_into_account, None),
    "at the question for the password": (_to_password, "verify.password"),
    "in the middle of the password": (_into_password, None),
    "right after the password": (_after_password, None),
    "at the balance": (_after_password, "account.balance"),
    "after the balance": (_after_password, "account.monthly"),
    "at the transfer": (_to_agent, "agent.connecting"),
    "where nobody can be had": (_to_agent, "agent.none"),
    "at the question for a message": (_to_message, "message.ask"),
    "while leaving a message": (_to_message, "beep"),
}


def _hang_up(way: Turn | None, prompt: str | None) -> Turn:
    async def go(talk: Talk, depositor: dict[str, Any]) -> None:
        if way:
            await way(talk, depositor)
        if prompt:
            await talk.hears(prompt)
        await talk.phone.hang_up()

    return go


TURNS |= {f"hanging up {name}": _hang_up(*what) for name, what in HANG_UPS.items()}


@pytest.fixture(scope="module")
def results(hotline: Instance, lexicon: Lexicon) -> Mapping[str, BaseException | None]:
    """Make all the calls, some at a time; give what went wrong in each."""
    return asyncio.run(_all_turns(hotline, lexicon))


async def _all_turns(hotline: Instance, lexicon: Lexicon) -> dict[str, BaseException | None]:
    places = asyncio.Semaphore(AT_ONCE)
    known = with_voices(lexicon)
    people = hotline.depositors("changsha")[1:]
    with_x = [one for one in people if one["id_number"].endswith("X")]
    locked, *others = [one for one in people if one not in with_x]

    async def make(name: str, go: Turn, depositor: dict[str, Any]) -> None:
        async with places, calling(hotline, known) as talk:
            await go(talk, depositor)

    jobs = []
    for place, (name, go) in enumerate(TURNS.items()):
        depositor = with_x[0] if "x_typed" in name else locked if "locks" in name else others[place % len(others)]
        jobs.append(make(name, go, depositor))
    done = await asyncio.gather(*jobs, return_exceptions=True)
    return dict(zip(TURNS, done, strict=True))


@pytest.mark.parametrize("name", TURNS)
def test_turn(name: str, results: Mapping[str, BaseException | None]) -> None:
    if error := results[name]:
        raise error


async def test_nothing_is_left_of_them(hotline: Instance, results: Mapping[str, BaseException | None]) -> None:
    assert len(results) == len(TURNS)

    async def all_ended() -> bool:
        calls = (await hotline.get("/api/v1/calls?limit=500"))["calls"]
        return len(calls) >= len(TURNS) and all(call["ended"] for call in calls)

    await hotline.no_channels()
    await until(all_ended, within=15)
    assert "0 active channels" in await hotline.asterisk("core show channels")
    row = (await hotline.get("/api/v1/indicators"))["rows"][0]
    assert row["calls"] == row["self_service"] + row["offered"]
    assert row["offered"] == row["answered"] + row["lost"]


def test_the_message_is_there(hotline: Instance, results: Mapping[str, BaseException | None]) -> None:
    assert results["without_an_agent_a_message_can_be_left"] is None
    assert [file for file in hotline.paths.messages.glob("*.wav") if file.stat().st_size > 16000]
