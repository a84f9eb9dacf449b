"""Keys in the line, the survey after a talk, and both ends of a call-back, heard key by key."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from centres import Calendar
from ivr import speech
from seats.call_back import CallBacks, Wish
from seats.dialling import Rules
from seats.skills import Skill
from seats.tables import CallBack
from tests.agi_scripts.conftest import SHANGHAI, Hotline, answering
from tests.agi_scripts.line import Line

LOOKS_UP = {"HL_KEY": "self_service", "HL_DIALLED": "12329"}
AFTER_HOURS = dt.datetime(2026, 11, 23, 20, tzinfo=SHANGHAI)
IN_LINE = {"HL_CENTRE": "changsha", "HL_QUEUE": "changsha", "HL_JOINED": "1795000000123"}
MESSAGE = "message.ask beep message.choose message.thanks message.number message.number.again"
MOBILE, LANDLINE = "13812345678", "073188887777"


@pytest.fixture
async def line(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hotline]:
    """A hotline that calls back, and has a skill for loans."""
    loan = Skill(name="loan", paths=("1/2",), agents=("1001",))
    call_backs = CallBacks(fresh_engine, Rules(area_codes=("0731",), refused=("1349",)))
    async with answering(fresh_engine, tmp_path, call_backs=call_backs, skills=(loan,)) as hotline:
        yield hotline


@pytest.fixture
async def closed(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hotline]:
    """A hotline whose agents have gone home."""
    async with answering(fresh_engine, tmp_path, calendar=Calendar(SHANGHAI), clock=lambda: AFTER_HOURS) as hotline:
        yield hotline


def said(number: str) -> str:
    return " ".join(speech.digits(number).clips)


async def key(hotline: Hotline, key: str, *keys: str | None, **headers: str) -> Line:
    return await hotline.call(*keys, route="queue_key", variables=IN_LINE | {"HL_KEY": key}, **headers)


async def promises(engine: AsyncEngine) -> list[tuple[str, str, int]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(CallBack).order_by(CallBack.id))
        return [(row.number, row.queue, row.joined) for row in rows]


async def test_the_callers_own_number_is_said_back_and_promised(line: Hotline, fresh_engine: AsyncEngine) -> None:
    call = await key(line, "call_back", "1", callerid=MOBILE)
    assert call.said() == f"call_back.number {said(MOBILE)} call_back.confirm call_back.promised goodbye"
    assert call.variables["HL_NEXT"] == "bye"
    assert await promises(fresh_engine) == [(MOBILE, "changsha", 1795000000123)]
    assert line.facts("call_back") == [{"state": "promised", "number": "138****5678"}]
    assert MOBILE not in line.journal.read_text(encoding="utf-8")


async def test_another_number_can_be_typed(line: Hotline, fresh_engine: AsyncEngine) -> None:
    call = await key(line, "call_back", "2", f"{LANDLINE}", "1", callerid=MOBILE)
    assert f"call_back.enter call_back.number {said(LANDLINE)}" in call.said()
    assert await promises(fresh_engine) == [(LANDLINE, "changsha", 1795000000123)]


@pytest.mark.parametrize(
    "number", ["008521234567", "16812345", "4008001234#", "02012345678#", "95588#", "110#", "13491234567#", "12329#"]
)
async def test_a_number_outside_the_plan_is_not_taken(
    line: Hotline, fresh_engine: AsyncEngine, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    call = await key(line, "call_back", f"{number.rstrip('#')}#", "*#", callerid="")
    assert "call_back.refused" in call.heard
    assert call.variables["HL_NEXT"] == "queue", "back in the line"
    assert await promises(fresh_engine) == []
    assert "refused" in caplog.text
    assert line.facts("dial_refused")[0]["where"] == "call_back"


async def test_who_would_rather_wait_is_back_in_the_line(line: Hotline, fresh_engine: AsyncEngine) -> None:
    call = await key(line, "call_back", "*", callerid=MOBILE)
    assert call.heard[-1] == "wait.back"
    assert (call.variables["HL_NEXT"], call.variables["HL_QUEUE"]) == ("queue", "changsha")
    assert await promises(fresh_engine) == []


async def test_silence_leads_back_to_the_line(line: Hotline) -> None:
    call = await key(line, "call_back", "", "", "", callerid=MOBILE)
    assert call.variables["HL_NEXT"] == "queue"


async def test_without_a_database_no_call_back_is_promised(adrift: Hotline) -> None:
    call = await key(adrift, "call_back", callerid=MOBILE)
    assert call.said() == "call_back.none wait.back"
    assert call.variables["HL_NEXT"] == "queue"


async def test_asking_twice_keeps_the_earlier_place(line: Hotline, fresh_engine: AsyncEngine) -> None:
    await key(line, "call_back", "1", callerid=MOBILE)
    await key(line, "call_back", "1", callerid=f"+86{MOBILE}")
    assert len(await promises(fresh_engine)) == 1


async def test_a_message_can_be_left_instead(line: Hotline) -> None:
    call = await key(line, "message", "1")
    assert call.said_but_digits() == f"{MESSAGE} goodbye"
    assert call.variables["HL_NEXT"] == "bye"
    assert [one["what"] for one in line.facts("message")] == ["other"]


@pytest.mark.parametrize(("pressed", "last"), [("*", "message.dropped"), ("0", "message.number.again")])
async def test_who_drops_the_message_or_wants_a_person_still_has_the_place(
    line: Hotline, pressed: str, last: str
) -> None:
    call = await key(line, "message", pressed)
    assert [name for name in call.heard if not name.startswith("value/")][-2:] == [last, "wait.back"]
    assert (call.variables["HL_NEXT"], call.variables["HL_QUEUE"]) == ("queue", "changsha")
    assert len(line.facts("message")) == (pressed == "0")


async def test_self_service_and_back_to_the_same_line(line: Hotline) -> None:
    call = await key(line, "self_service", "0")
    assert call.said() == "wait.self_service menu.main agent.connecting"
    assert (call.variables["HL_NEXT"], call.variables["HL_QUEUE"]) == ("queue", "changsha")


async def test_in_self_service_a_place_is_left_for_another_centres_line(line: Hotline) -> None:
    """* at the top leads to the centres; the moment the caller joined stays, the line is the chosen centre's."""
    call = await line.call("*", "2", "0", route="queue_key", variables=IN_LINE | LOOKS_UP)
    assert call.said() == (
        "wait.self_service menu.main centre.which centre/changsha/1 centre/yueyang/2 "
        "centre.current centre/yueyang centre.change menu.main agent.connecting"
    )
    assert (call.variables["HL_CENTRE"], call.variables["HL_QUEUE"]) == ("yueyang", "yueyang")


