"""How the rendered Asterisk is started, asked and stopped. `program` is the argv of `asterisk_conf.runtime.asterisk()`."""

import asyncio
import asyncio.subprocess
from collections.abc import Sequence

from asterisk_conf.exceptions import AsteriskDown
from asterisk_conf.render import Places

ANSWER_SECONDS = 10.0


def command(program: Sequence[str], places: Places) -> list[str]:
    """Give the argv for the supervisor: in the foreground, no console, ends quickly on SIGTERM."""
    return [*program, "-C", str(places.conf), "-f"]


async def rx(program: Sequence[str], places: Places, line: str) -> str:
    """Give what the console answers to one command; AsteriskDown if it does not answer."""
    process = await asyncio.create_subprocess_exec(
        *program, "-C", str(places.conf), "-rx", line,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AsteriskDown(f"no answer to {line!r} within {ANSWER_SECONDS:.0f} s") from None
    if process.returncode:
        raise AsteriskDown((err or out).decode(errors="replace").strip())
    return out.decode(errors="replace")


async def ready(program: Sequence[str], places: Places) -> bool:
    """Tell whether Asterisk has finished starting. Its socket is there earlier, so the socket alone proves nothing."""
    if not (places.run / "asterisk.ctl").exists():
        return False
    try:
        await rx(program, places, "core waitfullybooted")
    except AsteriskDown:
        return False
    return True


async def channels(program: Sequence[str], places: Places) -> list[str]:
    """Names of the channels that are up; empty when no call is."""
    listing = await rx(program, places, "core show channels concise")
    return [line.partition("!")[0] for line in listing.splitlines() if "!" in line]
