"""Real calls in and out of hours and to several centres, to a hotline whose host thinks it is in California."""

import asyncio
import datetime as dt
import itertools
import secrets
from zoneinfo import ZoneInfo

import pytest

from ivr import speech
from robot.lexicon import Lexicon
from tests.calls.talk import AGENTS_VOICE, Talk, calling, masked
from tests.fixtures.instance import Instance, Start, until

pytestmark = pytest.mark.xdist_group("faults")

SHANGHAI = ZoneInfo("Asia/Shanghai")
ELSEWHERE = {"TZ": "America/Los_Angeles", "HOTLINE_DEMO_ALWAYS_OPEN": "false"}
LANDLINES = itertools.count(secrets.randbelow(10**6))


def landline() -> str:
    """A fixed line of 0731, which 长沙, 省直, 株洲 and 湘潭 share."""
    return f"07318{next(LANDLINES) % 10**7:07d}"


def near_days() -> str:
    """Yesterday to the day after tomorrow in China: the test may run over midnight."""
    today = dt.datetime.now(SHANGHAI).date()
    return ",".join(str(today + dt.timedelta(days=number)) for number in range(-1, 3))


def this_hour() -> str:
    """Hours around now in China, as settings name them; over midnight they are two."""
    now = dt.datetime.now(SHANGHAI)
    opens, closes = ((now + dt.timedelta(hours=hours)).strftime("%H:%M") for hours in (-1, 1))
    return f"{opens}-{closes}" if opens < closes else f"00:00-{closes},{opens}-24:00"


async def outcome(hotline: Instance, talk: Talk) -> dict[str, object]:
    """The call's record, once it has ended."""

    async def ended() -> dict[str, object] | None:
        calls = (await hotline.get("/api/v1/calls"))["calls"]
        return next((call for call in calls if call["caller"] == masked(talk.caller) and call["ended"]), None)

    record: dict[str, object] = await until(ended, within=15)
    return record


async def wants_a_person_at_night(hotline: Instance, lexicon: Lexicon) -> None:
    async with calling(hotline, lexicon) as talk:
        await talk.hears("centre.current")
        await talk.hears("centre/changsha")
        await talk.answers("menu.main", "0")
        await talk.hears("agent.closed")
        await talk.hears("agent.closed.choose")
        said = "".join(value for value in talk.values_after("agent.closed"))
        assert said.startswith(speech.weekdays(1, 5).text), said
        await talk.phone.press("1")
        beep = await talk.hears("beep")
        await talk.ear.said(beep, within=5)
        await talk.phone.play(AGENTS_VOICE, again=True)
        await talk.ear.quiet(2.5, within=10)
        await talk.phone.press("#")
        await talk.answers("message.choose", "1")
        await talk.hears("goodbye", within=30)
        await talk.is_ended()
    record = await outcome(hotline, talk)
    assert (record["outcome"], record["message"]) == ("self_service", True)


async def complains_at_night(hotline: Instance, lexicon: Lexicon) -> None:
    async with calling(hotline, lexicon) as talk:
        await talk.answers("menu.main", "4")
        await talk.answers("menu.voice", "1")
        await talk.hears("beep")


async def chooses_and_is_remembered(hotline: Instance, lexicon: Lexicon) -> None:
    caller = landline()
    async with calling(hotline, lexicon, caller=caller) as talk:
        await talk.hears("welcome")
        await talk.answers("centre.which", "3")
        await talk.hears("centre/zhuzhou")
        await talk.answers("menu.main", "*")
        await talk.answers("centre.which", "2")
        await talk.hears("centre/shengzhi")
        await talk.hears("menu.main")
    async with calling(hotline, lexicon, caller=caller) as talk:
        await talk.hears("welcome.again")
        await talk.hears("centre/shengzhi")
        await talk.hears("menu.main")
        assert not any("centre.which" in entry.ids for entry in talk.ear.transcript())


async def changes_to_a_centre_far_down_the_list(hotline: Instance, lexicon: Lexicon) -> None:
    async with calling(hotline, lexicon) as talk:
        await talk.answers("menu.main", "*")
        await talk.hears(
            "centre/shaoyang/06", within=30
        )  # the second of three pieces; who knows the digits waits no longer
        await talk.phone.press("14")
        await talk.hears("centre/loudi")
        await talk.hears("menu.main")
    assert (await outcome(hotline, talk))["centre"] == "loudi"


async def test_at_night_and_over_the_centres(start: Start, lexicon: Lexicon) -> None:
    with start(**ELSEWHERE, HOTLINE_CALENDAR_CLOSED=near_days()) as hotline:
        await asyncio.gather(
            wants_a_person_at_night(hotline, lexicon),
            complains_at_night(hotline, lexicon),
            chooses_and_is_remembered(hotline, lexicon),
            changes_to_a_centre_far_down_the_list(hotline, lexicon),
        )


async def test_by_day_in_china_whatever_the_hosts_clock_says(start: Start, lexicon: Lexicon) -> None:
    hours = {"HOTLINE_HOURS_WEEKDAYS": this_hour(), "HOTLINE_CALENDAR_WORKING": near_days()}
    with start(**ELSEWHERE, **hours, HOTLINE_TRUNK_DEFAULT_CENTRE="shengzhi") as hotline:
        async with calling(hotline, lexicon) as talk:
            await talk.hears("centre/shengzhi")
            await talk.answers("menu.main", "0")
            await talk.hears("agent.connecting")
            await talk.answers("agent.none", "*")
            await talk.hears("menu.main")
        record = await outcome(hotline, talk)
        assert (record["outcome"], record["centre"]) == ("lost", "shengzhi")
        health = await hotline.health()
        assert (health["status"], set(health["warnings"]) <= {"calendar"}) == ("ok", True)
