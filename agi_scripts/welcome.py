"""A call to 12329: the welcome, the centre, then the menu."""

from collections.abc import Awaitable

from agi_scripts import agent, choose_centre, menu
from agi_scripts.caller import Caller, Up, WantsAgent, World
from centres import which
from ivr import variables
from ivr.call import Call

SETTLING = 200
"""Milliseconds until a line that was just answered carries sound to the caller. Keys are heard already."""


async def welcome(call: Call, world: World) -> None:
    """Greet the caller and lead through self-service until a person is wanted or the caller is done."""
    choice = which(world.centres, dialled=call.dialled, caller=call.caller)
    caller = Caller(call, world, choose_centre.presumed(world, choice), among=choice.among)
    await call.set(variables.CENTRE, caller.centre.code)
    await call.pause(SETTLING)
    known = await call.meanwhile(world.callers.calls(call.caller))
    if known.returning:
        await call.say("welcome.again")
    else:
        await call.say("welcome")
    await _led(caller, choose_centre.settle(caller, choice, known.centre))
    await self_service(caller)


async def self_service(caller: Caller) -> None:
    """The menu again and again: a person when one is wanted, another centre when * is pressed at its top."""
    while True:
        await _led(caller, _browsed(caller))


async def _browsed(caller: Caller) -> None:
    await menu.browse(caller, caller.world.menu)
    await choose_centre.change(caller)


async def _led(caller: Caller, conversation: Awaitable[None]) -> None:
    """Lead a conversation; what the caller wishes ends it: one level up, or a person, who cannot be had at any hour."""
    try:
        await conversation
    except Up:
        return
    except WantsAgent as wish:
        await agent.connect(caller, wish.reason)
