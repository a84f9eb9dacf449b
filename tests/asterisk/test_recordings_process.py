"""The process recordings as `hotline up` starts it, killed in mid-talk and started again, and what the API plays afterwards."""

import asyncio
import asyncio.subprocess
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from asterisk_conf import Plan
from asterisk_conf.runtime import Asterisk
from hotline import recordings as verb
from hotline.cli import main
from hotline.exceptions import CannotStart
from hotline.paths import PROJECT, Paths
from hotline.process import stats
from hotline.recording_room import open_keys, prepare_keys
from hotline.secrets import Secrets
from hotline.settings import Settings, load
from recordings.codec import decode
from tests.asterisk import switchboard
from tests.asterisk.conftest import RTP_STARTS
from tests.asterisk.conversations import Conversations
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone, free_port
from tests.asterisk.test_recordings import say_goodbye, to_queue
from tests.asterisk.tones import heard_in
from tests.fixtures.instance import until

TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings and folders, with the HTTP process running over them."""

    settings: Settings
    paths: Paths
    environ: dict[str, str]

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON, or sound
        url = f"http://127.0.0.1:{self.settings.http.port}{path}"
        headers = {"Authorization": f"Bearer {TOKENS['supervisor']}"}
        async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as answer:
            assert answer.status in {200, 503}, await answer.text()
            return await (answer.json() if answer.content_type == "application/json" else answer.read())

    async def recordings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get("/api/v1/recordings"))["recordings"]
        return found

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the process; killed outright at the end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hotline.process", "recordings", cwd=PROJECT, env=os.environ | self.environ,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    made = switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))
    return replace(made, recordings=Paths(folder / "var").plain_recordings)


@pytest.fixture
async def installation(board: Switchboard, fresh_engine: AsyncEngine, folder: Path) -> AsyncIterator[Installation]:
    plan = board.plan
    environ = {
        "HOTLINE_VAR": str(folder / "var"),
        "HOTLINE_AMI_PORT": str(plan.ami_port),
        "HOTLINE_HTTP_PORT": str(free_port(socket.SOCK_STREAM)),
        "HOTLINE_DATABASE_URL": fresh_engine.url.render_as_string(hide_password=False).replace("+asyncpg", ""),
    }
    settings, paths = load(PROJECT / "hotline.toml", environ), Paths(folder / "var")
    paths.make()
    prepare_keys(settings, paths)
    secrets = Secrets(
        plan.ami_events_secret, plan.ami_control_secret, plan.fastagi_secret, "fund", "seats", "demo", "seed", TOKENS
    )
    made = Installation(settings, paths, environ)
    work = asyncio.ensure_future(stats(settings, paths, secrets))

    async def answers() -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            return bool(await made.get("/healthz"))
        return False

    await until(answers, within=20)
    yield made
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def test_a_talk_is_kept_though_its_keeper_was_killed(
    board: Switchboard,
    installation: Installation,
    conversations: Conversations,
    caller: Telephone,
    agent: Telephone,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    conversations.scripts |= {"call": to_queue, "after_queue": say_goodbye}
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")
    async with installation.keeping():
        assert await caller.dial("12329") == 200
        await agent.rings()
        agent.answer()
        await caller.hears("agent")
        await caller.listens(2)
        assert await installation.recordings() == []
    await caller.listens(1)
    await caller.hang_up()
    await agent.ends()
    await board.idle()
    assert await installation.recordings() == []
    async with installation.keeping() as process:
        (one,) = await until(installation.recordings, within=30)
        process.terminate()
        assert await process.wait() == 0
    assert (one["part"], one["agent"], one["queue"]) == (1, "1001", "changsha")
    sound = await installation.get(one["audio"])
    both = decode(sound).astype(np.float64)
    for side, name in ((0, "caller"), (1, "agent")):
        assert {found.name for found in heard_in(np.ascontiguousarray(both[:, side]))} == {name}
    assert list(installation.paths.plain_recordings.iterdir()) == []
    rows = (await installation.get("/api/v1/audit"))["rows"]
    assert rows[0]["what"] == "recording_played"
    assert not (await installation.get("/healthz"))["parts"]["recordings"]["detail"]
    for name, value in installation.environ.items():
        monkeypatch.setenv(name, value)
    out = folder / "talk.ogg"
    for words, said in (
        (["list", "--agent", "1001"], f"{one['id']}\t{one['call']}\t1\t"),
        (["export", str(one["id"]), str(out)], "bytes"),
        (["remove-expired", "--dry-run"], "0 would be removed"),
    ):
        assert await asyncio.to_thread(main, ["recordings", *words]) == 0
        assert said in capsys.readouterr().out
    assert out.read_bytes() == sound
    assert out.stat().st_mode & 0o777 == 0o600
    assert await asyncio.to_thread(main, ["recordings", "export", str(one["id"]), str(out)]) == 1
    assert "File exists" in capsys.readouterr().err
    assert [row["what"] for row in (await installation.get("/api/v1/audit"))["rows"]][:2] == [
        "recording_downloaded", "recording_downloaded",
    ]  # fmt: skip
    assert (await installation.get("/api/v1/audit"))["rows"][0]["via"] == verb.VIA


def test_keys_are_made_once_and_never_anew_silently(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "var")
    paths.make()
    settings = load(PROJECT / "hotline.toml", {})
    prepare_keys(settings, paths)
    first = open_keys(settings, paths).first
    prepare_keys(settings, paths)
    assert open_keys(settings, paths).first == first
    (paths.recordings / "2026").mkdir()
    (paths.recordings / "2026" / "1.1.rec").touch()
    (paths.secrets / "recordings.key").unlink()
    with pytest.raises(CannotStart, match="restore it from a backup"):
        prepare_keys(settings, paths)
    elsewhere = load(PROJECT / "hotline.toml", {"HOTLINE_RECORDINGS_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(CannotStart, match="is missing"):
        prepare_keys(elsewhere, paths)
