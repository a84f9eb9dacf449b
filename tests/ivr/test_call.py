"""The verbs, word by word on the wire."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from facts import Journal
from ivr.agi import Session
from ivr.call import Call, Menu, begin
from ivr.digits import Digits
from ivr.exceptions import CallerHungUp, CommandRefused, HandedOver, IvrError, PromptMissing, TooManyTries
from ivr.settings import IvrSettings
from ivr.speaker import BREATH, Speaker
from ivr.speech import Utterance
from tests.ivr.conftest import Serve
from tests.ivr.scripted import Asterisk

DEAD = "511 Command Not Permitted on a dead channel or intercept routine"
MAIN = Menu(("menu",), {"1": "query", "0": "agent", "*": "up"})

Talk = Callable[[Call], Awaitable[object]]
Dial = Callable[[Talk], Awaitable[tuple[Asterisk, asyncio.Future[object]]]]


@pytest.fixture
def dial(serve: Serve, speaker: Speaker, journal: Journal, settings: IvrSettings) -> Dial:
    """Start a call whose conversation is `talk`; give Asterisk's side and what came of the talk."""

    async def start(talk: Talk) -> tuple[Asterisk, asyncio.Future[object]]:
        outcome: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        async def handle(session: Session) -> None:
            try:
                outcome.set_result(await talk(await begin(session, speaker, journal, settings)))
            except IvrError as error:
                outcome.set_result(error)

        line = await Asterisk.calling(await serve(handle))
        assert await line.answers("GET VARIABLE", "200 result=1 (call-7)") == ["HL_CALL_ID"]
        return line, outcome

    return start


def audio(path: str) -> bytes:
    return Path(f"{path}.alaw").read_bytes()


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def played(line: Asterisk, command: str, *reply: str) -> str:
    """Answer a command that plays a file; give the file's name, which is its prompt's."""
    return Path((await line.answers(command, *reply))[0]).name


# --- the call itself ---