@pytest.mark.parametrize("way", [["0"], ["1", "2", "0"], ["4", "1"], ["7", "7", "7", "0"]])
async def test_closing_time_does_not_take_a_place_away(closed: Hotline, way: list[str]) -> None:
    call = await closed.call(*way, route="queue_key", variables=IN_LINE | LOOKS_UP)
    assert call.heard[-1] == "agent.connecting"
    assert call.variables["HL_NEXT"] == "queue"
    assert closed.facts("asked_closed") == []


async def test_another_centres_line_cannot_be_joined_after_closing_time(closed: Hotline) -> None:
    call = await closed.call("*", "2", "0", None, route="queue_key", variables=IN_LINE | LOOKS_UP)
    assert call.heard[-1] == "agent.closed.choose"
    assert closed.facts("asked_closed") == [{"centre": "yueyang", "reason": "key"}]


async def test_a_wait_in_vain_does_not_go_on_after_closing_time(closed: Hotline) -> None:
    """Only a key's conversation keeps the place: who was turned out of the line has none."""
    call = await closed.call("0", None, route="after_queue", variables=IN_LINE | {"QUEUESTATUS": "TIMEOUT"})
    assert call.said().startswith("agent.busy agent.closed ")


async def test_where_one_was_decides_on_the_skill(line: Hotline) -> None:
    """Two levels down, at loans, 0 leads to those who know loans; elsewhere to everybody."""
    loan = await line.call("1", "2", "0#")
    assert loan.variables["HL_QUEUE"] == "changsha_loan"
    other = await line.call("1", "1", "0#")
    assert other.variables["HL_QUEUE"] == "changsha"
    asked = line.facts("asked_agent")
    assert [one["centre"] for one in asked] == ["changsha", "changsha"]


