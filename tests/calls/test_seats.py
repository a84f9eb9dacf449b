"""Agents at their phones: who signs in where, pauses and goes, as Asterisk's queue and the wallboard have it."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from robot.ear import Ear
from robot.lexicon import Lexicon
from robot.phone import Phone
from tests.calls.talk import calling
from tests.fixtures.instance import Instance, until

pytestmark = pytest.mark.xdist_group("calls")

CENTRE = "changde"
MEMBER = re.compile(r"^\s+(\d+) \((PJSIP/ag\d+)\)(.*)$", re.MULTILINE)


async def members(hotline: Instance) -> dict[str, str]:
    """The queue's members: agent → interface, with a mark when paused."""
    shown = await hotline.asterisk(f"queue show {CENTRE}")
    return {name: interface + "(paused)" * ("(paused" in rest) for name, interface, rest in MEMBER.findall(shown)}


async def become(hotline: Instance, expected: Mapping[str, str]) -> None:
    """Wait until the queue has these members, and the wallboard these agents."""

    async def so() -> bool:
        live = (await hotline.get("/api/v1/live"))["agents"]
        signed_in = {agent["number"] for agent in live if agent["centre"] == CENTRE}
        return await members(hotline) == expected and signed_in == expected.keys()

    await until(so, within=10)


async def waiting(hotline: Instance) -> list[dict[str, Any]]:
    """Callers the wallboard shows waiting for this centre."""
    return [one for one in (await hotline.get("/api/v1/live"))["waiting"] if one["centre"] == CENTRE]


@asynccontextmanager
async def registered(hotline: Instance, agent: Mapping[str, Any]) -> AsyncIterator[Phone]:
    async with hotline.phone(f"phone {agent['extension']}") as phone:
        await phone.register(agent["sip_user"], agent["secret"])
        yield phone


async def sign_in(hotline: Instance, phone: Phone, agent: Mapping[str, Any], lexicon: Lexicon) -> Ear:
    """Dial, and enter number and PIN."""
    ear = await hotline.feature(phone, "sign_in", lexicon)
    await ear.heard("seat.number", within=10)
    await phone.press(f"{agent['number']}#")
    await ear.heard("seat.pin", within=10)
    await phone.press(f"{agent['pin']}#")
    return ear


async def dial(hotline: Instance, phone: Phone, feature: str, prompt: str, lexicon: Lexicon) -> None:
    """Dial a feature code and hear what it does."""
    ear = await hotline.feature(phone, feature, lexicon)
    await ear.heard(prompt, within=10)
    await phone.ended(within=10)


async def test_an_agent_moves_to_another_phone(hotline: Instance, lexicon: Lexicon) -> None:
    agent, other = hotline.agents(CENTRE)
    async with registered(hotline, agent) as desk, registered(hotline, other) as elsewhere:
        ear = await sign_in(hotline, desk, agent, lexicon)
        await ear.heard("seat.signed_in", within=10)
        await desk.ended(within=10)
        await become(hotline, {agent["number"]: f"PJSIP/{agent['sip_user']}"})

        ear = await sign_in(hotline, elsewhere, agent, lexicon)
        await ear.heard("seat.signed_in", within=10)
        await elsewhere.ended(within=10)
        await become(hotline, {agent["number"]: f"PJSIP/{other['sip_user']}"})
        await dial(hotline, desk, "sign_out", "seat.nobody", lexicon)
        await dial(hotline, elsewhere, "sign_out", "seat.signed_out", lexicon)
        await become(hotline, {})


async def test_hanging_up_right_after_the_pin_signs_in_all_the_same(hotline: Instance, lexicon: Lexicon) -> None:
    agent = hotline.agents(CENTRE)[0]
    async with registered(hotline, agent) as desk:
        await sign_in(hotline, desk, agent, lexicon)
        await desk.hang_up()
        await become(hotline, {agent["number"]: f"PJSIP/{agent['sip_user']}"})
        await dial(hotline, desk, "sign_out", "seat.signed_out", lexicon)
        await become(hotline, {})


async def test_who_pauses_is_not_rung(hotline: Instance, lexicon: Lexicon) -> None:
    agent = hotline.agents(CENTRE)[0]
    here = f"PJSIP/{agent['sip_user']}"
    number = next(centre["dial"] for centre in hotline.demo["centres"] if centre["code"] == CENTRE)
    async with registered(hotline, agent) as desk:
        ear = await sign_in(hotline, desk, agent, lexicon)
        await ear.heard("seat.signed_in", within=10)
        await desk.ended(within=10)
        ear = await hotline.feature(desk, "pause", lexicon)
        await ear.heard("seat.why", within=10)
        await desk.press("2")
        await ear.heard("seat.paused", within=10)
        await desk.ended(within=10)
        await become(hotline, {agent["number"]: here + "(paused)"})
        async with calling(hotline, lexicon, number=number) as talk:
            await talk.answers("welcome", "0")
            await until(lambda: waiting(hotline), within=15)
            paused_until = dt.datetime.now(dt.UTC)
            await dial(hotline, desk, "resume", "seat.ready", lexicon)
            await desk.rung(within=20)
            call = (await waiting(hotline))[0]["call"]

        async def rung() -> list[dict[str, Any]]:
            """The call's rings so far: told and stored a moment after the phone rings."""
            story = (await hotline.get(f"/api/v1/calls/{call}"))["story"]
            return [fact for fact in story if fact["kind"] == "rang"]

        await until(rung, within=10)
        rings = await rung()
        assert [ring["agent"] for ring in rings] == [agent["number"]]
        assert all(dt.datetime.fromisoformat(ring["at"]) > paused_until for ring in rings)
        await desk.ended(within=10)
        await dial(hotline, desk, "sign_out", "seat.signed_out", lexicon)
