"""Feature codes of agents' phones: sign in, sign out, pause, resume, end of wrap-up. The phone that calls is the one that counts."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

from agi_scripts.caller import World
from ivr import speech
from ivr.call import Call, Menu
from ivr.exceptions import TooManyTries
from seats.exceptions import SeatsUnavailable
from seats.keeper import TAKES_CALLS
from seats.pauses import by_key
from seats.phones import interface_of
from seats.service import PAUSED, READY, Occupant
from seats.skills import queues_of, seats_of

log = logging.getLogger(__name__)

PAUSE_CODE = "*13"

ADDED, ALREADY = "ADDED", "MEMBERALREADY"
"""AQMSTATUS after AddQueueMember; NOSUCHQUEUE is the third."""


def at_phone(deed: Callable[[Call, World, str], Awaitable[None]]) -> Callable[[Call, World], Awaitable[None]]:
    """Do it for the calling phone, by its name for Queue(); say so when the seats cannot be reached."""

    @wraps(deed)
    async def converse(call: Call, world: World) -> None:
        interface = interface_of(call.channel)
        try:
            if interface is not None:
                await deed(call, world, interface)
                return
            log.warning("call %s: %s is no agent's phone", call.id, call.channel)
        except SeatsUnavailable as error:
            log.warning("call %s: %s", call.id, error)
        await call.say("seat.unavailable", keys="")

    return converse


@at_phone
async def sign_in(call: Call, world: World, interface: str) -> None:
    """Agent number and PIN, each ended by #; from then on calls of the queue ring this phone and no other."""
    try:
        number = await call.ask("seat.number", most=8, good=str.isdigit)
        pin = await call.ask("seat.pin", most=12, good=str.isdigit)
    except TooManyTries:
        await call.say("goodbye", keys="")
        return
    signed = await world.seats.sign_in(number.reveal(), pin.reveal(), interface)
    if signed is None:
        await call.say("seat.wrong", keys="")
        return
    for seat in signed.left:
        await _leave_queues(call, world, seat.occupant, seat.interface)
    if signed.occupant.role in TAKES_CALLS and not await _join_queues(call, world, signed.occupant, interface):
        await world.seats.sign_out(interface)
        raise SeatsUnavailable(f"Asterisk has no queue {signed.occupant.centre} for agent {signed.occupant.number}")
    await _tell(call, signed.occupant, interface, "signed_in")
    await call.say("seat.signed_in", keys="")


@at_phone
async def sign_out(call: Call, world: World, interface: str) -> None:
    """Free the seat."""
    if occupant := await _occupant(call, world, interface):
        await world.seats.sign_out(interface)
        await _leave_queues(call, world, occupant, interface)
        await call.say("seat.signed_out", keys="")


@at_phone
async def pause(call: Call, world: World, interface: str) -> None:
    """No calls for now, for a reason: its key follows the code, *132, or is asked for."""
    if not (occupant := await _occupant(call, world, interface)):
        return
    pauses = world.seats.settings.pauses
    reason = by_key(pauses, call.dialled.removeprefix(PAUSE_CODE))
    if reason is None:
        read = [part for one in pauses if one.prompt for part in (one.prompt, "seat.press", speech.digits(one.key))]
        try:
            key = await call.menu(Menu(("seat.why", *read), {one.key: one.key for one in pauses}, repeat="#"))
        except TooManyTries:
            await call.say("goodbye", keys="")
            return
        reason = by_key(pauses, key)
    name = reason.name if reason else ""
    await world.seats.set_state(interface, PAUSED, name)
    for queue in queues_of(occupant.centre, world.skills):
        await call.run("PauseQueueMember", queue, interface, "", name)
    await _tell(call, occupant, interface, PAUSED, name)
    await call.say("seat.paused", keys="")


@at_phone
async def wrap_up_end(call: Call, world: World, interface: str) -> None:
    """The work after the call is done before its time is over."""
    if occupant := await _occupant(call, world, interface):
        if not await world.seats.end_wrap_up(interface):
            await call.say("seat.no_wrap_up", keys="")
            return
        for queue in queues_of(occupant.centre, world.skills):
            await call.run("UnpauseQueueMember", queue, interface)
        await _tell(call, occupant, interface, READY)
        await call.say("seat.ready", keys="")


@at_phone
async def resume(call: Call, world: World, interface: str) -> None:
    """Calls again."""
    if occupant := await _occupant(call, world, interface):
        await world.seats.set_state(interface, READY)
        for queue in queues_of(occupant.centre, world.skills):
            await call.run("UnpauseQueueMember", queue, interface)
        await _tell(call, occupant, interface, READY)
        await call.say("seat.ready", keys="")


async def _occupant(call: Call, world: World, interface: str) -> Occupant | None:
    occupant = await world.seats.occupant(interface)
    if occupant is None:
        await call.say("seat.nobody", keys="")
    return occupant


async def _join_queues(call: Call, world: World, occupant: Occupant, interface: str) -> bool:
    """True when calls of the centre, and of its skills, ring this phone under this agent's number."""
    joined = [
        await _join_queue(call, queue, str(penalty), occupant, interface)
        for queue, penalty in seats_of(occupant.number, occupant.centre, world.skills)
    ]
    return all(joined)


async def _join_queue(call: Call, queue: str, penalty: str, occupant: Occupant, interface: str) -> bool:
    member = (queue, interface, penalty, "", occupant.number, interface)
    await call.run("AddQueueMember", *member)
    if await call.get("AQMSTATUS") == ALREADY:
        # Perhaps under another agent's number: Asterisk keeps its members over restarts, whatever our tables say.
        await call.run("RemoveQueueMember", queue, interface)
        await call.run("AddQueueMember", *member)
    # The keeper may have been quicker in between: it puts in what the table says.
    if await call.get("AQMSTATUS") not in {ADDED, ALREADY}:
        return False
    await call.run("UnpauseQueueMember", queue, interface)
    return True


async def _leave_queues(call: Call, world: World, occupant: Occupant, interface: str) -> None:
    for queue in queues_of(occupant.centre, world.skills):
        await call.run("RemoveQueueMember", queue, interface)
    await _tell(call, occupant, interface, "signed_out")


async def _tell(call: Call, occupant: Occupant, interface: str, state: str, reason: str = "") -> None:
    """Tell the ledger; all of it comes from our own table and settings, so no field holds commas or line breaks."""
    await call.run(
        "UserEvent",
        "HotlineSeat",
        f"Agent: {occupant.number}",
        f"Queue: {occupant.centre}",
        f"State: {state}",
        f"Interface: {interface}",
        *([f"Reason: {reason}"] if reason else []),
    )
