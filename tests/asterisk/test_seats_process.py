"""The processes seats and queue_stats as the hotline composes them: an agent signs in by HTTP and calls ring there."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.passwords import Passwords
from hotline.paths import PROJECT, Paths
from hotline.process import stats
from hotline.recording_room import prepare_keys
from hotline.seats_keeper import keep_seats
from hotline.secrets import Secrets
from hotline.settings import Settings, load
from seats.roster import Roster
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import free_port
from tests.asterisk.test_keeper import until_queue

TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}
DESK = "PJSIP/ag8001"


@dataclass(frozen=True, slots=True)
class Installation:
    settings: Settings
    paths: Paths
    secrets: Secrets


@pytest.fixture
async def installation(board: Switchboard, fresh_engine: AsyncEngine, folder: Path) -> AsyncIterator[Installation]:
    plan = board.plan
    environ = {
        "HOTLINE_AMI_PORT": str(plan.ami_port),
        "HOTLINE_HTTP_PORT": str(free_port(socket.SOCK_STREAM)),
        "HOTLINE_DATABASE_URL": fresh_engine.url.render_as_string(hide_password=False).replace("+asyncpg", ""),
    }
    settings, paths = load(PROJECT / "hotline.toml", environ), Paths(folder / "hotline")
    paths.make()
    prepare_keys(settings, paths)
    secrets = Secrets(
        ami_events=plan.ami_events_secret,
        ami_control=plan.ami_control_secret,
        fastagi=plan.fastagi_secret,
        fund_key="fund",
        seats_key="seats",
        callers_key="callers",
        demo_seed="demo",
        tokens=TOKENS,
    )
    work = [asyncio.ensure_future(one(settings, paths, secrets)) for one in (keep_seats, stats)]
    yield Installation(settings, paths, secrets)
    for task in work:
        task.cancel()
    for task in work:
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.usefixtures("agent")
async def test_an_agent_of_a_production_system(
    board: Switchboard, installation: Installation, fresh_engine: AsyncEngine
) -> None:
    """Added on a running system, announced, signed in at a phone, shown, paused by a supervisor, removed."""
    roster = Roster(fresh_engine, Passwords("seats"))
    pin = await roster.add("2001", "李雷", "changsha", "agent")
    voice = installation.paths.announcements / "2001.alaw"
    async with asyncio.timeout(20):
        while not voice.exists():
            await until_queue(board, set())
    address = f"http://127.0.0.1:{installation.settings.http.port}"
    supervisor = {"Authorization": f"Bearer {TOKENS['supervisor']}"}
    async with aiohttp.ClientSession(address) as http:
        unknown = await http.post("/api/v1/agents/2001/sign-in", json={"pin": pin, "extension": "8777"})
        assert unknown.status == 409, "nobody sits at a phone that is not registered"
        signed = await http.post("/api/v1/agents/2001/sign-in", json={"pin": pin, "extension": "8001"})
        assert signed.status == 200
        await until_queue(board, {("2001", DESK, "")})
        found = await (await http.get("/api/v1/agents", headers=supervisor)).json()
        assert [(one["number"], one["state"]) for one in found["agents"]] == [("2001", "ready")]
        assert (await http.post("/api/v1/agents/2001/pause", headers=supervisor)).status == 200
        await until_queue(board, {("2001", DESK, "主管示忙")})
        await roster.remove("2001")
        await until_queue(board, set())
