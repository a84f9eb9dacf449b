"""Feature codes of supervisors: who may, what is said, and what the dialplan is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import seats.demo
from seats.audit import AuditTrail
from seats.service import PAUSED, Seats
from seats.settings import SeatsSettings
from seats.supervision import Supervision
from tests.agi_scripts.conftest import PASSWORDS, SEED, Hotline, answering
from tests.seats.test_api import TALK, WAITS, Control

CODES = {
    "*31": "listen", "*32": "whisper", "*33": "barge", "*34": "take_over", "*35": "pull", "*36": "force_pause",
    "*37": "force_sign_out",
}  # fmt: skip
AGENTS_PHONE, SUPERVISORS_PHONE = {"channel": "PJSIP/ag8001-00000002"}, {"channel": "PJSIP/ag8901-0000000a"}


@pytest.fixture
def control() -> Control:
    return Control()


@pytest.fixture
async def hotline(fresh_engine: AsyncEngine, tmp_path: Path, control: Control) -> AsyncIterator[Hotline]:
    """Agent 1001 sits at 8001, supervisor 9001 at 8901."""
    await seats.demo.load(fresh_engine, SEED, ["changsha"], PASSWORDS)
    service = Seats(fresh_engine, PASSWORDS, SeatsSettings())
    for number, interface in (("1001", "PJSIP/ag8001"), ("9001", "PJSIP/ag8901")):
        assert await service.sign_in(number, seats.demo.pin(SEED, number), interface)
    supervision = Supervision(service, control, AuditTrail(fresh_engine))
    async with answering(fresh_engine, tmp_path, supervision=supervision) as hotline:
        yield hotline


async def rows(hotline: Hotline) -> list[tuple[str, str, str, str, str]]:
    assert hotline.world.supervision is not None
    found = [one.deed for one in await hotline.world.supervision.audit.latest(50)]
    return [(one.who, one.what, one.whom, one.call, one.outcome) for one in reversed(found)]


@pytest.mark.parametrize("code", CODES)
async def test_from_an_agents_phone_nothing_of_it_is_possible(hotline: Hotline, control: Control, code: str) -> None:
    control.channels = [*TALK, *WAITS]
    line = await hotline.call(route=CODES[code], extension=f"{code}8901", **AGENTS_PHONE)
    assert line.said() == "supervise.refused"
    assert "HL_TARGET" not in line.variables
    assert (line.variables["HL_NEXT"], control.done) == ("bye", [])


@pytest.mark.parametrize("code", ["*31", "*32", "*33"])
async def test_the_dialplan_is_told_whose_talk_it_is(hotline: Hotline, control: Control, code: str) -> None:
    control.channels = TALK
    line = await hotline.call(route=CODES[code], extension=f"{code}8001", **SUPERVISORS_PHONE)
    told = {key: line.variables[key] for key in ("HL_NEXT", "HL_MODE", "HL_TARGET")}
    assert told == {"HL_NEXT": "supervise", "HL_MODE": CODES[code], "HL_TARGET": "PJSIP/ag8001-00000002"}
    assert line.heard == []
    assert await rows(hotline) == [("9001", CODES[code], "1001", "1.1", "done")]


async def test_taking_over_leads_the_caller_to_this_phone(hotline: Hotline, control: Control) -> None:
    control.channels = TALK
    line = await hotline.call(route="take_over", extension="*348001", **SUPERVISORS_PHONE)
    assert (line.variables["HL_MODE"], line.variables["HL_TARGET"]) == ("take_over", "PJSIP/trunk-00000001")
    ((action, fields),) = control.done
    assert (action, fields["Channel"], fields["Value"]) == ("Setvar", "PJSIP/trunk-00000001", "PJSIP/ag8901-0000000a")


@pytest.mark.parametrize("extension", ["", "8777", "x", "8001,s,1", "80010000000000000000000"])
async def test_a_phone_without_an_agent_has_nothing_to_hear(hotline: Hotline, control: Control, extension: str) -> None:
    control.channels = TALK
    line = await hotline.call(route="listen", extension=f"*31{extension}", **SUPERVISORS_PHONE)
    assert line.said() == "supervise.not_now"
    assert control.done == []


async def test_no_talk_no_caller_and_no_asterisk_are_said(hotline: Hotline, control: Control) -> None:
    talk = await hotline.call(route="barge", extension="*338001", **SUPERVISORS_PHONE)
    caller = await hotline.call(route="pull", extension="*358001", **SUPERVISORS_PHONE)
    control.away = True
    away = await hotline.call(route="listen", extension="*318001", **SUPERVISORS_PHONE)
    assert [talk.said(), caller.said(), away.said()] == ["supervise.no_talk", "supervise.no_call", "supervise.not_now"]
    assert [row[4] for row in await rows(hotline)] == ["not_talking", "no_such_call", "asterisk"]


async def test_an_agent_is_paused_and_signed_out_by_code(hotline: Hotline) -> None:
    paused = await hotline.call(route="force_pause", extension="*368001", **SUPERVISORS_PHONE)
    assert (await hotline.world.seats.sitting("1001"))[0].state == PAUSED
    out = await hotline.call(route="force_sign_out", extension="*378001", **SUPERVISORS_PHONE)
    assert await hotline.world.seats.sitting("1001") == []
    assert (paused.said(), out.said()) == ("supervise.done", "supervise.done")
