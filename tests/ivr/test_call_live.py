"""The verbs on a real call: what a telephone hears, and what its keys do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from facts import Journal
from ivr.agi import FastAgiServer, Session
from ivr.call import Call, Menu, begin
from ivr.digits import Digits
from ivr.exceptions import CallerHungUp, IvrError, PromptMissing
from ivr.settings import IvrSettings
from ivr.speaker import Speaker
from ivr.speech import Utterance
from sounds import Recordings
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone
from tests.asterisk.tones import tone

PITCHES = {"welcome": "announcement", "menu": "self-service", "ask": "agent", "key.wrong": "emergency.sorry"}
VALUE = Utterance("十元", ("ten", "yuan"))
MAIN = Menu(("menu",), {"1": "query", "0": "agent"})
SETTINGS = IvrSettings(digit_seconds=1, key_seconds=2, answer_seconds=5)

Talk = Callable[[Call], Awaitable[object]]
Dial = Callable[[Talk], Awaitable["asyncio.Future[object]"]]


@pytest.fixture
def tones(folder: Path) -> Recordings:
    """Prompts as tones of their own: two seconds each, the pieces of a value half a second."""
    prompts = folder / "tones"
    prompts.mkdir()
    for name, pitch in PITCHES.items():
        (prompts / f"{name}.alaw").write_bytes(tone(pitch, 2.0))
    for name, pitch in {"ten": "emergency.message", "yuan": "emergency.thanks"}.items():
        (prompts / f"{name}.alaw").write_bytes(tone(pitch, 0.5))
    (prompts / "key.missing.alaw").write_bytes(tone("beep", 0.5))
    return Recordings(prompts)


@pytest.fixture
async def dial(board: Switchboard, caller: Telephone, folder: Path, tones: Recordings) -> AsyncIterator[Dial]:
    """Call 12329; give what comes of the talk."""
    outcome: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    talks: list[Talk] = []
    speaker, journal = Speaker(tones, folder / "memory"), Journal(folder / "ivr.jsonl")

    async def handle(session: Session) -> None:
        call = await begin(session, speaker, journal, SETTINGS)
        try:
            outcome.set_result(await talks[0](call))
            await call.finish()
        except IvrError as error:
            if not outcome.done():
                outcome.set_result(error)

    server = FastAgiServer({"call": handle}, secret=board.plan.fastagi_secret)
    await server.start("127.0.0.1", board.plan.fastagi_port)

    async def start(talk: Talk) -> "asyncio.Future[object]":
        talks.append(talk)
        assert await caller.dial("12329") == 200
        return outcome

    yield start
    async with asyncio.timeout(10):
        await server.drain(5)
    await board.idle()
    assert list((folder / "memory").glob("*-*")) == []


async def test_a_key_cuts_what_is_said_and_is_the_first_of_the_entry(dial: Dial, caller: Telephone) -> None:
    async def talk(call: Call) -> object:
        await call.say("welcome")
        return await call.ask("ask", most=6)

    outcome = await dial(talk)
    await caller.hears("announcement")
    for key in "246813":
        await caller.press(key)
    assert await outcome == Digits("246813")
    heard = {sound.name: sound.end - sound.start for sound in caller.sounds()}
    assert heard["announcement"] < 1.5
    assert "agent" not in heard


async def test_a_value_is_heard_piece_by_piece_in_its_sentence(dial: Dial, caller: Telephone) -> None:
    outcome = await dial(lambda call: call.say("ask", VALUE, "key.missing"))
    assert await outcome == ""
    await caller.ended.wait()
    order = [sound.name for sound in caller.sounds()]
    assert order == ["agent", "emergency.message", "emergency.thanks", "beep"]


async def test_keys_pressed_while_something_is_looked_up_answer_what_follows(dial: Dial, caller: Telephone) -> None:
    pressed, looking = asyncio.Event(), asyncio.Event()

    async def look_up() -> None:
        looking.set()
        await pressed.wait()

    async def talk(call: Call) -> object:
        await call.meanwhile(look_up())
        return await call.ask("ask", most=2), await call.menu(MAIN)

    outcome = await dial(talk)
    await looking.wait()
    await caller.press("2")
    await caller.press("4")
    pressed.set()
    await caller.hears("self-service")
    await caller.press("1")
    assert await outcome == (Digits("24"), "query")
    assert "agent" not in {sound.name for sound in caller.sounds()}, "the question was not asked"


async def test_the_hash_after_six_digits_is_not_held_against_the_caller(dial: Dial, caller: Telephone) -> None:
    async def talk(call: Call) -> object:
        return await call.ask("ask", most=6), await call.menu(MAIN)

    outcome = await dial(talk)
    await caller.hears("agent")
    for key in "246813#":
        await caller.press(key)
    await caller.hears("self-service")
    await caller.press("1")
    assert await outcome == (Digits("246813"), "query")
    assert "emergency.sorry" not in {sound.name for sound in caller.sounds()}


@pytest.mark.parametrize("said", [("welcome",), ("welcome", VALUE)], ids=["prompt", "value"])
async def test_a_hang_up_ends_the_talk_and_leaves_nothing(
    dial: Dial, caller: Telephone, said: tuple[str | Utterance, ...]
) -> None:
    outcome = await dial(lambda call: call.say(*said))
    await caller.hears("announcement")
    await caller.hang_up()
    assert isinstance(await outcome, CallerHungUp)


async def test_a_recording_that_vanished_is_told_from_a_hang_up(
    dial: Dial, caller: Telephone, tones: Recordings
) -> None:
    tones.load(["welcome"])
    tones.file("welcome").unlink()
    outcome = await dial(lambda call: call.say("welcome"))
    assert isinstance(await outcome, PromptMissing)
    await caller.hang_up()


async def test_nobody_speaking_is_no_message(dial: Dial, caller: Telephone, folder: Path) -> None:
    caller.voice = ""
    outcome = await dial(lambda call: call.record(folder / "message.wav"))
    seconds = await outcome
    assert isinstance(seconds, float)
    assert seconds < 0.5
