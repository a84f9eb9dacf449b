"""A call to 12329: the welcome, then the menu."""

from agi_scripts import agent, menu
from agi_scripts.caller import Caller, WantsAgent, World
from centres import which
from ivr import variables
from ivr.call import Call


async def welcome(call: Call, world: World) -> None:
    """Greet the caller and lead through self-service until a person is wanted or the caller is done."""
    choice = which(world.centres, world.default_centre, dialled=call.dialled, caller=call.caller)
    caller = Caller(call, world, choice.centre)
    await call.set(variables.CENTRE, choice.centre.code)
    await call.say("welcome")
    await self_service(caller)


async def self_service(caller: Caller) -> None:
    """The menu, and a person when one is wanted."""
    try:
        await menu.browse(caller, caller.world.menu)
    except WantsAgent as wish:
        await agent.connect(caller, wish.reason)
