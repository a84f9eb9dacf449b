"""The agents of the demo world; PINs follow from the seed and stand nowhere."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.passwords import Passwords, is_weak
from seats.tables import Agent

NAMES = ("陈静", "刘洋", "周敏", "赵磊", "吴霞", "徐勇", "孙丽", "马超", "朱兰", "胡明")
AGENTS_A_CENTRE = 2


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """An invented agent and the phone meant for them."""

    number: str
    name: str
    centre: str
    role: str
    extension: str


def agents(centres: Sequence[str]) -> list[DemoAgent]:
    """Two agents and an expert for each centre, one supervisor for all."""
    found: list[DemoAgent] = []
    for at, centre in enumerate(centres):
        row = at if at < 8 else at + 2  # 9001 and 8901 are the supervisor's
        for n in range(1, AGENTS_A_CENTRE + 1):
            name = NAMES[len(found) % len(NAMES)]
            found.append(DemoAgent(f"{row + 1}00{n}", name, centre, "agent", f"8{row}0{n}"))
        found.append(DemoAgent(f"{row + 1}101", NAMES[len(found) % len(NAMES)], centre, "expert", f"8{row}51"))
    found.append(DemoAgent("9001", NAMES[len(found) % len(NAMES)], centres[0], "supervisor", "8901"))
    return found


def pin(seed: str, number: str) -> str:
    """Six digits that follow from the seed, none of them weak."""
    for attempt in range(100):
        digest = hmac.new(seed.encode(), f"pin:{number}:{attempt}".encode(), hashlib.sha256).digest()
        digits = f"{int.from_bytes(digest[:8]) % 10**6:06d}"
        if not is_weak(digits):
            return digits
    raise AssertionError("a hundred weak PINs in a row")


async def load(engine: AsyncEngine, seed: str, centres: Sequence[str], pins: Passwords) -> None:
    """Write the agents, unless there are agents."""
    async with engine.begin() as connection:
        if (await connection.execute(select(func.count()).select_from(Agent))).scalar_one():
            return
        rows = [
            {
                "number": one.number,
                "name": one.name,
                "centre": one.centre,
                "role": one.role,
                "pin": pins.make(one.number, pin(seed, one.number)),
            }
            for one in agents(centres)
        ]
        await connection.execute(insert(Agent), rows)
