"""PostgreSQL away: the caller is told soon, and the next question after its return is answered."""

import asyncio
import os
import signal
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fund.exceptions import FundUnavailable
from fund.identity import Login
from fund.passwords import Passwords
from fund.port import Refusal
from fund.service import Fund
from fund.settings import FundSettings
from hotline.database import engine as open_engine
from hotline.postgres import Server, running
from migrations import upgrade
from tests.fund.conftest import KEY, SHANGHAI, depositor

SECONDS = 1.0
"""What the settings allow here."""

SLACK = 5.0
"""For a machine that is busy with other things: without a bound a question would wait for minutes."""

QUESTION = ("changsha", Login.ACCOUNT, "1000100001", "739185", "13812345678")


class Moody:
    """A server that can be stopped, started and made to hang."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self.server: Server = self.start()

    def start(self) -> Server:
        self.server = self._stack.enter_context(running(self._folder))
        return self.server

    def stop(self) -> None:
        self._stack.close()

    def hang(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self.server.data / "postmaster.pid").read_text().split()[0])
        for process in (postmaster, *_children(postmaster)):
            os.kill(process, number)


def _children(parent: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("moody")


@pytest.fixture
def moody(folder: Path) -> Iterator[Moody]:
    made = Moody(folder)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
async def fund(moody: Moody) -> AsyncIterator[Fund]:
    migrating = create_async_engine(moody.server.url())
    await upgrade(migrating)
    async with migrating.begin() as connection:
        await connection.execute(text("DELETE FROM fund.guard"))
    await migrating.dispose()
    engine = open_engine(moody.server.url(), seconds=SECONDS, connections=3)
    passwords = Passwords(KEY)
    yield Fund(engine, passwords, FundSettings(answer_seconds=SECONDS), SHANGHAI)
    await engine.dispose()
    passwords.close()


async def unavailable(fund: Fund) -> float:
    """Ask once and give how long it took to be told that there is no answer, in seconds."""
    began = time.monotonic()
    with pytest.raises(FundUnavailable):
        await fund.verify(*QUESTION)
    return time.monotonic() - began


async def test_stopped_and_started_again(moody: Moody, fund: Fund) -> None:
    assert await fund.verify(*QUESTION) is Refusal.WRONG
    for _ in range(2):
        moody.stop()
        assert await unavailable(fund) < SECONDS + SLACK
        with pytest.raises(FundUnavailable):
            await fund.personal_accounts(depositor(1))
        moody.start()
        assert await fund.personal_accounts(depositor(1)) == []
    assert await fund.verify(*QUESTION) is Refusal.WRONG


async def test_a_restart_between_two_questions_costs_neither(moody: Moody, fund: Fund) -> None:
    """Connections that died while they lay idle are noticed and replaced."""
    assert await asyncio.gather(*(fund.personal_accounts(depositor(n)) for n in range(3))) == [[]] * 3
    moody.stop()
    moody.start()
    assert await fund.personal_accounts(depositor(1)) == []


async def test_a_server_that_hangs(moody: Moody, fund: Fund) -> None:
    await asyncio.gather(*(fund.personal_accounts(depositor(n)) for n in range(3)))
    moody.hang()
    try:
        # More callers than connections: nobody waits for those before.
        waits = await asyncio.gather(*(unavailable(fund) for _ in range(12)))
    finally:
        moody.go_on()
    assert max(waits) < SECONDS + SLACK
    while fund._transactions._underway:
        await asyncio.wait(fund._transactions._underway)
    assert await asyncio.gather(*(fund.personal_accounts(depositor(n)) for n in range(12))) == [[]] * 12
    assert fund._transactions._engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_caller_waits_no_longer_whatever_the_engine_allows(moody: Moody, fund: Fund) -> None:
    """The driver's time-outs add up: a ping, a connection, a statement, a rollback."""
    patient = open_engine(moody.server.url(), seconds=60)
    asking = Fund(patient, fund._passwords, FundSettings(answer_seconds=SECONDS), SHANGHAI)
    assert await asking.personal_accounts(depositor(1)) == []
    moody.hang()
    try:
        assert await unavailable(asking) < SECONDS + SLACK
    finally:
        moody.go_on()
    while asking._transactions._underway:
        await asyncio.wait(asking._transactions._underway)
    await patient.dispose()


async def test_a_lock_that_somebody_holds(moody: Moody, fund: Fund) -> None:
    """Maintenance on one table is no reason to let a caller wait."""
    other = create_async_engine(moody.server.url())
    async with other.begin() as connection:
        await connection.execute(text("LOCK TABLE fund.personal_account"))
        with pytest.raises(FundUnavailable):
            await asyncio.wait_for(fund.personal_accounts(depositor(1)), SECONDS + SLACK)
    await other.dispose()
    assert await fund.personal_accounts(depositor(1)) == []


async def test_cut_off_in_the_middle(moody: Moody, fund: Fund) -> None:
    """As `pg_terminate_backend`, a failover or a crash of one backend does."""
    other = create_async_engine(moody.server.url(user="postgres"))
    # In one transaction PostgreSQL shows the same activity for ever; each look is its own.
    watching = create_async_engine(moody.server.url(user="postgres"), isolation_level="AUTOCOMMIT")
    engine = open_engine(moody.server.url(), seconds=60, connections=1)
    patient = Fund(engine, fund._passwords, FundSettings(answer_seconds=30), SHANGHAI)
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with other.connect() as holder, watching.connect() as administrator:
        await holder.execute(text("LOCK TABLE fund.personal_account"))
        question = asyncio.create_task(patient.personal_accounts(depositor(1)))
        while not (await administrator.execute(cut)).all():
            assert not question.done(), "answered, or given up, before it waited for the lock"
        with pytest.raises(FundUnavailable):
            await question
    await other.dispose()
    await watching.dispose()
    assert await patient.personal_accounts(depositor(1)) == []
    await engine.dispose()


async def test_the_error_tells_nothing_of_the_question(moody: Moody, fund: Fund) -> None:
    moody.stop()
    with pytest.raises(FundUnavailable) as caught:
        await fund.verify(*QUESTION)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in QUESTION[1:]:
        assert secret not in told
    moody.start()
