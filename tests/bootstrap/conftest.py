import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bootstrap.pipe import Pipe


@pytest.fixture
async def pipe(tmp_path: Path) -> AsyncIterator[Pipe]:
    """What child processes report through."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader),
        os.fdopen(os.open(path, os.O_RDWR | os.O_NONBLOCK), "rb", 0),
    )
    yield Pipe(path, reader)
    transport.close()
