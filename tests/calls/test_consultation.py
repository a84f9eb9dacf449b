"""A hard question: the caller proves to the machine who they are, an expert is asked first, three talk, the expert ends it."""

from typing import Any

import pytest

from robot.ear import Ear
from robot.lexicon import Lexicon
from tests.calls.talk import AGENTS_VOICE, CALLERS_VOICE, calling, masked, with_voices
from tests.fixtures.instance import Instance, until

pytestmark = pytest.mark.xdist_group("calls")


async def test_a_hard_question(hotline: Instance, lexicon: Lexicon) -> None:
    depositor = hotline.depositors("changsha")[0]
    agent = hotline.agents("changsha")[0]
    expert = next(one for one in hotline.demo["agents"] if one["role"] == "expert" and one["centre"] == "changsha")
    keys, known = hotline.demo["keys"], with_voices(lexicon)
    async with (
        hotline.signed_in(agent, lexicon) as desk,
        hotline.signed_in(expert, lexicon) as seat,
        calling(hotline, known) as talk,
    ):
        await talk.answers("welcome", "0")
        await talk.hears("agent.connecting")
        desk.listener = headset = Ear(known)
        await desk.rung(within=10)
        await desk.answer()
        await headset.heard("whisper.unverified", within=12)
        await talk.hears("agent.serves")
        await desk.play(AGENTS_VOICE, again=True)
        await talk.phone.play(CALLERS_VOICE, again=True)
        await talk.hears("voice.agent")

        await desk.press(keys["query"])
        await talk.hears("query.intro")
        await talk.enters(depositor["account"], depositor["password"])
        await talk.hears("query.back")
        await headset.heard("query.yes", within=10)
        await talk.hears("voice.agent")
        await headset.heard("voice.caller", within=10)

        await desk.press(f"{keys['ask_expert']}1")
        await talk.hears("expert.asking")
        seat.listener = earpiece = Ear(known)
        await seat.rung(within=15)
        await seat.answer()
        await earpiece.heard("whisper.verified", within=12)
        await earpiece.heard("voice.agent", within=10)
        await desk.press(keys["together"])
        await earpiece.heard("voice.caller", "voice.agent", within=10)
        await desk.hang_up()
        await earpiece.heard("voice.caller", within=10)
        await seat.hang_up()
        await talk.answers("survey.ask", "1")
        await talk.is_ended()
    record = await _ended(hotline, masked(talk.caller))
    assert [visit["agent"] for visit in record["visits"]] == [agent["number"], expert["number"]]
    assert 0 < record["with_both"] <= record["with_expert"] < record["talk"]
    assert record["with_both"] <= record["with_agent"]
    assert record["settled"] is True
    story = (await hotline.get(f"/api/v1/calls/{record['id']}"))["story"]
    told = {fact["kind"]: fact for fact in story}
    assert told["verified_query"]["data"]["answer"] == "yes"
    assert told["rated"]["agent"] == expert["number"], "who talked last"
    assert depositor["password"] not in str(story)

    async def kept() -> bool:
        return len((await hotline.get(f"/api/v1/recordings?call={record['id']}"))["recordings"]) >= 3

    await until(kept, within=20)  # the talk, after the password, the three, the expert
    await hotline.no_channels()


async def _ended(hotline: Instance, caller: str) -> dict[str, Any]:
    async def ended() -> list[dict[str, Any]]:
        calls = (await hotline.get("/api/v1/calls"))["calls"]
        return [call for call in calls if call["caller"] == caller and call["ended"]]

    (record,) = await until(ended, within=10)
    return dict(record)
