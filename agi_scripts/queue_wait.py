"""A key pressed in the line: 1 call me back, 2 a message, * self-service. The place is kept meanwhile (dialplan/queue.conf.j2)."""

from typing import NoReturn

from agi_scripts import agent, call_back, message
from agi_scripts.caller import Caller, World
from ivr import variables
from ivr.call import Call
from service_requests.kinds import MessageKind

GONE_THROUGH = "send"
"""How a message ends whose caller need not wait any more. 0, which sends it too, asks for a person."""


async def queue_key(call: Call, world: World) -> None:
    """Do what the key means; whoever does not go through with it is back at their place."""
    key = await call.get(variables.KEY)
    caller = await agent.from_queue(call, world, waits=True)
    match key:
        case variables.KEY_CALL_BACK:
            await call_back.promise(caller)
        case variables.KEY_MESSAGE:
            if await message.leave(caller, MessageKind.OTHER) == GONE_THROUGH:
                await agent.goodbye(call)
        case variables.KEY_SELF_SERVICE:
            await call.say("wait.self_service")
            # Imported here: self-service leads to a person, and a person back to self-service.
            from agi_scripts.welcome import self_service  # noqa: PLC0415

            await self_service(caller)
    await back(caller)


async def back(caller: Caller) -> NoReturn:
    """Return to the line, at the place that was kept."""
    await caller.call.say("wait.back", keys="")
    await caller.call.hand_over(caller.queue or caller.centre.queue)
