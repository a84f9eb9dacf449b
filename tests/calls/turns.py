"""Many calls at once, each its own test: a table of turns, made together, whose outcomes are asked one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from robot.lexicon import Lexicon
from tests.calls.talk import Talk, calling
from tests.fixtures.instance import Instance

AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """What a caller does, and the number that is dialled for it."""

    does: Callable[[Talk], Awaitable[None]]
    number: str = "12329"


def made(hotline: Instance, lexicon: Lexicon, turns: Mapping[str, Turn]) -> Mapping[str, BaseException | None]:
    """Make all these calls, some at a time; give what went wrong in each."""

    async def all_of_them() -> dict[str, BaseException | None]:
        places = asyncio.Semaphore(AT_ONCE)

        async def make(turn: Turn) -> None:
            async with places, calling(hotline, lexicon, number=turn.number) as talk:
                await turn.does(talk)

        done = await asyncio.gather(*map(make, turns.values()), return_exceptions=True)
        return dict(zip(turns, done, strict=True))

    return asyncio.run(all_of_them())
