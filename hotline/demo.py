"""`hotline demo`: the invented world, so that anyone can try the hotline. And loading it, for `hotline up --demo`."""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

import fund.demo
import seats.demo
from asterisk_conf.plan import ASK_CODE, EXPERT_CODE, FEATURES, TALK_CODES
from fund.exceptions import NotDemo
from fund.passwords import Passwords
from hotline.exceptions import CannotStart
from hotline.paths import Paths
from hotline.secrets import Secrets, open_secrets
from hotline.settings import Settings
from seats.phones import open_phones


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--json", action="store_true", help="print one JSON object (the default is a page to read)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the world. Passwords and PINs follow from a secret of this installation, so only its owner can."""
    paths = Paths(Path(settings.hotline.var))
    if not (paths.secrets / "demo.json").is_file():
        raise CannotStart("there is no demo world here yet; `make run` or `hotline up --demo` makes it")
    found = world(settings, paths, open_secrets(paths.secrets))
    print(json.dumps(found, ensure_ascii=False, indent=1) if arguments.json else page(found))
    return 0


def _invented(settings: Settings, paths: Paths, secrets: Secrets) -> fund.demo.World:
    """The world is dated when it is first made: `paid_until` must not move with the calendar."""
    file = paths.secrets / "demo-day"
    if not file.exists():
        file.write_text(dt.datetime.now(settings.hotline.zone).date().isoformat(), encoding="ascii")
    day = dt.date.fromisoformat(file.read_text(encoding="ascii"))
    return fund.demo.invent(secrets.demo_seed, settings.demo_centres, Passwords(secrets.fund_key), day)


def world(settings: Settings, paths: Paths, secrets: Secrets) -> dict[str, Any]:
    """Everything `hotline demo --json` tells; the fields are those that the test calls rely on."""
    invented = _invented(settings, paths, secrets)
    agents = seats.demo.agents(settings.demo_centres)
    phones = {phone.extension: phone for phone in open_phones(paths.secrets, [one.extension for one in agents])}
    numbers = {centre.code: (*centre.numbers, settings.trunk.number)[0] for centre in settings.centres}
    return {
        "number": settings.trunk.number,
        "sip": f"{settings.sip.bind}:{settings.sip.port}",
        "http": f"http://{settings.http.bind}:{settings.http.port}",
        "tokens": dict(secrets.tokens),
        "centres": [{"code": one.code, "name": one.name, "dial": numbers[one.code]} for one in settings.centres],
        "depositors": list(invented.depositors),
        "special": list(invented.special),
        "units": list(invented.units),
        "agents": [
            {
                "number": one.number,
                "name": one.name,
                "pin": seats.demo.pin(secrets.demo_seed, one.number),
                "extension": one.extension,
                "sip_user": phones[one.extension].sip_user,
                "secret": phones[one.extension].secret,
                "centre": one.centre,
                "role": one.role,
            }
            for one in agents
        ],
        "keys": {name: code for code, name in FEATURES.items()}
        | {"expert": EXPERT_CODE, "ask_expert": ASK_CODE}
        | {name: code for code, name in TALK_CODES.items()},
    }


async def load(settings: Settings, paths: Paths, secrets: Secrets, engine: AsyncEngine) -> bool:
    """Write the world into an empty database; CannotStart beside real data. Give whether anything was written."""
    passwords = Passwords(secrets.fund_key)
    invented = _invented(settings, paths, secrets)
    fingerprint = passwords.lookup_key("demo", secrets.demo_seed + ",".join(settings.demo_centres))
    try:
        written = await fund.demo.load(engine, invented, passwords, fingerprint)
    except NotDemo as error:
        raise CannotStart(str(error)) from None
    await seats.demo.load(engine, secrets.demo_seed, settings.demo_centres, Passwords(secrets.seats_key))
    return written


def page(found: dict[str, Any]) -> str:
    """The world as a page to read."""
    depositors = [
        f"  {one['centre']}: account {one['account']}, ID {one['id_number']}, password {one['password']}, balance {one['balance']}"
        for one in found["depositors"][:: fund.demo.WITH_PASSWORD]
    ]
    agents = [
        f"  {one['number']} ({one['role']}, {one['centre']}): user {one['sip_user']}, secret {one['secret']}, PIN {one['pin']}"
        for one in found["agents"]
    ]
    return "\n".join(
        [
            f"Dial sip:{found['number']}@{found['sip']} (no registration needed from this machine).",
            "",
            "Depositors:",
            *depositors,
            "",
            f"Agents (register with user and secret, then dial {found['keys']['sign_in']}, number#, PIN#):",
            *agents,
            "",
            f"Wallboard: {found['http']}/#token={found['tokens']['ops']}",
            "All of it as JSON: hotline demo --json",
        ]
    )
