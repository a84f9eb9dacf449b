"""Every test has its own Asterisk: it is up in under a second, and no test inherits another's calls."""

import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from asterisk_conf import Plan, runtime
from asterisk_conf.runtime import Asterisk
from tests.asterisk import switchboard
from tests.asterisk.conversations import Conversations
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
RTP_STARTS = itertools.cycle(range(21100 + 1000 * (WORKER % 8), 21900 + 1000 * (WORKER % 8), 200))
"""Each process of a parallel run has ports of its own."""


@pytest.fixture(scope="session")
def asterisk() -> Asterisk:
    """The Asterisk of this machine."""
    return runtime.asterisk()


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The waiting music, made once."""
    return tmp_path_factory.mktemp("music")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path: the console's socket has 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


@pytest.fixture
def plan(folder: Path, asterisk: Asterisk, music: Path) -> Plan:
    return switchboard.plan(folder / "var", asterisk, music, next(RTP_STARTS))


@pytest.fixture
async def board(plan: Plan, folder: Path, asterisk: Asterisk) -> AsyncIterator[Switchboard]:
    async with switchboard.running(plan, folder / "asterisk", asterisk.argv) as running:
        yield running


@pytest.fixture
async def conversations(plan: Plan) -> AsyncIterator[Conversations]:
    """The FastAGI server; without this fixture nobody answers there."""
    async with Conversations(plan.fastagi_port, {}) as server:
        yield server


@pytest.fixture
async def caller(board: Switchboard) -> AsyncIterator[Telephone]:
    """Somebody on the trunk."""
    async with Telephone(board.plan.sip_port, voice="caller") as telephone:
        yield telephone


@pytest.fixture
async def agent(board: Switchboard) -> AsyncIterator[Telephone]:
    """The registered phone 8001, in no queue yet."""
    async with Telephone(board.plan.sip_port, user="ag8001", voice="agent") as telephone:
        assert await telephone.register(switchboard.PHONE_SECRETS["ag8001"]) == 200
        yield telephone
