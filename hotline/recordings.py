"""`hotline recordings`: list, export and remove expired ones. Each has a row in the audit list."""

import argparse
import asyncio
import datetime as dt
import getpass
import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from hotline import database
from hotline.exceptions import CannotStart, HotlineError
from hotline.paths import Paths
from hotline.recording_room import open_keys, retention
from hotline.settings import Settings
from recordings.api import DOWNLOADED, LISTED
from recordings.container import Sealed
from recordings.exceptions import RecordingsError
from recordings.store import Store, Wanted
from seats.audit import AuditTrail, Deed
from seats.exceptions import SeatsUnavailable

SECONDS = 10.0
VIA = "command"
HEAD = "id\tcall\tpart\tstarted\tseconds\tagent\tqueue"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listing = deeds.add_parser("list", help="recordings, newest first; of one call its parts in order")
    listing.add_argument("--call", default="", help="id of a call, as `/api/v1/calls` has it")
    listing.add_argument("--agent", default="", help="number of the agent")
    listing.add_argument("--day", type=dt.date.fromisoformat, help="2026-11-23")
    listing.add_argument("--limit", type=int, default=50)
    export = deeds.add_parser("export", help="write one in the clear, as Ogg/Opus: caller left, agent right")
    export.add_argument("id", type=int, help="id, as `list` prints it")
    export.add_argument("file", type=Path, help="must not exist yet; only its owner can read it")
    removal = deeds.add_parser("remove-expired", help="remove now what is older than settings allow")
    removal.add_argument("--dry-run", action="store_true", help="only print what would be removed")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it in this installation."""
    print(asyncio.run(_done(arguments, settings)))
    return 0


async def _done(arguments: argparse.Namespace, settings: Settings) -> str:
    paths = Paths(Path(settings.hotline.var))
    if not paths.recordings.is_dir():
        raise CannotStart(f"there is no hotline at {paths.var.resolve()} yet; `hotline up` makes it")
    engine = database.engine(database.url(settings, paths), seconds=SECONDS, connections=1)
    try:
        return await deed(arguments, settings, paths, engine)
    except RecordingsError as error:
        raise HotlineError(str(error)) from None
    except (SeatsUnavailable, DBAPIError, TimeoutError, ConnectionError):
        raise CannotStart("the database does not answer; is the hotline up?") from None
    finally:
        await engine.dispose()


async def deed(arguments: argparse.Namespace, settings: Settings, paths: Paths, engine: AsyncEngine) -> str:
    """Do it and give what is printed."""
    match arguments.deed:
        case "list":
            return await _listed(arguments, settings, engine)
        case "export":
            return await _exported(arguments.id, arguments.file, settings, paths, engine)
    rule, now = retention(settings, paths, engine), dt.datetime.now(dt.UTC)
    if arguments.dry_run:
        found = await rule.expired(now)
    else:
        found = [one async for one in rule.remove_expired(now, who=_user(), via=VIA)]
    lines = [f"{one.name}\t{one.started:%Y-%m-%d}\t{one.agent}" for one in found]
    return "\n".join([*lines, f"{len(found)} {'would be removed' if arguments.dry_run else 'removed'}"])


async def _listed(arguments: argparse.Namespace, settings: Settings, engine: AsyncEngine) -> str:
    since = arguments.day and dt.datetime.combine(arguments.day, dt.time(), settings.hotline.zone)
    until = since and since + dt.timedelta(days=1)
    await AuditTrail(engine).note(Deed(_user(), LISTED, arguments.agent, arguments.call, via=VIA))
    wanted = Wanted(arguments.call, arguments.agent, since, until)
    rows = [
        f"{one.id}\t{one.call}\t{one.place}\t{one.started.astimezone(settings.hotline.zone):%Y-%m-%d %H:%M:%S}\t"
        f"{one.seconds:.1f}\t{one.agent or '-'}\t{one.queue or '-'}"
        for one in await Store(engine).listed(wanted, arguments.limit)
    ]
    return "\n".join([HEAD, *rows])


async def _exported(number: int, file: Path, settings: Settings, paths: Paths, engine: AsyncEngine) -> str:
    found = await Store(engine).of_id(number)
    if found is None:
        raise HotlineError(f"there is no recording {number}; `hotline recordings list` shows them")
    keys = open_keys(settings, paths)
    await AuditTrail(engine).note(Deed(_user(), DOWNLOADED, found.agent, found.name, via=VIA))
    try:
        data = (paths.recordings / found.file).read_bytes()
    except OSError as error:
        raise HotlineError(f"{paths.recordings / found.file}: {error.strerror}") from None
    sealed = Sealed.opened(lambda offset, size: data[offset : offset + size], len(data), keys)
    plain = b"".join(sealed.slice(0, sealed.length))
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(plain)
    except OSError as error:
        raise HotlineError(f"{file}: {error.strerror}") from None
    return f"{file}: {found.seconds:.1f} s, {len(plain)} bytes"


def _user() -> str:
    """Who runs the command, for the audit list."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
