"""A message for the centre, when no person can be had."""

from agi_scripts.caller import Caller, World
from ivr.call import Call

SHORTEST = 1.0
"""Seconds; what is shorter is nobody speaking."""


async def leave(call: Call, world: World) -> None:
    """Record a message until #, silence or the limit."""
    file = world.messages / f"{call.id}.wav"
    await call.say("message.ask", "beep", keys="")
    seconds = await call.record(file)
    if seconds < SHORTEST:
        file.unlink(missing_ok=True)
        await call.say("message.empty", keys="")
        return
    call.note("message", seconds=round(seconds, 1), file=file.name)
    await call.say("message.thanks", keys="")


async def complaint(caller: Caller) -> None:
    """A complaint, when no person can be had."""
    await leave(caller.call, caller.world)


async def suggestion(caller: Caller) -> None:
    """A suggestion, when no person can be had."""
    await leave(caller.call, caller.world)


async def message(call: Call, world: World) -> None:
    """The route `message`: leave one and go."""
    await leave(call, world)
    await call.say("goodbye", keys="")
