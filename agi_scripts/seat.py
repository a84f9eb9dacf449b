"""Feature codes of agents' phones: sign in, sign out, pause, resume. The phone that calls is the one that counts."""

from agi_scripts.caller import World
from ivr.call import Call
from ivr.exceptions import TooManyTries
from seats.exceptions import SeatsUnavailable
from seats.service import PAUSED, READY, Occupant

PENALTY = "0"
TAKES_CALLS = {"agent"}
"""Roles that sit in their centre's queue."""


def _interface(call: Call) -> str:
    """PJSIP/ag8001-00000007 → PJSIP/ag8001."""
    return call.channel.rpartition("-")[0]


async def sign_in(call: Call, world: World) -> None:
    """Agent number and PIN, each ended by #; from then on calls of the queue ring this phone."""
    interface = _interface(call)
    try:
        number = await call.ask("seat.number", most=8, good=str.isdigit)
        pin = await call.ask("seat.pin", most=12, good=str.isdigit)
    except TooManyTries:
        return
    try:
        before = await world.seats.occupant(interface)
        occupant = await world.seats.sign_in(number.reveal(), pin.reveal(), interface)
    except SeatsUnavailable:
        await call.say("seat.unavailable", keys="")
        return
    if occupant is None:
        await call.say("seat.wrong", keys="")
        return
    if before is not None and before != occupant:
        await _leave_queue(call, before, interface)
    if occupant.role in TAKES_CALLS:
        await call.run("AddQueueMember", occupant.centre, interface, PENALTY, "", occupant.number, interface)
        await call.run("UnpauseQueueMember", occupant.centre, interface)
    await _tell(call, occupant, interface, "signed_in")
    await call.say("seat.signed_in", keys="")


async def sign_out(call: Call, world: World) -> None:
    """Free the seat."""
    interface = _interface(call)
    occupant = await _occupant(call, world, interface)
    if occupant is None:
        return
    await world.seats.sign_out(interface)
    await _leave_queue(call, occupant, interface)
    await call.say("seat.signed_out", keys="")


async def pause(call: Call, world: World) -> None:
    """No calls for now."""
    interface = _interface(call)
    occupant = await _occupant(call, world, interface)
    if occupant is None:
        return
    await world.seats.set_state(interface, PAUSED)
    await call.run("PauseQueueMember", occupant.centre, interface)
    await _tell(call, occupant, interface, PAUSED)
    await call.say("seat.paused", keys="")


async def resume(call: Call, world: World) -> None:
    """Calls again."""
    interface = _interface(call)
    occupant = await _occupant(call, world, interface)
    if occupant is None:
        return
    await world.seats.set_state(interface, READY)
    await call.run("UnpauseQueueMember", occupant.centre, interface)
    await _tell(call, occupant, interface, READY)
    await call.say("seat.ready", keys="")


async def _occupant(call: Call, world: World, interface: str) -> Occupant | None:
    try:
        occupant = await world.seats.occupant(interface)
    except SeatsUnavailable:
        await call.say("seat.unavailable", keys="")
        return None
    if occupant is None:
        await call.say("seat.nobody", keys="")
    return occupant


async def _leave_queue(call: Call, occupant: Occupant, interface: str) -> None:
    await call.run("RemoveQueueMember", occupant.centre, interface)
    await _tell(call, occupant, interface, "signed_out")


async def _tell(call: Call, occupant: Occupant, interface: str, state: str) -> None:
    """Tell the ledger; `occupant` comes from our own table, so its fields hold no commas or line breaks."""
    await call.run(
        "UserEvent",
        "HotlineSeat",
        f"Agent: {occupant.number}",
        f"Queue: {occupant.centre}",
        f"State: {state}",
        f"Interface: {interface}",
    )