async def test_a_call_knows_itself(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        return call.id, call.caller, call.dialled, call.channel

    _, outcome = await dial(talk)
    assert await outcome == ("call-7", "13812345678", "12329", "PJSIP/trunk-00000001")


async def test_facts_carry_the_call_and_go_to_the_journal(dial: Dial, tmp_path: Path) -> None:
    async def talk(call: Call) -> object:
        call.note("menu", path="1/1")
        return None

    _, outcome = await dial(talk)
    await outcome
    fact = json.loads((tmp_path / "ivr.jsonl").read_text(encoding="utf-8"))
    assert (fact["kind"], fact["call"], fact["path"]) == ("menu", "call-7", "1/1")


# --- say ---


async def test_say_plays_and_may_be_heard_to_the_end(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.say("welcome"))
    file, keys = await line.answers("STREAM FILE", "200 result=0 endpos=800")
    assert (Path(file).name, keys) == ("welcome", "0123456789*")
    assert await outcome == ""


async def test_a_value_is_one_file_while_it_is_played(dial: Dial, memory: Path) -> None:
    line, outcome = await dial(lambda call: call.say("ask", Utterance("十元", ("ten", "yuan"))))
    file, _ = await line.asked("STREAM FILE")
    assert audio(file) == b"\x03" * 800 + BREATH + b"\x06" * 800 + b"\x07" * 800
    line.reply("200 result=0 endpos=3600")
    await outcome
    assert files(memory) == []


async def test_a_value_is_gone_when_the_caller_is(dial: Dial, memory: Path) -> None:
    line, outcome = await dial(lambda call: call.say(Utterance("十元", ("ten", "yuan"))))
    await line.answers("STREAM FILE", "200 result=-1 endpos=0", "HANGUP")
    assert isinstance(await outcome, CallerHungUp)
    assert files(memory) == []


async def test_a_key_ends_what_is_said_and_answers_the_menu(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        return await call.say("welcome"), await call.say("ask"), await call.menu(MAIN)

    line, outcome = await dial(talk)
    await played(line, "STREAM FILE", "200 result=49 endpos=100")
    assert await outcome == ("1", "1", "query"), "neither the rest of what is said nor the menu was played"


async def test_what_must_be_heard_is_heard_though_a_key_was_pressed(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        await call.say("welcome")
        await call.say("ask", keys="")
        return await call.menu(MAIN)

    line, outcome = await dial(talk)
    await played(line, "STREAM FILE", "200 result=49 endpos=100")
    file, keys = await line.answers("STREAM FILE", "200 result=0 endpos=800")
    assert (Path(file).name, keys) == ("ask", "")
    assert await outcome == "query"


async def test_a_missing_recording_is_told_from_a_hang_up(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.say("welcome"))
    await played(line, "STREAM FILE", "200 result=-1 endpos=0")
    await line.answers("CHANNEL STATUS", "200 result=6")
    error = await outcome
    assert isinstance(error, PromptMissing)
    assert str(error).endswith("/welcome")


@pytest.mark.parametrize("after", [[DEAD], ["HANGUP", DEAD]])
async def test_a_hang_up_is_told_from_a_missing_recording(dial: Dial, after: list[str]) -> None:
    line, outcome = await dial(lambda call: call.menu(MAIN))
    await played(line, "GET DATA", "200 result=-1")
    await line.answers("CHANNEL STATUS", *after)
    assert isinstance(await outcome, CallerHungUp)


# --- ask ---


async def test_ask_collects_by_one_command_with_its_limits(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.ask("ask", most=6))
    file, wait, most = await line.answers("GET DATA", "200 result=246813")
    assert (Path(file).name, wait, most) == ("ask", "5000", "6")
    assert await outcome == Digits("246813")


async def test_a_key_pressed_ahead_is_the_first_of_the_entry(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        await call.say("welcome")
        return await call.ask("ask", most=6)

    line, outcome = await dial(talk)
    await played(line, "STREAM FILE", "200 result=50 endpos=100")
    file, _, most = await line.answers("GET DATA", "200 result=46813")
    assert Path(file).name != "ask", "one who knows the question need not hear it"
    assert most == "5"
    assert await outcome == Digits("246813")


async def test_wrong_and_missing_entries_are_told_apart_and_counted(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.ask("ask", most=6, good=lambda text: len(text) == 6))
    replies = ("200 result=12 (timeout)", "200 result= (timeout)", "200 result=1 (timeout)")
    sounds = [audio((await line.answers("GET DATA", reply))[0])[:1] for reply in replies]
    assert sounds == [b"\x03", b"\x04", b"\x05"], "ask, key.wrong + ask, key.missing + ask"
    assert isinstance(await outcome, TooManyTries)


async def test_a_star_is_a_digit_of_the_entry(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.ask("ask", most=18))
    await line.answers("GET DATA", "200 result=11010519491231002*")
    assert await outcome == Digits("11010519491231002*")


async def test_the_hash_after_a_full_entry_belongs_to_it(dial: Dial) -> None:
    """Most people end six digits with # though they need not; the next question is asked again, free of charge."""

    async def talk(call: Call) -> object:
        return await call.ask("ask", most=6), await call.menu(MAIN)

    line, outcome = await dial(talk)
    await line.answers("GET DATA", "200 result=246813")
    assert await played(line, "GET DATA", "200 result=") == "menu"
    assert await played(line, "GET DATA", "200 result=1") == "menu", "without 'wrong key' before it"
    assert await outcome == (Digits("246813"), "query")


async def test_a_hash_alone_is_a_wrong_key(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.menu(MAIN))
    sounds = [audio((await line.answers("GET DATA", "200 result="))[0])[:1] for _ in range(3)]
    assert sounds == [b"\x02", b"\x04", b"\x04"], "menu, then twice key.wrong + menu"
    assert isinstance(await outcome, TooManyTries)


async def test_two_hashes_after_a_full_entry_are_one_too_many(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        return await call.ask("ask", most=6), await call.menu(MAIN)

    line, outcome = await dial(talk)
    await line.answers("GET DATA", "200 result=246813")
    sounds = [audio((await line.answers("GET DATA", "200 result="))[0])[:1] for _ in range(3)]
    assert sounds == [b"\x02", b"\x02", b"\x04"], "asked, asked again, then key.wrong"
    await line.answers("GET DATA", "200 result=1")
    assert await outcome == (Digits("246813"), "query")


# --- menu ---


@pytest.mark.parametrize(("key", "name"), [("1", "query"), ("0", "agent"), ("*", "up")])
async def test_a_key_gives_its_outcome(dial: Dial, key: str, name: str) -> None:
    line, outcome = await dial(lambda call: call.menu(MAIN))
    assert (await line.answers("GET DATA", f"200 result={key}"))[1:] == ["6000", "1"]
    assert await outcome == name


async def test_nine_reads_again_without_charge(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.menu(MAIN))
    for _ in range(5):
        assert await played(line, "GET DATA", "200 result=9") == "menu"
    assert await played(line, "GET DATA", "200 result=1") == "menu"
    assert await outcome == "query"


async def test_three_wrong_missing_or_ended_keys_end_the_menu(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.menu(MAIN))
    replies = ("200 result=7", "200 result= (timeout)", "200 result=")
    sounds = [audio((await line.answers("GET DATA", reply))[0])[:1] for reply in replies]
    assert sounds == [b"\x02", b"\x04", b"\x05"], "menu, key.wrong + menu, key.missing + menu"
    assert isinstance(await outcome, TooManyTries)


# --- play ---


async def test_what_the_caller_recorded_is_played_and_a_key_that_ends_it_answers_the_question(
    dial: Dial, tmp_path: Path
) -> None:
    async def talk(call: Call) -> object:
        await call.play(tmp_path / "1795426380.3-1795426381000.wav")
        return await call.menu(MAIN)

    line, outcome = await dial(talk)
    file, keys = await line.answers("STREAM FILE", "200 result=49 endpos=4000")
    assert file == str(tmp_path / "1795426380.3-1795426381000"), "Asterisk adds the ending"
    assert keys == "0123456789*"
    assert await outcome == "query"


# --- record ---


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        ("200 result=35 (dtmf) endpos=10560", 1.32),
        ("200 result=1 (timeout) endpos=12000", 1.5),
        ("200 result=0 (timeout) endpos=12000", 1.5),
        ("200 result=16981 (timeout) endpos=8320", 0.04),
        ("200 result=16981 (timeout) endpos=0", 0.0),
        ("200 result=-1 (hangup) endpos=9600", 1.2),
    ],
    ids=["hash", "limit", "limit seen late", "silence", "less than its silence", "hang-up"],
)
async def test_a_message_ends_in_many_ways(dial: Dial, tmp_path: Path, reply: str, seconds: float) -> None:
    line, outcome = await dial(lambda call: call.record(tmp_path / "call-7.wav"))
    arguments = await line.answers("RECORD FILE", reply)
    assert arguments == [str(tmp_path / "call-7"), "wav", "#", "60000", "s=5"]
    assert await outcome == pytest.approx(seconds)


async def test_after_a_message_that_was_hung_up_the_next_verb_ends_the_call(dial: Dial, tmp_path: Path) -> None:
    async def talk(call: Call) -> object:
        seconds = await call.record(tmp_path / "m.wav")
        call.note("message", seconds=seconds)
        await call.say("welcome")
        return None

    line, outcome = await dial(talk)
    await line.answers("RECORD FILE", "200 result=-1 (hangup) endpos=9600", "HANGUP")
    assert isinstance(await outcome, CallerHungUp)
    assert json.loads((tmp_path / "ivr.jsonl").read_text(encoding="utf-8"))["seconds"] == 1.2


async def test_a_message_that_cannot_be_written_is_a_fault(dial: Dial, tmp_path: Path) -> None:
    line, outcome = await dial(lambda call: call.record(tmp_path / "m.wav"))
    await line.answers("RECORD FILE", "200 result=-1 (writefile)")
    assert isinstance(await outcome, CommandRefused)


# --- meanwhile ---


async def test_keys_pressed_during_a_look_up_are_kept(dial: Dial) -> None:
    found = asyncio.Event()

    async def look_up() -> str:
        await found.wait()
        return "found"

    async def talk(call: Call) -> object:
        return await call.meanwhile(look_up()), await call.ask("ask", most=2)

    line, outcome = await dial(talk)
    assert await line.answers("WAIT FOR DIGIT", "200 result=0") == ["50"]
    await line.answers("WAIT FOR DIGIT", "200 result=35")
    await line.asked("WAIT FOR DIGIT")
    found.set()
    line.reply("200 result=49")
    assert (await line.answers("GET DATA", "200 result=2"))[2] == "1", "one key is there, # is none"
    assert await outcome == ("found", Digits("12"))


async def test_what_is_found_at_once_costs_no_command(dial: Dial) -> None:
    async def talk(call: Call) -> object:
        found = await call.meanwhile(asyncio.sleep(0, "found"))
        await call.say("welcome")
        return found

    line, outcome = await dial(talk)
    await line.answers("STREAM FILE", "200 result=0 endpos=0")
    assert await outcome == "found"


async def test_a_look_up_is_finished_though_the_caller_is_gone(dial: Dial) -> None:
    """A wrong password counts even if its owner hangs up before the answer."""
    counted = asyncio.Event()

    async def look_up(call: Call) -> None:
        while call.is_up:  # noqa: ASYNC110 - a hang-up has no event
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        counted.set()

    line, outcome = await dial(lambda call: call.meanwhile(look_up(call)))
    await line.answers("WAIT FOR DIGIT", "HANGUP", "200 result=-1")
    assert isinstance(await outcome, CallerHungUp)
    assert counted.is_set()


async def test_a_look_up_that_fails_fails_the_verb(dial: Dial) -> None:
    async def look_up() -> None:
        raise TooManyTries

    _, outcome = await dial(lambda call: call.meanwhile(look_up()))
    assert isinstance(await outcome, TooManyTries)


# --- leaving ---


async def test_hand_over_names_the_queue_before_it_says_next(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.hand_over("changsha"))
    assert await line.answers("SET VARIABLE", "200 result=1") == ["HL_QUEUE", "changsha"]
    assert await line.answers("SET VARIABLE", "200 result=1") == ["HL_NEXT", "queue"]
    assert isinstance(await outcome, HandedOver)


async def test_finish_says_bye(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.finish())
    assert await line.answers("SET VARIABLE", "200 result=1") == ["HL_NEXT", "bye"]
    assert isinstance(await outcome, HandedOver)


async def test_an_application_gets_its_arguments_as_one(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.run("AddQueueMember", "changsha", "PJSIP/ag8001", "0"))
    assert await line.answers("EXEC", "200 result=0") == ["AddQueueMember", "changsha,PJSIP/ag8001,0"]
    assert await outcome == "0"


async def test_a_variable_that_is_not_set_is_empty(dial: Dial) -> None:
    line, outcome = await dial(lambda call: call.get("NOTHING"))
    await line.answers("GET VARIABLE", "200 result=0")
    assert await outcome == ""


async def test_a_call_without_our_id_goes_by_asterisks(serve: Serve, speaker: Speaker, journal: Journal) -> None:
    named: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handle(session: Session) -> None:
        named.set_result((await begin(session, speaker, journal, IvrSettings())).id)

    line = await Asterisk.calling(await serve(handle))
    await line.answers("GET VARIABLE", "200 result=0")
    assert await named == "1795426380.3"
