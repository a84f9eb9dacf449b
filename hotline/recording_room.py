"""The recordings with what this installation gives them: the process `recordings`, and their part of the HTTP server."""

import asyncio
import os
import time
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from hotline import database
from hotline.exceptions import CannotStart
from hotline.paths import Paths
from hotline.settings import Settings
from queue_stats.health import Check
from recordings.api import RecordingsApi
from recordings.exceptions import KeyFileError
from recordings.keeping import ENDING, Keeping
from recordings.keys import KeyRing, make_keys, read_keys
from recordings.plain import finished
from recordings.retention import Retention
from recordings.store import Store
from seats.audit import AuditTrail
from web import Route

ANSWER_SECONDS = 10.0
LATE_SECONDS = 600.0
"""A talk that is over and not sealed by then is told by /healthz."""


def key_file(settings: Settings, paths: Paths) -> Path:
    """The operator's key file, or our own."""
    return Path(settings.recordings.key_file) if settings.recordings.key_file else paths.secrets / "recordings.key"


def open_keys(settings: Settings, paths: Paths) -> KeyRing:
    """Read the keys; CannotStart tells what is wrong with the file."""
    try:
        return read_keys(key_file(settings, paths))
    except KeyFileError as error:
        raise CannotStart(f"recordings: {error}") from None


def prepare_keys(settings: Settings, paths: Paths) -> None:
    """Make our own key file at the first start; CannotStart when keys cannot be used, or are lost and were in use."""
    file = key_file(settings, paths)
    if not settings.recordings.key_file and not file.exists():
        if any(paths.recordings.rglob(f"*{ENDING}")):
            raise CannotStart(
                f"recordings: {file} is missing, and there are recordings sealed with it; restore it from a backup, "
                "it is never made anew silently"
            )
        make_keys(file)
    open_keys(settings, paths)


async def keep_recordings(settings: Settings, paths: Paths) -> None:
    """Run until cancelled."""
    keys = open_keys(settings, paths)
    os.nice(10)  # talks go first
    engine = database.engine(database.url(settings, paths), seconds=ANSWER_SECONDS, connections=2)
    store = Store(engine)
    keeping = Keeping(paths.plain_recordings, paths.recordings, keys, store)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(keeping.run())
            group.create_task(retention(settings, paths, engine).run(settings.hotline.zone))
    finally:
        await engine.dispose()


def retention(settings: Settings, paths: Paths, engine: AsyncEngine) -> Retention:
    """What removes expired recordings."""
    return Retention(paths.recordings, Store(engine), AuditTrail(engine), settings.recordings)


def recordings_routes(settings: Settings, paths: Paths, engine: AsyncEngine) -> tuple[Route, ...]:
    """The routes."""
    api = RecordingsApi(
        Store(engine), paths.recordings, open_keys(settings, paths), AuditTrail(engine), settings.hotline.zone
    )
    return tuple(api.routes())


def recordings_check(paths: Paths) -> Check:
    """Tell /healthz when talks that are over wait to be sealed."""

    def late() -> int:
        now = time.time()
        return sum(now - part.raw.stat().st_mtime > LATE_SECONDS for part in finished(paths.plain_recordings))

    async def check() -> str:
        count = await asyncio.to_thread(late)
        return f"{count} recordings wait to be sealed; {paths.logs / 'recordings.log'} says why" if count else ""

    return check
