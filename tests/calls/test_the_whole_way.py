"""What the hotline is for: 12329 → 1 → 1 → account → password → the balance; → 0 → an agent; and the call is counted."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ivr import speech
from recordings.codec import decode
from robot.ear import Ear, recognise, spoken
from robot.lexicon import Lexicon
from robot.phone import Phone
from tests.calls.talk import AGENTS_VOICE, CALLERS_VOICE, Talk, calling, masked, with_voices
from tests.fixtures.instance import Instance, until

pytestmark = pytest.mark.xdist_group("calls")

ANNOUNCED = ("agent.recorded", "agent.number", "agent.serves")
WHISPERED = ("centre/changsha", "whisper.verified", "whisper.at.1_1")


async def in_database(hotline: Instance, account: str) -> Any:  # noqa: ANN401 - a row
    engine = create_async_engine(hotline.database_url)
    try:
        async with engine.connect() as connection:
            found = await connection.execute(
                text(
                    "SELECT balance, own_share + employer_share AS monthly, paid_until"
                    " FROM fund.personal_account WHERE number = :number"
                ),
                {"number": account},
            )
            return found.one()
    finally:
        await engine.dispose()


async def test_balance_then_an_agent_then_the_record(hotline: Instance, lexicon: Lexicon) -> None:
    depositor = hotline.depositors("changsha")[0]
    agent = hotline.agents("changsha")[0]
    before = await _when_earlier_calls_are_counted(hotline)
    known = with_voices(lexicon)
    async with hotline.signed_in(agent, lexicon) as desk, calling(hotline, known) as talk:
        await talk.answers("welcome", "1")
        await talk.answers("menu.query", "1")
        await talk.hears("verify.notice")
        await talk.enters(depositor["account"], depositor["password"])
        await talk.hears("account.tail")
        await talk.hears("account.more", within=60)
        await _heard_exactly(hotline, talk, depositor)

        await talk.phone.press("0")
        await talk.hears("agent.connecting")
        talked = await _talk(talk, desk, known, agent)
        await talk.phone.hang_up()
        await desk.ended(within=10)

        record = await _the_record(hotline, talk)
        assert record["path"] == ["1", "1/1"]
        assert record["verified"]
        assert (record["outcome"], record["agent"], record["centre"]) == ("answered", agent["number"], "changsha")
        assert record["caller"] == masked(talk.caller)
        assert record["talk"] == pytest.approx(talked, abs=2.0)
        assert 0 <= record["wait"] < 10
        assert len(record["visits"]) == 1
        kinds = [fact["kind"] for fact in (await hotline.get(f"/api/v1/calls/{record['id']}"))["story"]]
        for kind in ("entered", "menu", "verified", "query", "asked_agent", "joined", "rang", "answered", "ended"):
            assert kind in kinds
        await _recorded_only_the_talk(hotline, record["id"], known, agent["number"])
    after = (await hotline.get("/api/v1/indicators"))["rows"]
    _adds_up(before, after)
    await hotline.no_channels()


async def _when_earlier_calls_are_counted(hotline: Instance) -> list[dict[str, Any]]:
    """Give the day's indicators once every call of earlier tests has ended."""

    async def all_ended() -> bool:
        calls = (await hotline.get("/api/v1/calls?limit=500"))["calls"]
        return not await hotline.channels() and all(call["ended"] for call in calls)

    await until(all_ended, within=30)
    rows: list[dict[str, Any]] = (await hotline.get("/api/v1/indicators"))["rows"]
    return rows


async def _heard_exactly(hotline: Instance, talk: Talk, depositor: dict[str, Any]) -> None:
    row = await in_database(hotline, depositor["account"])
    assert row.balance == Decimal(depositor["balance"])
    paid: dt.date = row.paid_until
    assert talk.values_after("account.balance") == [speech.amount(row.balance).text]
    assert talk.values_after("account.monthly") == [speech.amount(row.monthly).text]
    assert talk.values_after("account.paid_until") == [speech.month(paid.year, paid.month).text]
    assert talk.values_after("account.tail") == [speech.digits(depositor["account"][-4:]).text]


async def _talk(talk: Talk, desk: Phone, known: Lexicon, agent: dict[str, Any]) -> float:
    """The caller hears the announcement, the agent of the caller, then each other; give the seconds from the answer to now."""
    desk.listener = headset = Ear(known)
    await desk.rung(within=10)
    await desk.answer()
    start = asyncio.get_running_loop().time()
    for ear, prompts in ((talk.ear, ANNOUNCED), (headset, WHISPERED)):
        for prompt in prompts:
            await ear.heard(prompt, within=12)
        await ear.quiet(0.3, within=10)
    number = spoken(talk.ear.transcript())[-2]
    assert number.text == speech.digits(agent["number"]).text
    await talk.phone.play(CALLERS_VOICE, again=True)
    await desk.play(AGENTS_VOICE, again=True)
    await talk.hears("voice.agent")
    await headset.heard("voice.caller", within=10)
    assert not any("voice.caller" in entry.ids for entry in talk.ear.transcript()), "the caller hears an echo"
    await headset.heard("voice.caller", within=10)
    return asyncio.get_running_loop().time() - start


async def _the_record(hotline: Instance, talk: Talk) -> dict[str, Any]:
    async def ended() -> list[dict[str, Any]]:
        calls = (await hotline.get("/api/v1/calls"))["calls"]
        return [call for call in calls if call["caller"] == masked(talk.caller) and call["ended"]]

    records: list[dict[str, Any]] = await until(ended, within=10)
    assert len(records) == 1
    return records[0]


async def _recorded_only_the_talk(hotline: Instance, call: str, known: Lexicon, agent: str) -> None:
    """The recording has each voice on its own side and nothing from before the announcement's end."""

    async def kept() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await hotline.get(f"/api/v1/recordings?call={call}"))["recordings"]
        return found

    (one,) = await until(kept, within=20)
    assert (one["part"], one["agent"]) == (1, agent)
    both = decode(await hotline.audio(one["audio"]))
    assert len(both) / 8000 == pytest.approx(one["seconds"], abs=0.01)
    for side, name in ((0, "voice.caller"), (1, "voice.agent")):
        heard = recognise(np.ascontiguousarray(both[:, side]), known)
        assert {found for entry in heard for found in entry.ids} == {name}
    assert not list(hotline.paths.plain_recordings.iterdir())


def _adds_up(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    def total(rows: list[dict[str, Any]], name: str) -> int:
        return sum(int(row[name]) for row in rows)

    grown = {
        name: total(after, name) - total(before, name) for name in ("calls", "offered", "answered", "self_service")
    }
    assert grown == {"calls": 1, "offered": 1, "answered": 1, "self_service": 0}
    for row in after:
        assert row["calls"] == row["self_service"] + row["offered"]
        assert row["offered"] == row["answered"] + row["lost"]
