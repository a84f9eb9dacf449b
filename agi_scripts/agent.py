"""The way to a person."""

from typing import NoReturn

from agi_scripts import message
from agi_scripts.caller import Caller, World
from agi_scripts.survey import survey
from agi_scripts.verify import still_verified
from centres import Centre
from ivr import variables
from ivr.call import Call, Menu
from ivr.exceptions import TooManyTries
from seats.skills import queue_for

TALKED = "CONTINUE"
"""QUEUESTATUS when the agent hung up first."""

NOBODY = {"JOINEMPTY", "LEAVEEMPTY", "UNKNOWN"}


async def connect(caller: Caller, reason: str) -> NoReturn:
    """Hand the caller to the queue of the centre, or of the skill that what they were at asks for."""
    queue = queue_for(caller.centre, caller.path, caller.world.skills) if caller.path else caller.queue
    queue = queue or caller.centre.queue
    caller.call.note("asked_agent", queue=queue, reason=reason, centre=caller.centre.code)
    await caller.call.say("agent.connecting", keys="")
    await caller.call.hand_over(queue)


async def offer(caller: Caller) -> NoReturn:
    """Offer a person to one whose tries are used up, and say goodbye when no key comes."""
    try:
        await caller.call.menu(Menu(("agent.offer",), {"0": "agent"}))
    except TooManyTries:
        await goodbye(caller.call)
    await connect(caller, "tries")


async def goodbye(call: Call) -> NoReturn:
    """Say goodbye and leave."""
    await call.say("goodbye", keys="")
    await call.finish()


async def after_queue(call: Call, world: World) -> None:
    """The caller left the queue: the talk is over, or nobody could be had."""
    status = await call.get(variables.QUEUE_STATUS)
    if status == TALKED:
        await survey(call, world)
        await goodbye(call)
    centre = centre_of(world, await call.get(variables.CENTRE))
    caller = Caller(call, world, centre, await still_verified(call, centre), queue=await call.get(variables.QUEUE))
    prompt, choices = ("agent.none", {"1", "*"}) if status in NOBODY else ("agent.busy", {"0", "1", "*"})
    try:
        key = await call.menu(Menu((prompt,), {key: key for key in choices}))
    except TooManyTries:
        await goodbye(call)
    if key == "0":
        await connect(caller, "again")
    if key == "1":
        await message.leave(call, world)
        await goodbye(call)
    # Imported here: self-service leads to a person, and a person back to self-service.
    from agi_scripts.welcome import self_service  # noqa: PLC0415

    await self_service(caller)


def centre_of(world: World, code: str) -> Centre:
    """The centre of this code, else the default one."""
    by_code = {centre.code: centre for centre in world.centres}
    return by_code.get(code) or by_code[world.default_centre]
