"""`hotline up`: everything in order, in the foreground, until Ctrl-C."""

import argparse
import asyncio
import datetime as dt
import os
import shutil
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url, text

import hotline.postgres
from asterisk_conf import process as asterisk_process
from asterisk_conf import runtime
from asterisk_conf.exceptions import NotInstalled
from asterisk_conf.render import Places, render
from hotline import database, demo
from hotline.check import check, warnings
from hotline.exceptions import CannotStart
from hotline.machine import Port, check_disk, check_ports
from hotline.paths import PROJECT, Paths, settings_file
from hotline.recording_room import prepare_keys
from hotline.secrets import Secrets, open_secrets
from hotline.settings import Settings
from hotline.supervisor import Service, Supervisor
from hotline.telephony import announce, plan
from ivr.agi import probe
from migrations import upgrade
from seats.service import agent_numbers

Ready = Callable[[], Awaitable[bool]]

PROCESS = (sys.executable, "-m", "hotline.process")

SLOW_SECONDS = 60.0
"""Migrations and the demo world may take longer than a call's question may."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--demo", action="store_true", help="serve an invented world (the profile demo)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run until stopped."""
    os.umask(0o077)
    if arguments.demo and not settings.is_demo:
        os.environ["HOTLINE_PROFILE"] = "demo"
        settings = settings.model_copy(update={"hotline": settings.hotline.model_copy(update={"profile": "demo"})})
    # Every process reads the same file, wherever it stands.
    os.environ["HOTLINE_SETTINGS"] = str(settings_file().resolve())
    os.environ["HOTLINE_VAR"] = str(Path(settings.hotline.var).resolve())
    asyncio.run(_Start(settings).run())
    return 0


class _Start:
    """One start: what is prepared, in which order, and what is told."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._paths = Paths(Path(settings.hotline.var).resolve())
        self._began = time.monotonic()

    async def run(self) -> None:
        """Prepare, start, wait for the end."""
        settings, paths = self._settings, self._paths
        check(settings)
        paths.make()
        secrets = open_secrets(paths.secrets)
        prepare_keys(settings, paths)
        check_disk(paths.var)
        check_ports(self._ports())
        try:
            found = runtime.asterisk()
        except NotInstalled as error:
            raise CannotStart(str(error)) from None
        services = [
            *self._database(),
            self._asterisk(found, secrets),
            *(self._ivr(worker, secrets) for worker in range(settings.fastagi.workers)),
            self._queue_stats(),
            Service("waiting", [*PROCESS, "waiting"], cwd=PROJECT),
            Service("seats", [*PROCESS, "seats"], cwd=PROJECT),
            Service("recordings", [*PROCESS, "recordings"], cwd=PROJECT),
        ]
        supervisor = Supervisor(services, logs=paths.logs, state=paths.run / "services.json", tell=_tell)
        try:
            await supervisor.run(lambda: self._started(secrets))
        finally:
            # Spoken values are removed after each call; a killed conversation may have left one.
            shutil.rmtree(paths.memory, ignore_errors=True)
        _tell("stopped")

    def _ports(self) -> list[Port]:
        settings = self._settings
        return [
            Port("SIP", "HOTLINE_SIP_PORT", "udp", settings.sip.bind, settings.sip.port),
            Port("SIP", "HOTLINE_SIP_PORT", "tcp", settings.sip.bind, settings.sip.port),
            Port("FastAGI", "HOTLINE_FASTAGI_PORT", "tcp", "127.0.0.1", settings.fastagi.port),
            Port("Asterisk's manager", "HOTLINE_AMI_PORT", "tcp", "127.0.0.1", settings.ami.port),
            Port("HTTP", "HOTLINE_HTTP_PORT", "tcp", settings.http.bind, settings.http.port),
        ]

    def _database(self) -> list[Service]:
        if self._settings.database.url:
            return []
        _tell("preparing the database …")
        server = hotline.postgres.prepare(self._paths.postgres)
        return [
            Service(
                "postgres",
                server.argv,
                env=server.environment,
                ready=server.ready,
                stop_signal=hotline.postgres.STOP_SIGNAL,
            )
        ]

    def _asterisk(self, found: runtime.Asterisk, secrets: Secrets) -> Service:
        settings, paths = self._settings, self._paths
        places = Places(paths.asterisk)

        async def configured() -> None:
            agents = await self._agents(secrets)
            render(plan(settings, paths, secrets, found, announce(settings, paths, agents)), paths.asterisk)

        return Service(
            "asterisk",
            asterisk_process.command(found.argv, places),
            before=configured,
            ready=lambda: asterisk_process.ready(found.argv, places),
        )

    def _ivr(self, worker: int, secrets: Secrets) -> Service:
        settings = self._settings
        return Service(
            "ivr" if settings.fastagi.workers == 1 else f"ivr-{worker}",
            [*PROCESS, "ivr", "--worker", str(worker)],
            cwd=PROJECT,
            ready=_conversing(settings.fastagi.port, secrets.fastagi),
            stop_seconds=settings.ivr.drain_seconds + 5,
        )

    def _queue_stats(self) -> Service:
        return Service("queue_stats", [*PROCESS, "queue_stats"], cwd=PROJECT, ready=_healthy(self._settings))

    async def _agents(self, secrets: Secrets) -> list[str]:
        """Bring the database up to date, with the demo world in it; give every agent's number."""
        settings, paths = self._settings, self._paths
        address = database.url(settings, paths)
        engine = database.engine(address, seconds=SLOW_SECONDS)
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                async with engine.connect() as connection:
                    await connection.execute(text("SELECT 1"))
                await upgrade(engine)
                if settings.is_demo and await demo.load(settings, paths, secrets, engine):
                    _tell("the demo world is made")
            return await agent_numbers(engine)
        except (OSError, TimeoutError) as error:
            shown = make_url(address).render_as_string(hide_password=True)
            raise CannotStart(f"The database {shown} does not answer: {error or type(error).__name__}") from None
        finally:
            await engine.dispose()

    async def _started(self, secrets: Secrets) -> None:
        settings = self._settings
        for warning in warnings(settings, dt.datetime.now(settings.hotline.zone).date()):
            _tell(f"warning: {warning}")
        _tell(f"everything is up after {time.monotonic() - self._began:.1f} s")
        print(f"\n12329 is answered at sip:{settings.trunk.number}@{settings.sip.bind}:{settings.sip.port}", flush=True)
        if settings.is_demo:
            print(demo.page(demo.world(settings, self._paths, secrets)), flush=True)
        else:
            print(
                f"Wallboard: http://{settings.http.bind}:{settings.http.port}/ (tokens in {self._paths.secrets}/tokens.json)",
                flush=True,
            )
        print("Ctrl-C stops all of it.\n", flush=True)


def _tell(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


def _conversing(port: int, secret: str) -> Ready:
    async def ready() -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                return not await probe.asked("127.0.0.1", port, secret)
        return False

    return ready


def _healthy(settings: Settings) -> Ready:
    url = f"http://{settings.http.bind}:{settings.http.port}/healthz"

    def asked() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=3) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    async def ready() -> bool:
        return await asyncio.to_thread(asked)

    return ready
