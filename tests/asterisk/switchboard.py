"""A real Asterisk with our configuration, its own ports and folders."""

import asyncio
import asyncio.subprocess
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf import PROMPTS, Entrance, Phone, Places, Plan, Queue, announcements, process, render
from asterisk_conf.runtime import Asterisk
from tests.asterisk.manager import Manager
from tests.asterisk.telephone import free_port
from tests.asterisk.tones import tone

PROJECT = Path(__file__).resolve().parents[2]
PHONE_SECRETS = {"ag8001": "first-phone-secret", "ag8002": "second-phone-secret"}


@dataclass(frozen=True, slots=True)
class Switchboard:
    """The running Asterisk, and what it was rendered from."""

    program: tuple[str, ...]
    plan: Plan
    places: Places

    async def rx(self, line: str) -> str:
        return await process.rx(self.program, self.places, line)

    async def idle(self) -> None:
        """Wait until no channel is up: what is stuck never gets there."""
        async with asyncio.timeout(10):
            while await process.channels(self.program, self.places):
                pass  # the question itself takes its time

    def manager(self, user: str = "hl_events") -> Manager:
        secret = self.plan.ami_events_secret if user == "hl_events" else self.plan.ami_control_secret
        return Manager(self.plan.ami_port, user, secret)


def plan(folder: Path, asterisk: Asterisk, music: Path, rtp_start: int) -> Plan:
    """A small hotline: two centres, two phones, tones for prompts."""
    prompts = folder / "prompts"
    prompts.mkdir(parents=True)
    for prompt in PROMPTS:
        (prompts / f"{prompt}.alaw").write_bytes(tone(prompt, 0.25 if prompt == "beep" else 0.8))
    made = Plan(
        modules=asterisk.modules,
        data=asterisk.data,
        sip_bind="127.0.0.1",
        sip_port=free_port(),
        rtp_start=rtp_start,
        rtp_end=rtp_start + 198,
        ami_port=free_port(),
        fastagi_port=free_port(),
        ami_events_secret="events-secret-of-the-test",
        ami_control_secret="control-secret-of-the-test",
        fastagi_secret="fastagi-secret-of-the-test",
        trunk_hosts=("127.0.0.1",),
        entrances=(Entrance("12329", "changsha"), Entrance("073012329", "yueyang")),
        queues=(
            Queue("changsha", ring_seconds=5, retry_seconds=1, wrap_up_seconds=0, max_waiting=1, max_wait_seconds=30),
            Queue("yueyang", ring_seconds=5, retry_seconds=1, wrap_up_seconds=0, max_wait_seconds=2),
        ),
        phones=tuple(Phone(user.removeprefix("ag"), user, secret) for user, secret in PHONE_SECRETS.items()),
        prompts={prompt: prompts / prompt for prompt in PROMPTS},
        announcements=folder / "announcements",
        recordings=folder / "recordings",
        messages=folder / "messages",
        facts=folder / "facts",
        music=music,
        whispers=folder / "whispers",
        waiting=folder / "waiting",
        python=PROJECT / ".venv/bin/python",
        emergency_script=PROJECT / "agi_scripts/emergency.py",
        announcement_seconds=1.5,
    )
    announcements.write(made.announcements, "1001", announcements.announcement([tone("announcement", 1.4)], 1.5))
    return made


@asynccontextmanager
async def running(plan: Plan, folder: Path, program: tuple[str, ...]) -> AsyncIterator[Switchboard]:
    """Start Asterisk, wait until it is up, stop it as the supervisor does."""
    board = Switchboard(program, plan, render(plan, folder))
    with (folder / "console.log").open("wb") as console:
        child = await asyncio.create_subprocess_exec(
            *process.command(program, board.places), stdin=asyncio.subprocess.DEVNULL, stdout=console, stderr=console, cwd=folder,
            env=os.environ | {"TERM": "dumb"},
        )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            while not await process.ready(program, board.places):
                assert child.returncode is None, (folder / "console.log").read_text()
                await asyncio.sleep(0.05)  # the socket is not there yet: nothing to wait on
        yield board
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            await child.wait()
