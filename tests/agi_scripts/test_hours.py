"""A person is wanted: in hours, out of hours, and while the day changes from one to the other."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import fund.demo
from centres import Calendar, CalendarSettings, Centre, Hours
from tests.agi_scripts.conftest import CERTAIN, INVENTED, PASSWORDS, SEED, SHANGHAI, Hotline, answering
from tests.agi_scripts.test_any_keys import pressed

CENTRES = (
    Centre(
        code="changsha",
        name="长沙",
        numbers=(CERTAIN,),
        hours=Hours.model_validate({"saturday": ["09:00-12:00"]}),
    ),
    Centre(code="yueyang", name="岳阳", numbers=("073012329",)),
)
CALENDAR = Calendar(SHANGHAI, days=CalendarSettings(closed=(dt.date(2026, 11, 27),)))
HOURS = (
    "agent.closed value/weekday/1 value/to_weekday/5 value/clock/9 value/until/12 value/clock/13_half value/until/5 "
    "value/weekday/6 value/clock/9 value/until/12"
)
CHOICE = "agent.closed.choose"
MESSAGE = "message.ask beep message.choose message.thanks message.number message.number.again"


class Watch:
    """What time it is in Shanghai; it steps on while the caller talks."""

    def __init__(self) -> None:
        self.times = ["2026-11-23T20:00"]

    def __call__(self) -> dt.datetime:
        now = self.times.pop(0) if len(self.times) > 1 else self.times[0]
        return dt.datetime.fromisoformat(now).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def office(engine: AsyncEngine, tmp_path: Path, watch: Watch) -> AsyncIterator[Hotline]:
    """A hotline with hours, whose time the test sets."""
    await fund.demo.load(engine, INVENTED, PASSWORDS, SEED)
    async with answering(engine, tmp_path, clock=watch, calendar=CALENDAR, centres=CENTRES) as hotline:
        yield hotline


@pytest.mark.parametrize(
    ("time", "is_open"),
    [
        ("2026-11-23T08:59:59", False), ("2026-11-23T09:00:00", True), ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00:00", False), ("2026-11-23T13:29:59", False), ("2026-11-23T13:30:00", True),
        ("2026-11-23T16:59:59", True), ("2026-11-23T17:00:00", False), ("2026-11-28T11:59:59", True),
        ("2026-11-28T12:00:00", False), ("2026-11-29T10:00:00", False), ("2026-10-01T10:00:00", False),
        ("2026-10-10T16:59:59", True),
    ],
)  # fmt: skip
async def test_zero_leads_to_a_person_in_hours_and_tells_the_hours_otherwise(
    office: Hotline, watch: Watch, time: str, is_open: bool
) -> None:
    watch.times = [time]
    line = await office.call("0", None)
    assert line.said().startswith("welcome menu.main " + ("agent.connecting" if is_open else "agent.closed"))
    kinds = ("asked_agent", "asked_closed") if is_open else ("asked_closed", "asked_agent")
    assert len(office.facts(kinds[0])) == 1
    assert office.facts(kinds[1]) == []


async def test_out_of_hours_a_message_is_taken(office: Hotline) -> None:
    line = await office.call("0", "1", "1")
    assert line.said_but_digits() == f"welcome menu.main {HOURS} {CHOICE} {MESSAGE} goodbye"
    assert line.variables["HL_NEXT"] == "bye"
    assert office.facts("asked_closed") == [{"centre": "changsha", "reason": "key"}]
    assert len(office.facts("message")) == 1


async def test_out_of_hours_self_service_goes_on(office: Hotline) -> None:
    person = office.depositors[0]
    line = await office.call("0", "*", "1", "1", f"{person['account']}#", person["password"], "0", "*", None)
    assert line.said().startswith(f"welcome menu.main {HOURS} {CHOICE} menu.main menu.query")
    assert "account.balance" in line.heard
    assert line.said().endswith(f"{HOURS} {CHOICE} menu.main")
    assert "HL_QUEUE" not in line.variables


async def test_zero_again_tells_the_hours_again_and_nine_too(office: Hotline) -> None:
    line = await office.call("0", "0", "9", "1", "1")
    assert line.said_but_digits() == f"welcome menu.main {' '.join([f'{HOURS} {CHOICE}'] * 3)} {MESSAGE} goodbye"
    assert len(office.facts("asked_closed")) == 1


async def test_out_of_hours_silence_ends_in_goodbye(office: Hotline) -> None:
    line = await office.call("0", "", "", "")
    told = f"welcome menu.main {HOURS} {CHOICE} key.missing {CHOICE} key.missing {CHOICE} goodbye"
    assert line.said() == told
    assert line.variables["HL_NEXT"] == "bye"


async def test_out_of_hours_used_up_tries_offer_a_message_instead_of_a_person(office: Hotline) -> None:
    line = await office.call("7", "7", "7", "*", "1", None)
    assert "agent.offer" not in line.heard
    assert line.said().endswith(f"{HOURS} {CHOICE} menu.main menu.query")
    assert office.facts("asked_closed") == [], "nobody asked"


async def test_in_hours_used_up_tries_offer_a_person(office: Hotline, watch: Watch) -> None:
    watch.times = ["2026-11-23T10:00"]
    line = await office.call("7", "7", "7", "0")
    assert line.said().endswith("agent.offer agent.connecting")
    assert office.facts("asked_agent") == [{"reason": "tries", "centre": "changsha"}]


@pytest.mark.parametrize("key", ["1", "2"])
async def test_a_complaint_or_suggestion_is_a_persons_in_hours_and_a_message_otherwise(
    office: Hotline, watch: Watch, key: str
) -> None:
    line = await office.call("4", key, None)
    assert line.said().startswith("welcome menu.main menu.voice message.ask beep")
    assert office.facts("asked_closed") == [], "nobody asked for a person"
    watch.times = ["2026-11-23T10:00"]
    assert (await office.call("4", key)).said() == "welcome menu.main menu.voice agent.connecting"


@pytest.mark.parametrize("way", [["4", "1", "0"], ["1", "0"], ["1", "1", "0"], ["1", "1", "0#"], ["1", "4", "0"]])
async def test_zero_is_the_same_everywhere(office: Hotline, way: list[str]) -> None:
    line = await office.call(*way, "1", "1")
    assert HOURS in line.said()
    assert line.heard[-1] == "goodbye"
    assert office.facts("asked_agent") == []


async def test_an_exceptional_day_is_told_with_the_day_it_opens_next(office: Hotline, watch: Watch) -> None:
    watch.times = ["2026-09-30T18:00"]
    line = await office.call("0", "1", "1")
    opens = "agent.opens value/month/10 value/day/8 value/weekday/4 value/clock/9"
    assert f"{HOURS} {opens} {CHOICE}" in line.said()
    watch.times = ["2026-11-27T10:00"]
    assert (
        f"{HOURS} agent.opens value/word/tomorrow value/clock/9 {CHOICE}" in (await office.call("0", "1", "1")).said()
    )


@pytest.mark.parametrize("seed", range(20))
async def test_any_keys_out_of_hours(office: Hotline, seed: int) -> None:
    """Nobody is led to a queue where nobody sits."""
    person = office.depositors[seed % len(office.depositors)]
    line = await office.call(*pressed(seed + 100, person), callerid=f"1391236{seed:04d}", extension="12329")
    assert line.gone or (line.variables["HL_NEXT"], line.heard[-1]) == ("bye", "goodbye")
    assert office.facts("asked_agent") == []


async def test_the_hours_are_the_centres(office: Hotline) -> None:
    line = await office.call("0", "1", "1", extension="073012329")
    assert "value/weekday/6" not in line.heard
    assert office.facts("asked_closed") == [{"centre": "yueyang", "reason": "key"}]


async def test_who_waits_on_when_the_day_ends_is_told_so(office: Hotline, watch: Watch) -> None:
    watch.times = ["2026-11-23T17:00"]
    variables = {"QUEUESTATUS": "TIMEOUT", "HL_CENTRE": "changsha"}
    line = await office.call("0", "*", None, route="after_queue", variables=variables)
    assert line.said() == f"agent.busy {HOURS} {CHOICE} menu.main"


async def test_the_clock_is_read_when_zero_is_pressed(office: Hotline, watch: Watch) -> None:
    watch.times = ["2026-11-23T08:59:50", "2026-11-23T09:00:01"]
    line = await office.call("0")
    assert line.said() == "welcome menu.main agent.connecting"
