"""`hotline agents`: who works here. A PIN is made by us, shown once, and kept nowhere in readable form."""

import argparse
import asyncio
import re
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.passwords import Passwords
from hotline import database
from hotline.exceptions import CannotStart, HotlineError
from hotline.paths import Paths
from hotline.secrets import open_secrets
from hotline.settings import Settings
from seats.exceptions import SeatsUnavailable
from seats.roster import ROLES, NotOnTheRoster, Roster

NUMBER = re.compile(r"[0-9]{3,8}")
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    add = deeds.add_parser("add", help="add an agent; prints the PIN, once")
    add.add_argument("number", help="3 to 8 digits, spoken to callers")
    add.add_argument("name")
    add.add_argument("--centre", required=True, help="code of the centre whose calls ring")
    add.add_argument("--role", choices=ROLES, default="agent")
    for deed, summary in (
        ("pin", "make a new PIN and print it, once"),
        ("remove", "remove an agent, signing them out"),
    ):
        deeds.add_parser(deed, help=summary).add_argument("number")
    deeds.add_parser("list", help="everybody, and where they are signed in")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it in the database of this installation; the running hotline takes it up by itself."""
    print(asyncio.run(_done(arguments, settings)))
    return 0


async def _done(arguments: argparse.Namespace, settings: Settings) -> str:
    paths = Paths(Path(settings.hotline.var))
    if not (paths.secrets / "keys.json").is_file():
        raise CannotStart(f"there is no hotline at {paths.var.resolve()} yet; `hotline up` makes it")
    engine = database.engine(database.url(settings, paths), seconds=SECONDS, connections=1)
    pins = Passwords(open_secrets(paths.secrets).seats_key)
    try:
        return await deed(arguments, settings, engine, pins)
    except NotOnTheRoster as error:
        raise HotlineError(str(error)) from None
    except (SeatsUnavailable, OSError, DBAPIError, TimeoutError):
        raise CannotStart("the database does not answer; is the hotline up?") from None
    finally:
        await engine.dispose()


async def deed(arguments: argparse.Namespace, settings: Settings, engine: AsyncEngine, pins: Passwords) -> str:
    """Do it and give what is printed."""
    roster = Roster(engine, pins)
    match arguments.deed:
        case "add":
            _checked(arguments.number, arguments.name, arguments.centre, settings)
            pin = await roster.add(arguments.number, arguments.name, arguments.centre, arguments.role)
            return f"agent {arguments.number}, PIN {pin} (shown this once)"
        case "pin":
            return f"agent {arguments.number}, PIN {await roster.new_pin(arguments.number)} (shown this once)"
        case "remove":
            await roster.remove(arguments.number)
            return f"agent {arguments.number} is removed"
    rows = [
        f"{one.number}\t{one.name}\t{one.centre}\t{one.role}\t{one.extension or '-'}"
        for one in await roster.everybody()
    ]
    return "\n".join(["number\tname\tcentre\trole\tsigned in at", *rows])


def _checked(number: str, name: str, centre: str, settings: Settings) -> None:
    if not NUMBER.fullmatch(number):
        raise HotlineError(f"number: expected 3 to 8 digits, found {number!r}")
    if not NAME.fullmatch(name):
        raise HotlineError("name: expected 1 to 40 characters on one line")
    known = [one.code for one in settings.centres]
    if centre not in known:
        raise HotlineError(f"centre: there is no centre {centre!r}; known: {', '.join(known)}")
