"""A hotline whose agents have gone home and one of whose centres keeps its accounts in a core system of its own."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from fund.core.standin import PASSWORD, StandIn
from ivr import speech
from robot.lexicon import Lexicon
from tests.calls import leaves
from tests.calls.talk import AGENTS_VOICE, Talk, calling, with_voices
from tests.calls.test_hours_and_centres import near_days
from tests.calls.turns import Turn, made
from tests.fixtures.instance import Instance, Start, until

pytestmark = pytest.mark.xdist_group("faults")

YUEYANG = "073012329"
RIVALS = 4
GUESSERS = 6
CORE_PORT = 19330


@pytest.fixture(scope="module")
def closed(start: Start) -> Iterator[Instance]:
    """Closed these days; one place in each half day; 岳阳's accounts live elsewhere."""

    def with_core(shipped: str) -> str:
        core = f'url = "http://127.0.0.1:{CORE_PORT}"\nanswer_seconds = 6\nretries = 0\nfailures = 100'
        return f"{shipped}\n[fund.cores.yueyang]\n{core}\n"

    with start(
        with_core,
        HOTLINE_DEMO_ALWAYS_OPEN="false",
        HOTLINE_CALENDAR_CLOSED=near_days(),
        HOTLINE_REQUESTS_SLOT_CAPACITY="1",
    ) as instance:
        yield instance


async def complains(talk: Talk) -> None:
    """4 → 1: a recorded message out of hours, heard again, sent."""
    await leaves.walk(talk, "4", "1")
    beep = await talk.hears("beep")
    await talk.ear.said(beep, within=5)
    await talk.phone.play(AGENTS_VOICE, again=True)
    await talk.ear.quiet(2.5, within=10)
    await talk.phone.stop_playing()
    await talk.phone.press("#")
    await talk.answers("message.choose", "3")
    await talk.hears("voice.agent")
    await talk.answers("message.choose", "1")
    await talk.hears("message.number")
    await talk.answers("menu.voice", "*")


async def suggests_and_hangs_up(talk: Talk) -> None:
    """4 → 2: sent by hanging up."""
    await leaves.walk(talk, "4", "2")
    beep = await talk.hears("beep")
    await talk.ear.said(beep, within=5)
    await talk.phone.play(AGENTS_VOICE, again=True)
    await talk.ear.quiet(2.5, within=10)


async def wants_a_person(talk: Talk) -> None:
    """0 tells the hours and leads on to self-service."""
    await talk.answers("welcome", "0")
    await talk.hears("agent.closed")
    await talk.answers("agent.closed.choose", "*")
    await talk.hears("menu.main")


def test_every_leaf_out_of_hours(closed: Instance, lexicon: Lexicon) -> None:
    turns = leaves.table(closed) | {
        "a complaint": Turn(complains),
        "a suggestion": Turn(suggests_and_hangs_up),
        "a person": Turn(wants_a_person),
    }
    wrong = {name: error for name, error in made(closed, with_voices(lexicon), turns).items() if error}
    assert not wrong, "\n".join(f"{name}: {error}" for name, error in wrong.items())


async def test_what_those_callers_left_is_there_for_the_back_office(closed: Instance) -> None:
    async def both() -> list[dict[str, Any]]:
        found = await closed.get("/api/v1/requests?kind=message", role="supervisor")
        return found["requests"] if len(found["requests"]) == 2 else []

    messages = await until(both, within=20)
    assert Counter(one["about"] for one in messages) == {"complaint": 1, "suggestion": 1}
    files = {file.name: file.stat().st_mode & 0o777 for file in closed.paths.messages.iterdir()}
    assert files == {one["file"]: 0o600 for one in messages}, "the recordings, and no slip any more"
    booked = (await closed.get("/api/v1/requests?kind=appointment&state=booked", role="supervisor"))["requests"]
    assert {one["centre"] for one in booked} == {"changsha"}
    assert not [one for one in messages if one["phone"].isdigit() and len(one["phone"]) > 5], "masked"


