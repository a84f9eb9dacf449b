"""Is every part there? Each check is a question with a time-out, its answer a sentence."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from pydantic import BaseModel, Field

Check = Callable[[], Awaitable[str]]
"""Gives an empty string when all is well, else what is wrong."""

Watch = Callable[[], str]
"""Gives an empty string, or what somebody has to do before something stops working."""

CHECK_SECONDS = 3.0
LEAST_FREE = 200 << 20


class Part(BaseModel):
    """One part."""

    ok: bool
    detail: str = Field(description="what is wrong, empty when nothing is")


class Health(BaseModel):
    """All parts; `status` is ok only when each is. `warnings` change no status: what is named works still."""

    status: str = Field(description="ok or failing")
    failing: list[str]
    parts: dict[str, Part]
    warnings: dict[str, str] = Field(description="what somebody has to see to in time, by its name; empty when nothing")


async def health(checks: Mapping[str, Check], watches: Mapping[str, Watch]) -> Health:
    """Ask every part at once."""
    said = await asyncio.gather(*(_asked(check) for check in checks.values()))
    parts = {name: Part(ok=not detail, detail=detail) for name, detail in zip(checks, said, strict=True)}
    failing = [name for name, part in parts.items() if not part.ok]
    warnings = {name: warning for name, watch in watches.items() if (warning := watch())}
    return Health(status="failing" if failing else "ok", failing=failing, parts=parts, warnings=warnings)


async def _asked(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    except Exception as error:  # noqa: BLE001 - whatever breaks a check is what the check found
        return type(error).__name__


def room_on_disk(folder: Path) -> Check:
    """Room for journals and recordings."""

    async def check() -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, folder)).free
        return "" if free >= LEAST_FREE else f"{free >> 20} MiB are free, {LEAST_FREE >> 20} are needed"

    return check
