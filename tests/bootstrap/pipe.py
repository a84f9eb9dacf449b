"""A pipe with a name, through which child processes tell the test what they do."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

CHILD = """
import os, signal, sys
report = os.open({path!r}, os.O_WRONLY)
def tell(*words): os.write(report, (" ".join(map(str, words)) + "\\n").encode())
{body}
"""


@dataclass(frozen=True, slots=True)
class Pipe:
    """Children write lines; the test awaits them."""

    path: Path
    reader: asyncio.StreamReader

    def child(self, body: str) -> list[str]:
        """Give the argv of a process that runs `body`, in which tell() reports. It lives as long as body does."""
        return [sys.executable, "-c", CHILD.format(path=str(self.path), body=body)]

    async def line(self) -> list[str]:
        """Give the words of the next line."""
        async with asyncio.timeout(20):
            return (await self.reader.readline()).decode().split()


async def ended(pid: int) -> None:
    """Wait until the process is gone: the kernel tells through its pidfd."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        async with asyncio.timeout(20):
            await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def alive(pid: str) -> bool:
    """Tell whether there is such a process."""
    return Path("/proc", pid).exists()
