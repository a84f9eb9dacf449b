"""Which centre the caller belongs to: said when it is not certain, asked when nothing tells, changed by * at the main menu."""

from collections.abc import Mapping

from agi_scripts import agent
from agi_scripts.caller import Caller, Up, World, choose, entered
from centres import Centre, Choice, names
from ivr import variables
from ivr.exceptions import TooManyTries

AGAIN = "9"
AT_ONCE = 5
"""Centres read in one breath, some seven seconds; between them nobody waits."""


def presumed(world: World, choice: Choice) -> Centre:
    """The centre until the caller says another: the default where it is one of the possible, else the first of these."""
    return next((centre for centre in choice.among if centre.code == world.default_centre), choice.among[0])


async def settle(caller: Caller, choice: Choice, remembered: str) -> None:
    """Decide at the beginning of a call: number, area code, memory, default, and else the caller.

    Only what a number or an area code says is certain; everything else is said, with the key that changes it.
    """
    if choice.certain:
        await _take(caller, choice.certain, choice.decided_by)
        return
    known = next((centre for centre in choice.among if centre.code == remembered), None)
    if known:
        await _take(caller, known, "remembered")
    elif caller.world.default_centre and len(choice.among) == len(caller.world.centres):
        await _take(caller, caller.centre, "default")
    else:
        try:
            await _choose(caller, "asked")
        except Up:  # there is nothing above
            await _take(caller, caller.centre, "default")
    await _confirm(caller)


async def change(caller: Caller) -> None:
    """Choose another centre; nothing happens where the centre is certain. Up when the caller wants to stay."""
    if len(caller.among) > 1:
        await _choose(caller, "changed")
        await _confirm(caller)


async def _choose(caller: Caller, by: str) -> None:
    """Ask, take and remember; Up and WantsAgent by the caller's wish."""
    keys = names.keys(caller.among)
    try:
        centre = await (_by_one_key(caller, keys) if len(keys) <= names.ONE_KEY else _by_two_digits(caller, keys))
    except TooManyTries:
        await agent.offer(caller)
    await _take(caller, centre, by)
    await caller.call.meanwhile(caller.world.callers.chose(caller.call.caller, centre.code))


async def _by_one_key(caller: Caller, keys: Mapping[str, Centre]) -> Centre:
    choices = [names.choice(centre, key) for key, centre in keys.items()]
    return keys[await choose(caller, "centre.which", *choices, choices={key: key for key in keys})]


async def _by_two_digits(caller: Caller, keys: Mapping[str, Centre]) -> Centre:
    """Read the list in pieces, a key ahead at any time; 9 alone reads it again."""
    while True:
        await _read(caller, keys)
        digits = await entered(caller, "centre.enter", most=2, good=lambda text: text in keys or text == AGAIN)
        if digits != AGAIN:
            return keys[digits]


async def _read(caller: Caller, keys: Mapping[str, Centre]) -> None:
    said = [names.choice(centre, key) for key, centre in keys.items()]
    for start in range(0, len(said), AT_ONCE):
        heading = () if start else ("centre.list",)
        if await caller.call.say(*heading, *said[start : start + AT_ONCE]):
            return


async def _take(caller: Caller, centre: Centre, by: str) -> None:
    """From here on the call is this centre's: its accounts, its hours, its queue."""
    if centre != caller.centre:
        caller.queue, caller.waits = "", False
    caller.centre = centre
    await caller.call.set(variables.CENTRE, centre.code)
    caller.call.note("centre", centre=centre.code, by=by)


async def _confirm(caller: Caller) -> None:
    await caller.call.say("centre.current", names.name(caller.centre), "centre.change")
