"""`hotline unlock`: give an account that is locked after wrong passwords its tries back, with a line in the audit."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from fund.exceptions import FundUnavailable
from fund.identity import Login, logins
from fund.locks import Locked, Locks, Unlocking
from fund.passwords import Passwords
from hotline import database
from hotline.exceptions import CannotStart, HotlineError
from hotline.paths import Paths
from hotline.secrets import open_secrets
from hotline.settings import Settings

SECONDS = 10.0
UNLOCKED = {Unlocking.WAS_LOCKED, Unlocking.WAS_LOCKED_TODAY}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "number", nargs="?", help="account, ID or card number; - reads it from stdin, where nobody else sees it"
    )
    parser.add_argument("--centre", help="code of the account's centre, such as changsha")
    parser.add_argument("--unit", action="store_true", help="the number is a unit's account")
    parser.add_argument("--reason", default="", help="why, as it will stand in the audit")
    parser.add_argument("--list", action="store_true", help="print the accounts that are locked now, masked")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Unlock or list; 0 when that was done, 1 when there is no such account or it was not locked."""
    if arguments.list:
        print("\n".join(map(_line, asyncio.run(_listed(settings)))) or "no account is locked")
        return 0
    centres = {centre.code: centre for centre in settings.centres}
    if arguments.number is None or arguments.centre not in centres or not arguments.reason.strip():
        raise HotlineError(
            "expected a number, --centre (one of "
            f"{', '.join(centres)}) and --reason (why, in a few words: it stands in the audit); or --list"
        )
    typed = sys.stdin.readline() if arguments.number == "-" else arguments.number
    number = "".join(typed.split()).upper()
    kinds = (Login.UNIT,) if arguments.unit else logins(number, legacy_ids=centres[arguments.centre].legacy_ids)
    if not kinds:
        raise HotlineError("that is no account, ID or card number: a digit is missing or wrong")
    outcome = asyncio.run(_unlocked(settings, arguments.centre, kinds, number, arguments.reason.strip()))
    done = "; it has its tries again" if outcome in UNLOCKED else ""
    print(f"{arguments.centre} ****{number[-4:]}: {outcome}{done}")
    return 0 if outcome in UNLOCKED else 1


async def _listed(settings: Settings) -> list[Locked]:
    async with _Opened(settings) as locks:
        return await locks.locked()


async def _unlocked(settings: Settings, centre: str, kinds: Sequence[Login], number: str, reason: str) -> Unlocking:
    outcome = Unlocking.NO_SUCH_ACCOUNT
    async with _Opened(settings) as locks:
        for kind in kinds:
            outcome = await locks.unlock(centre, kind, number, getpass.getuser(), reason)
            if outcome is not Unlocking.NO_SUCH_ACCOUNT:
                break
    return outcome


class _Opened:
    """The locks of the installation, with its database open; HotlineError when that does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._paths = settings, Paths(Path(settings.hotline.var))

    async def __aenter__(self) -> Locks:
        if not (self._paths.secrets / "keys.json").is_file():
            raise CannotStart(f"there is no hotline in {self._settings.hotline.var} yet, so nothing is locked")
        address = database.url(self._settings, self._paths)
        self._engine = database.engine(address, seconds=SECONDS, connections=1)
        passwords = Passwords(open_secrets(self._paths.secrets).fund_key, threads=1)
        return Locks(self._engine, passwords, self._settings.fund, self._settings.hotline.zone)

    async def __aexit__(self, _kind: object, error: object, _where: object) -> None:
        await self._engine.dispose()
        if isinstance(error, FundUnavailable):
            raise HotlineError(f"The database does not answer ({error}): nothing was changed.") from None


def _line(lock: Locked) -> str:
    numbers = ", ".join(f"****{tail}" for tail in lock.tails)
    until = "until unlocked" if lock.until_unlocked else "until tomorrow"
    return f"{lock.centre}  {lock.holder}  {numbers}  since {lock.since}  {until}"
