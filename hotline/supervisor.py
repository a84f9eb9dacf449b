"""Start the processes in order, keep them up, stop them in reverse order, and leave none behind.

Each process leads a process group of its own, so that Ctrl-C reaches only us and we decide the order, and so that whatever
it started ends with it. Should we be killed outright, the kernel stops them (PR_SET_PDEATHSIG).
"""

import asyncio
import asyncio.subprocess
import contextlib
import fcntl
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.exceptions import CannotStart
from hotline.process_log import ProcessLog

BACK_OFF = (0.5, 30.0)  # seconds until the first restart, and at most
STEADY_SECONDS = 60.0  # who was up for so long starts again with the shortest back-off
LOOK_SECONDS = 0.1
ROTATE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Service:
    """One process: how it is started, when it counts as up, how it is stopped. Times in seconds."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None  # all of its environment; None: ours
    cwd: Path | None = None
    before: Callable[[], Awaitable[None]] | None = None  # awaited once, when those before it are up: migrations, say
    ready: Callable[[], Awaitable[bool]] | None = None  # asked again and again; without it a process that runs is up
    ready_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0  # from the signal until it is killed


class _Unit:
    """A service and the process that runs it now."""

    def __init__(self, service: Service, log: ProcessLog) -> None:
        self.service = service
        self.log = log
        self.process: asyncio.subprocess.Process | None = None
        self.since = 0.0  # Unix time of the latest start
        self.restarts = 0
        self.up = False
        self.keeper: asyncio.Task[None] | None = None

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start the process."""
        service = self.service
        self.up = False
        self.since = time.time()
        try:
            with self.log.opened() as out:
                self.process = await asyncio.create_subprocess_exec(
                    "setpriv", f"--pdeathsig={service.stop_signal.name.removeprefix('SIG')}", *service.argv,
                    env=None if service.env is None else {"PATH": "/usr/bin:/bin", **service.env},
                    cwd=service.cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=out, process_group=0,
                )  # fmt: skip
        except OSError as error:
            raise CannotStart(f"{service.name} cannot be started: {error.strerror} ({error.filename}).") from error
        return self.process

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        """Send a signal to the process, or to all that it started too."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                if group:
                    os.killpg(self.process.pid, number)
                elif self.process.returncode is None:
                    self.process.send_signal(number)

    def facts(self) -> dict[str, object]:
        """What the state file says."""
        alive = self.process is not None and self.process.returncode is None
        pid = self.process.pid if alive and self.process else None
        return {
            "name": self.service.name, "pid": pid, "born": _born(pid) if pid else None, "since": round(self.since, 3),
            "up": self.up, "restarts": self.restarts,
        }  # fmt: skip


class Supervisor:
    """Runs services until SIGINT, SIGTERM or `stop()`; a second signal does not wait for anybody.

    `logs` gets <name>.log, `state` is the JSON file that `hotline status` reads, `tell` is told what happens.
    """

    def __init__(self, services: Sequence[Service], *, logs: Path, state: Path, tell: Callable[[str], None]) -> None:
        self._units = [_Unit(service, ProcessLog(logs / f"{service.name}.log")) for service in services]
        self._state = state
        self._tell = tell
        self._since = time.time()
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Stop everything; called again, at once."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    async def run(self, started: Callable[[], Awaitable[None]] | None = None) -> None:
        """Run everything, call `started` when all are up; CannotStart when one does not come up the first time."""
        loop = asyncio.get_running_loop()
        with self._alone():
            _end_leftovers(self._state)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.stop)
            rotation = asyncio.create_task(self._rotate())
            try:
                await self._start(started)
                await self._stopping.wait()
            finally:
                self._stopping.set()
                rotation.cancel()
                await self._stop_all()
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(number)
                self._state.unlink(missing_ok=True)

    async def _start(self, started: Callable[[], Awaitable[None]] | None) -> None:
        for unit in self._units:
            if unit.service.before:
                await self._unless_stopped(unit.service.before)
            if self._stopping.is_set():
                return
            await unit.spawn()
            self._write_state()
            if not await self._comes_up(unit) and not self._stopping.is_set():
                raise CannotStart(f"{unit.service.name} does not come up. {unit.log.path} ends:\n{unit.log.end()}")
            unit.keeper = asyncio.create_task(self._keep(unit))
            self._write_state()
        if started:
            await self._unless_stopped(started)

    async def _unless_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        """Await a step; a stop cancels it."""
        task, stop = asyncio.ensure_future(step()), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
        finally:
            for waiting in (task, stop):
                waiting.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _comes_up(self, unit: _Unit) -> bool:
        """Wait until the service is ready; False when it ends, takes too long, or all is to stop."""
        process, service = unit.process, unit.service
        assert process is not None
        deadline = time.monotonic() + service.ready_seconds
        while process.returncode is None and not self._stopping.is_set() and time.monotonic() < deadline:
            if service.ready is None or await service.ready():
                unit.up = True
                self._write_state()
                return True
            await self._pause(LOOK_SECONDS)
        return False

    async def _keep(self, unit: _Unit) -> None:
        """Restart the service whenever it ends, each time a little later."""
        delay = BACK_OFF[0]
        while True:
            assert unit.process is not None
            code = await unit.process.wait()
            unit.up = False
            unit.signal(signal.SIGKILL, group=True)
            if self._stopping.is_set():
                return
            if time.time() - unit.since > STEADY_SECONDS:
                delay = BACK_OFF[0]
            self._tell(f"{unit.service.name} ended ({_how(code)}); starting it again. Log: {unit.log.path}")
            self._write_state()
            await self._pause(delay * random.uniform(0.8, 1.2))  # noqa: S311 - so that not all come back at one time
            if self._stopping.is_set():
                return
            delay = min(2 * delay, BACK_OFF[1])
            unit.restarts += 1
            try:
                await unit.spawn()
            except CannotStart as error:
                self._tell(str(error))
                continue
            self._write_state()
            if await self._comes_up(unit):
                self._tell(f"{unit.service.name} is up again")
            else:
                unit.signal(signal.SIGKILL, group=True)

    async def _stop_all(self) -> None:
        for unit in reversed(self._units):
            if unit.process is None:
                continue
            unit.signal(unit.service.stop_signal)
            if not await self._ended(unit.process, unit.service.stop_seconds):
                self._tell(f"{unit.service.name} did not stop within {unit.service.stop_seconds:.0f} s and was killed")
            unit.signal(signal.SIGKILL, group=True)
            await unit.process.wait()
            if unit.keeper:
                await unit.keeper
            self._write_state()

    async def _ended(self, process: asyncio.subprocess.Process, seconds: float) -> bool:
        end, hurry = asyncio.create_task(process.wait()), asyncio.create_task(self._hurry.wait())
        done, waiting = await asyncio.wait({end, hurry}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return end in done or hurry in done

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _rotate(self) -> None:
        while True:
            await asyncio.sleep(ROTATE_SECONDS)
            for unit in self._units:
                with contextlib.suppress(OSError):  # a full disk stops logs, not calls
                    unit.log.rotate()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._state.with_suffix(".lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CannotStart(
                    f"The hotline of {self._state.parent.parent} is running already (process {lock.read()})."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _write_state(self) -> None:
        state = {
            "supervisor": {"pid": os.getpid(), "since": round(self._since, 3)},
            "services": [unit.facts() for unit in self._units],
        }
        draft = self._state.with_suffix(".draft")
        try:
            draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
            draft.replace(self._state)
        except OSError as error:  # a full disk must not stop the calls
            self._tell(f"{self._state} cannot be written: {error.strerror}")


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _born(pid: int) -> int | None:
    """Give when the process was started, in clock ticks since the machine's start: with the pid it names one process for ever."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return int(fields[19])  # starttime, the 22nd field of proc(5); the two before ")" are gone


def _end_leftovers(state: Path) -> None:
    """Kill what an earlier supervisor, itself killed outright, may have left: such as a process that hung while stopping."""
    try:
        services = json.loads(state.read_text(encoding="utf-8"))["services"]
    except (FileNotFoundError, ValueError, KeyError):
        return
    for service in services:
        pid = service.get("pid")
        if pid and service.get("born") == _born(pid):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