async def test_telephones_that_guess_one_account_get_no_more_tries_than_one(closed: Instance, lexicon: Lexicon) -> None:
    victim = closed.depositors("changsha")[10]
    ready = asyncio.Barrier(GUESSERS)

    async def guess(at: int) -> str:
        async with calling(closed, lexicon) as talk:
            await leaves.walk(talk, "1", "1")
            await talk.answers("verify.notice", f"{victim['account']}#")
            await talk.hears("verify.password")
            await ready.wait()
            await talk.phone.press(f"{(int(victim['password']) + at + 1) % 10**6:06d}")
            heard = await talk.hears("verify.wrong", "verify.locked")
            return heard.ids[0]

    told = await asyncio.gather(*(guess(at) for at in range(GUESSERS)))
    assert Counter(told) == {"verify.wrong": 3, "verify.locked": GUESSERS - 3}
    await asyncio.to_thread(_unlocks, closed, victim)
    async with calling(closed, lexicon) as talk:
        await talk.asks_balance(victim["account"], victim["password"])
        await talk.hears("account.balance")


def _unlocks(hotline: Instance, victim: Mapping[str, Any]) -> None:
    """An operator sees who is locked and unlocks the account, once."""
    masked = f"****{victim['account'][-4:]}"
    listed = hotline.command("unlock", "--list")
    assert (listed.returncode, masked in listed.stdout) == (0, True), listed
    how = ("unlock", "-", "--centre", "changsha", "--reason")
    unexplained = hotline.command(*how, " ", text=victim["account"])
    assert (unexplained.returncode, "--reason" in unexplained.stderr) == (1, True)
    mistyped = hotline.command(*how, "at the counter", text=victim["id_number"][:-1])
    assert mistyped.returncode == 1
    done = hotline.command(*how, "at the counter", text=f" {victim['id_number']}\n")
    assert (done.returncode, "was locked for the day" in done.stdout) == (0, True), done
    again = hotline.command(*how, "at the counter", text=victim["account"])
    assert (again.returncode, "was not locked" in again.stdout) == (1, True)
    said = "".join(one.stdout + one.stderr for one in (listed, unexplained, mistyped, done, again))
    assert victim["account"] not in said
    assert victim["id_number"] not in said
    assert hotline.command("unlock", "--list").stdout.strip() == "no account is locked"


async def test_of_callers_who_confirm_the_last_place_at_once_one_has_it(closed: Instance, lexicon: Lexicon) -> None:
    people = closed.depositors("changsha")[11 : 11 + RIVALS]
    ready = asyncio.Barrier(RIVALS)

    async def book(one: Mapping[str, Any]) -> str:
        async with calling(closed, lexicon) as talk:
            await leaves.walk(talk, "3", "3")
            await talk.answers("appointment.wish", "1")
            await leaves.login(talk, one["account"], one["password"])
            await talk.answers("guide.districts", "2")
            await talk.answers("appointment.day", "1")
            await talk.answers("appointment.half", "1")
            await talk.hears("appointment.confirm")
            await ready.wait()
            await talk.phone.press("1")
            return (await talk.hears("appointment.your_number", "appointment.taken")).ids[0]

    told = await asyncio.gather(*map(book, people))
    assert Counter(told) == {"appointment.your_number": 1, "appointment.taken": RIVALS - 1}


async def test_a_core_system_that_answers_is_slow_is_down_and_lies(closed: Instance, lexicon: Lexicon) -> None:
    core = StandIn(seconds=3.5)
    runner = web.AppRunner(core.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", CORE_PORT)
    await site.start()
    try:
        async with calling(closed, lexicon, number=YUEYANG) as talk:
            await leaves.walk(talk, "1", "1")
            await leaves.login(talk, "7000000001", PASSWORD)
            await talk.hears("account.balance")
            await talk.answers("account.employer", "*")
            assert talk.values_after("account.balance") == [speech.amount(Decimal("34567.89")).text]
            core.mood = "slow"
            await talk.answers("menu.query", "2")
            await talk.hears("lookup.wait")
            await talk.hears("loan.balance")
            await talk.phone.press("*")
            core.mood, core.lie = "lying", "a huge sum"
            await talk.answers("menu.query", "1")
            await talk.hears("fault.lookup")
            core.mood = "down"
            await talk.phone.press("*")
            await talk.answers("menu.query", "3")
            await talk.hears("fault.lookup")
            await talk.phone.press("0")
            await talk.hears("agent.closed")
    finally:
        await runner.cleanup()
    log = (closed.paths.logs / "ivr.log").read_text(encoding="utf-8")
    assert "core of yueyang: accounts: not as agreed" in log
    assert PASSWORD not in log
    assert "7000000001" not in log
