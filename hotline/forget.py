"""`hotline forget`: delete what is remembered of a calling number, at its owner's wish."""

import argparse
import asyncio
import sys
from pathlib import Path

from callers import Callers
from callers.exceptions import CallersUnavailable
from hotline import database
from hotline.exceptions import CannotStart, HotlineError
from hotline.paths import Paths
from hotline.secrets import open_secrets
from hotline.settings import Settings

SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "number", help="the calling number as people write it; - reads it from stdin, where nobody else sees it"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Forget; 0 when something was known, 1 when nothing was."""
    number = sys.stdin.readline().strip() if arguments.number == "-" else arguments.number
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    try:
        known = asyncio.run(_forget(settings, digits))
    except CallersUnavailable as error:
        raise HotlineError(f"The database does not answer ({error}): nothing was forgotten.") from None
    print("forgotten" if known else "nothing was known of this number")
    return 0 if known else 1


async def _forget(settings: Settings, number: str) -> bool:
    paths = Paths(Path(settings.hotline.var))
    if not (paths.secrets / "keys.json").is_file():
        raise CannotStart(f"there is no hotline in {settings.hotline.var} yet, so nothing is remembered")
    engine = database.engine(database.url(settings, paths), seconds=SECONDS, connections=1)
    try:
        return await Callers(engine, open_secrets(paths.secrets).callers_key, settings.callers).forget(number)
    finally:
        await engine.dispose()
