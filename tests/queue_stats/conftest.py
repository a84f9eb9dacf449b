"""The whole process at work."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ami import connection as ami
from tests.queue_stats.office import Office, at_work


@pytest.fixture
async def office(fresh_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(ami, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(ami, "LONGEST_PAUSE", 0.05)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with at_work(fresh_engine, tmp_path, port) as office:
        yield office
