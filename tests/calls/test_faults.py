"""What breaks while people are on the line, and what they hear then."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from hotline import postgres
from robot.ear import Ear
from robot.lexicon import Lexicon
from tests.calls.talk import AGENTS_VOICE, CALLERS_VOICE, Talk, calling, masked, with_voices
from tests.fixtures.instance import Instance, Start, until

pytestmark = pytest.mark.xdist_group("faults")


async def record_of(hotline: Instance, talk: Talk, *, within: float = 15) -> dict[str, Any]:
    """Wait until the call stands in the records, ended."""

    async def ended() -> dict[str, Any] | None:
        calls = (await hotline.get("/api/v1/calls"))["calls"]
        return next((call for call in calls if call["caller"] == masked(talk.caller) and call["ended"]), None)

    record: dict[str, Any] = await until(ended, within=within)
    return record


async def test_conversations_killed_in_mid_call(start: Start, lexicon: Lexicon) -> None:
    known = with_voices(lexicon)
    with start() as hotline:
        agent, other = hotline.agents("changsha")
        async with (
            hotline.signed_in(agent, lexicon) as desk,
            hotline.signed_in(other, lexicon) as second,
            calling(hotline, known) as talking,
            calling(hotline, lexicon) as caller,
            calling(hotline, lexicon) as leaver,
        ):
            desk.listener = headset = Ear(known)
            await talking.answers("welcome", "0")
            phone, headset = await _who_rings(desk, second, known)
            await phone.answer()
            await headset.heard("whisper.unverified", within=15)
            await headset.quiet(0.3, within=10)
            await caller.answers("welcome", "1")
            await leaver.answers("welcome", "1")
            await caller.hears("menu.query")
            await leaver.hears("menu.query")

            hotline.kill("ivr")

            await caller.hears("emergency.sorry", within=10)
            await leaver.hears("emergency.sorry", within=10)
            await leaver.answers("emergency.choose", "1")
            beep = await leaver.hears("beep")
            await leaver.ear.said(beep, within=5)
            await leaver.phone.play(AGENTS_VOICE, again=True)
            await leaver.ear.quiet(2.5, within=10)
            await leaver.phone.press("#")
            await leaver.hears("emergency.thanks")
            await leaver.is_ended()
            await caller.answers("emergency.choose", "0")
            free = second if phone is desk else desk
            free.listener = freed = Ear(lexicon)
            await free.rung(within=15)
            await free.answer()
            await freed.heard("agent.serves", "whisper.unverified", within=15)
            await caller.hears("agent.serves")
            # The talk that was going on all the while was not disturbed.
            await talking.phone.play(CALLERS_VOICE)
            await headset.heard("voice.caller", within=10)
            for talk in (caller, talking):
                await talk.phone.hang_up()
            for phone in (desk, second):
                if phone.in_call:
                    await phone.ended(within=10)

            record = await record_of(hotline, caller)
            assert record["emergency"]
            assert record["outcome"] == "answered"
            assert (await record_of(hotline, leaver))["message"]

            async def healthy() -> bool:
                return bool((await hotline.health())["status"] == "ok")

            await until(healthy, within=20)
        async with calling(hotline, lexicon) as again:
            await again.hears("welcome")
        await hotline.no_channels()


async def _who_rings(desk: Any, second: Any, known: Lexicon) -> tuple[Any, Ear]:  # noqa: ANN401 - phones
    """Give the phone that rings, and an ear at it."""
    waits = [asyncio.create_task(phone.rung(within=15)) for phone in (desk, second)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    phone = desk if waits[0].done() else second
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    phone.listener = ear = Ear(known)
    return phone, ear


async def test_database_stopped(start: Start, lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("pg")
    with contextlib.ExitStack() as server:
        url = server.enter_context(postgres.running(folder)).url()
        with start(HOTLINE_DATABASE_URL=url) as hotline:
            agent = hotline.agents("changsha")[0]
            depositor = hotline.depositors("changsha")[0]
            async with hotline.signed_in(agent, lexicon) as desk:
                async with calling(hotline, lexicon) as early:
                    await early.hears("welcome")

                server.close()  # PostgreSQL is gone, for every process of the product

                async def failing() -> bool:
                    return "database" in (await hotline.health())["failing"]

                await until(failing, within=15)
                async with calling(hotline, lexicon) as served, calling(hotline, lexicon) as gone:
                    for talk in (served, gone):
                        await talk.answers("menu.main", "1")
                        await talk.answers("menu.query", "1")
                    for talk in (served, gone):
                        await talk.enters(depositor["account"], depositor["password"])
                    await gone.hears("fault.lookup", within=15)
                    await served.hears("fault.lookup", within=15)
                    await served.phone.press("0")
                    await served.hears("agent.connecting")
                    await desk.rung(within=15)
                    await desk.answer()
                    await served.hears("agent.serves")
                    await gone.phone.press("*")
                    await gone.hears("menu.query")
                    await gone.phone.hang_up()
                    await served.phone.hang_up()
                    await desk.ended(within=10)
                await hotline.no_channels()

                server.enter_context(postgres.running(folder))

                async def healthy() -> bool:
                    return bool((await hotline.health())["status"] == "ok")

                await until(healthy, within=30)
                record = await record_of(hotline, served, within=30)
                assert (record["outcome"], record["agent"]) == ("answered", agent["number"])
                assert record["path"] == ["1", "1/1"]
                assert (await record_of(hotline, gone))["outcome"] == "self_service"
                row = (await hotline.get("/api/v1/indicators"))["rows"][0]
                assert {name: row[name] for name in ("calls", "offered", "answered", "lost", "self_service")} == {
                    "calls": 3, "offered": 1, "answered": 1, "lost": 0, "self_service": 2,
                }  # fmt: skip
