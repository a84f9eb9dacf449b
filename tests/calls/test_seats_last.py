"""Seats outlive every process."""

from typing import Any

import aiohttp
import pytest

from robot.lexicon import Lexicon
from tests.fixtures.instance import Instance, Start, until

pytestmark = pytest.mark.xdist_group("faults")


async def seats(hotline: Instance) -> dict[str, tuple[str, str]]:
    """Agent → state and reason, as the API says."""
    found = (await hotline.get("/api/v1/agents"))["agents"]
    return {one["number"]: (one["state"], one["reason"]) for one in found}


async def queue(hotline: Instance) -> str:
    return await hotline.asterisk("queue show changsha")


async def test_a_pause_and_its_reason_outlive_a_restart_of_every_process(start: Start, lexicon: Lexicon) -> None:
    with start() as hotline:
        agent = hotline.agents("changsha")[0]
        async with hotline.signed_in(agent, lexicon) as desk:
            ear = await hotline.feature(desk, "pause", lexicon)
            await ear.heard("seat.why", within=10)
            await desk.press("2")
            await desk.ended(within=10)

            async def healthy() -> bool:
                return bool((await hotline.health())["status"] == "ok")

            for name in ("seats", "waiting", "queue_stats", "ivr", "asterisk", "postgres"):
                before = hotline.service_pid(name)
                hotline.kill(name)
                with_new_pid = _another(hotline, name, before)
                await until(with_new_pid, within=30)
                await until(_quietly(healthy), within=60)

            async def as_before() -> bool:
                shown = await queue(hotline)
                paused = f"{agent['number']} (PJSIP/{agent['sip_user']})" in shown and "paused:用餐" in shown
                return paused and await seats(hotline) == {agent["number"]: ("paused", "用餐")}

            await until(_quietly(as_before), within=60)
            ear = await hotline.feature(desk, "resume", lexicon)
            await ear.heard("seat.ready", within=10)


def _another(hotline: Instance, name: str, before: int) -> Any:  # noqa: ANN401 - a question
    async def so() -> bool:
        return hotline.service_pid(name) != before

    return _quietly(so)


def _quietly(question: Any) -> Any:  # noqa: ANN401 - a question
    """While parts are away the answer is no."""

    async def so() -> bool:
        try:
            return bool(await question())
        except (OSError, AssertionError, KeyError, ValueError, RuntimeError, aiohttp.ClientError, TimeoutError):
            return False

    return so
