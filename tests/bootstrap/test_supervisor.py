"""The supervisor, with real child processes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hotline import supervisor
from hotline.exceptions import CannotStart
from hotline.supervisor import Service, Supervisor
from tests.bootstrap.pipe import Pipe, alive, ended

STAYS = "tell('up', os.getpid()); signal.pause()"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); tell('up', os.getpid()); signal.pause()"
POLITE = "signal.signal(signal.SIGTERM, lambda *_: (tell('{0}', 'stopped'), sys.exit())); tell('{0}', 'up'); signal.pause()"


def supervise(folder: Path, *services: Service, tell: Callable[[str], None] = lambda _: None) -> Supervisor:
    return Supervisor(services, logs=folder / "log", state=folder / "run/services.json", tell=tell)


async def over(task: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(20):
        await task


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF", (0.01, 0.05))


async def test_starts_in_order_when_the_earlier_is_ready_and_stops_in_reverse(tmp_path: Path, pipe: Pipe) -> None:
    ready = asyncio.Event()
    asked = 0

    async def is_ready() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    async def before() -> None:
        assert asked == 3

    running = supervise(
        tmp_path,
        Service("first", pipe.child(POLITE.format("first")), ready=is_ready),
        Service("second", pipe.child(POLITE.format("second")), before=before),
    )

    async def started() -> None:
        ready.set()

    task = asyncio.create_task(running.run(started))
    assert await pipe.line() == ["first", "up"]
    assert await pipe.line() == ["second", "up"]
    await ready.wait()
    state = json.loads((tmp_path / "run/services.json").read_text())
    assert [(entry["name"], entry["up"], entry["restarts"]) for entry in state["services"]] == [("first", True, 0), ("second", True, 0)]
    running.stop()
    await over(task)
    assert await pipe.line() == ["second", "stopped"]
    assert await pipe.line() == ["first", "stopped"]
    assert not (tmp_path / "run/services.json").exists()


async def test_a_killed_process_is_started_again_and_counted(tmp_path: Path, pipe: Pipe) -> None:
    said: list[str] = []
    running = supervise(tmp_path, Service("ivr", pipe.child(STAYS)), tell=said.append)
    task = asyncio.create_task(running.run())
    pids = set()
    for _ in range(3):
        _, pid = await pipe.line()
        pids.add(pid)
        os.kill(int(pid), signal.SIGKILL)
    _, last = await pipe.line()
    state = json.loads((tmp_path / "run/services.json").read_text())
    assert len(pids | {last}) == 4
    assert state["services"][0]["restarts"] == 3
    assert any("ivr ended (killed by SIGKILL)" in line for line in said)
    running.stop()
    await over(task)
    await ended(int(last))


async def test_who_does_not_stop_in_time_is_killed(tmp_path: Path, pipe: Pipe) -> None:
    said: list[str] = []
    running = supervise(tmp_path, Service("deaf", pipe.child(DEAF), stop_seconds=0.1), tell=said.append)
    task = asyncio.create_task(running.run())
    _, pid = await pipe.line()
    running.stop()
    await over(task)
    assert not alive(pid)
    assert any("was killed" in line for line in said)


async def test_a_second_stop_does_not_wait(tmp_path: Path, pipe: Pipe) -> None:
    running = supervise(tmp_path, Service("deaf", pipe.child(DEAF), stop_seconds=3600))
    task = asyncio.create_task(running.run())
    _, pid = await pipe.line()
    running.stop()
    running.stop()
    await over(task)
    assert not alive(pid)


async def test_what_a_process_started_ends_with_it(tmp_path: Path, pipe: Pipe) -> None:
    body = "\nif os.fork() == 0:\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STAYS
    running = supervise(tmp_path, Service("parent", pipe.child(body)))
    task = asyncio.create_task(running.run())
    pids = [int((await pipe.line())[1]) for _ in range(2)]
    running.stop()
    await over(task)
    for pid in pids:
        await ended(pid)


async def test_a_process_that_does_not_come_up_stops_the_start_and_is_told_with_its_last_words(tmp_path: Path, pipe: Pipe) -> None:
    pids = []

    async def up() -> bool:
        pids.append(int((await pipe.line())[1]))
        return True

    async def never() -> bool:
        return False

    first = Service("first", pipe.child(STAYS), ready=up)
    broken = Service("broken", [sys.executable, "-c", "import sys; sys.exit('the disk is on fire')"], ready=never)
    task = asyncio.create_task(supervise(tmp_path, first, broken).run())
    with pytest.raises(CannotStart, match=r"broken does not come up.*(?s:.*)the disk is on fire"):
        await over(task)
    await ended(pids[0])


async def test_one_that_never_gets_ready_is_not_waited_for_for_ever(tmp_path: Path, pipe: Pipe) -> None:
    pids: list[int] = []

    async def never() -> bool:
        if not pids:
            pids.append(int((await pipe.line())[1]))
        return False

    task = asyncio.create_task(supervise(tmp_path, Service("slow", pipe.child(STAYS), ready=never, ready_seconds=0.2)).run())
    with pytest.raises(CannotStart, match="slow does not come up"):
        await over(task)
    await ended(pids[0])


async def test_a_stop_during_the_start_is_obeyed(tmp_path: Path, pipe: Pipe) -> None:
    async def never() -> bool:
        return False

    running = supervise(tmp_path, Service("slow", pipe.child(STAYS), ready=never), Service("later", pipe.child("tell('later')")))
    task = asyncio.create_task(running.run())
    _, pid = await pipe.line()
    running.stop()
    await over(task)
    await ended(int(pid))


async def test_a_stop_cancels_what_is_done_before_a_start(tmp_path: Path, pipe: Pipe) -> None:
    begun = asyncio.Event()

    async def before() -> None:
        begun.set()
        await asyncio.Event().wait()

    running = supervise(tmp_path, Service("later", pipe.child("tell('later')"), before=before))
    task = asyncio.create_task(running.run())
    await begun.wait()
    running.stop()
    await over(task)


async def test_an_error_before_a_start_ends_the_run(tmp_path: Path, pipe: Pipe) -> None:
    pids: list[int] = []

    async def before() -> None:
        pids.append(int((await pipe.line())[1]))
        raise CannotStart("the database is from next year")

    running = supervise(tmp_path, Service("first", pipe.child(STAYS)), Service("second", pipe.child(STAYS), before=before))
    with pytest.raises(CannotStart, match="next year"):
        await over(asyncio.create_task(running.run()))
    await ended(pids[0])


async def test_a_second_hotline_of_the_same_folder_is_refused(tmp_path: Path, pipe: Pipe) -> None:
    running = supervise(tmp_path, Service("one", pipe.child(STAYS)))
    task = asyncio.create_task(running.run())
    await pipe.line()
    with pytest.raises(CannotStart, match=f"running already \\(process {os.getpid()}\\)"):
        await supervise(tmp_path, Service("two", pipe.child(STAYS))).run()
    running.stop()
    await over(task)


OUTER = """
import asyncio, pathlib, sys
from hotline.supervisor import Service, Supervisor
folder = pathlib.Path(sys.argv[1])
services = [Service("a", sys.argv[2:5]), Service("b", sys.argv[5:8])]
asyncio.run(Supervisor(services, logs=folder / "log", state=folder / "run/services.json", tell=print).run())
"""


def outer(folder: Path, *children: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", OUTER, str(folder), *(word for child in children for word in child)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_no_signal_to_the_supervisor_leaves_an_orphan(tmp_path: Path, pipe: Pipe, number: signal.Signals) -> None:
    process = outer(tmp_path, pipe.child(STAYS), pipe.child(STAYS))
    pids = [int((await pipe.line())[1]) for _ in range(2)]
    process.send_signal(number)
    for pid in pids:
        await ended(pid)
    await ended(process.pid)
    assert process.wait() == (-number if number == signal.SIGKILL else 0)


async def test_what_a_killed_supervisor_left_hanging_is_ended_by_the_next(tmp_path: Path, pipe: Pipe) -> None:
    process = outer(tmp_path, pipe.child(DEAF), pipe.child(DEAF))
    pids = [int((await pipe.line())[1]) for _ in range(2)]
    process.kill()
    process.wait()
    running = supervise(tmp_path, Service("next", pipe.child(STAYS)))
    task = asyncio.create_task(running.run())
    await pipe.line()
    for pid in pids:
        await ended(pid)
    running.stop()
    await over(task)