def ratings(line: Line) -> list[str]:
    return [found for name, found in line.applications if name == "UserEvent" and found.startswith("HotlineRated")]


TALKED = {"QUEUESTATUS": "CONTINUE", "HL_CENTRE": "changsha", "MEMBERNAME": "1001"}


@pytest.mark.parametrize("rating", ["1", "2"])
async def test_a_caller_whose_agent_hung_up_rates_the_talk(line: Hotline, rating: str) -> None:
    call = await line.call(rating, route="after_queue", variables=TALKED)
    assert call.said() == "survey.ask survey.thanks goodbye"
    assert ratings(call) == [f"HotlineRated,CallId: 1795426380.3,Agent: 1001,Rating: {rating},Why: "]


@pytest.mark.parametrize(("key_", "why"), [("1", "attitude"), ("2", "unsolved"), ("3", "wait"), ("4", "other")])
async def test_a_low_rating_is_told_at_once_and_again_with_its_reason(line: Hotline, key_: str, why: str) -> None:
    call = await line.call("3", key_, route="after_queue", variables=TALKED)
    assert [one.partition("Rating: ")[2] for one in ratings(call)] == ["3,Why: ", f"3,Why: {why}"]


async def test_a_low_rating_can_be_explained_in_a_message(line: Hotline) -> None:
    call = await line.call("3", "5", "1", route="after_queue", variables=TALKED)
    assert call.said_but_digits() == f"survey.ask survey.why {MESSAGE} survey.thanks goodbye"


async def test_hanging_up_after_a_low_rating_has_rated(line: Hotline) -> None:
    call = await line.call("3", None, route="after_queue", variables=TALKED)
    assert len(ratings(call)) == 1


@pytest.mark.parametrize("keys", [(None,), ("", "", "")])
async def test_hanging_up_or_silence_is_no_rating(line: Hotline, keys: tuple[str | None, ...]) -> None:
    call = await line.call(*keys, route="after_queue", variables=TALKED)
    assert ratings(call) == []


async def test_whoever_is_called_back_confirms_with_a_key(line: Hotline) -> None:
    call = await line.call("1", route="call_back", variables=IN_LINE)
    assert call.said() == "call_back.here agent.connecting"
    assert (call.variables["HL_NEXT"], call.variables["HL_QUEUE"]) == ("queue", "changsha")
    assert [one["state"] for one in line.facts("call_back")] == ["confirmed"]


@pytest.mark.parametrize(("keys", "state"), [(("2",), "declined"), (("", "", ""), "unconfirmed")])
async def test_an_answering_machine_reaches_no_agent(line: Hotline, keys: tuple[str, ...], state: str) -> None:
    call = await line.call(*keys, route="call_back", variables=IN_LINE)
    assert call.variables["HL_NEXT"] == "bye"
    assert [one["state"] for one in line.facts("call_back")] == [state]


async def test_a_promise_is_tried_three_times_and_then_given_up(fresh_engine: AsyncEngine) -> None:
    now = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    times = [now]
    call_backs = CallBacks(fresh_engine, Rules(), again=dt.timedelta(minutes=10), clock=lambda: times[-1])
    await call_backs.promise(Wish("1.1", "changsha", "changsha", MOBILE, 1))
    for attempt in (1, 2, 3):
        (promise,) = await call_backs.due()
        assert await call_backs.begin(promise.id) == attempt
        assert await call_backs.begin(promise.id) == 0, "taken already"
        await call_backs.failed("1.1")
        assert await call_backs.due() == []
        times.append(times[-1] + dt.timedelta(minutes=10))
    assert await call_backs.due() == []
    assert await call_backs.open("changsha") == 0


async def test_who_leaves_a_message_after_a_vain_wait_and_presses_0_waits_again(line: Hotline) -> None:
    call = await line.call("1", "0", route="after_queue", variables=IN_LINE | {"QUEUESTATUS": "TIMEOUT"})
    assert "message.thanks" in call.heard
    assert call.variables["HL_NEXT"] == "queue"
