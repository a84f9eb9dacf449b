"""Every centre's accounts, composed of the settings: our own tables, and core systems with their tokens."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from fund.core.client import CoreFund
from fund.core.settings import CoreSettings
from fund.funds import Funds
from fund.passwords import Passwords
from fund.service import Fund
from hotline.exceptions import CannotStart, Problem
from hotline.settings import Settings

OTHERS = 0o077


def open_funds(settings: Settings, engine: AsyncEngine, key: str) -> Funds:
    """Give the accounts; CannotStart when a core system's token cannot be read."""
    passwords = Passwords(key)
    own = Fund(engine, passwords, settings.fund, settings.hotline.zone)
    cores = {
        centre: CoreFund(centre, core, own.gate, passwords, _token(core))
        for centre, core in settings.fund.cores.items()
    }
    return Funds(own, cores)


def problems(settings: Settings) -> list[Problem]:
    """What is wrong with the core systems' tokens."""
    found = []
    for centre, core in settings.fund.cores.items():
        try:
            _token(core)
        except CannotStart as error:
            found.append(Problem(str(core.token_file), f"fund.cores.{centre}.token_file", str(error)))
    return found


def _token(core: CoreSettings) -> str:
    if core.token_file is None:
        return ""
    file = Path(core.token_file)
    try:
        readable, token = file.stat().st_mode & OTHERS, file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"{file} cannot be read: {type(error).__name__}") from None
    if readable:
        raise CannotStart(f"{file} can be read by others; chmod 600 {file}")
    if not token or not token.isprintable() or " " in token:
        raise CannotStart(f"{file} holds no token: expected one line of it")
    return token
