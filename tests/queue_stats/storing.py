"""A process that stores journals until it is killed: `python -m tests.queue_stats.storing URL FOLDER BATCH`."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from queue_stats.store import Store


async def _main(url: str, folder: str, batch: str) -> None:
    await Store(create_async_engine(url), Path(folder), int(batch)).run(0.01)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
