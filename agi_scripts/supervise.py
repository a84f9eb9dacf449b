"""Feature codes of supervisors' phones: *31 to *37, followed by the extension of an agent's phone.

Who may is who is signed in at the calling phone, and nothing else.
"""

import logging
from collections.abc import Awaitable, Callable

from agi_scripts.caller import World
from agi_scripts.seat import at_phone
from ivr import variables
from ivr.call import Call
from ivr.exceptions import HandedOver
from seats.exceptions import NotPossible
from seats.service import Occupant, Sitting
from seats.supervision import BARGE, LISTEN, TAKE_OVER, WHISPER, Supervision, interface_at

log = logging.getLogger(__name__)

PHONE = "phone"
CODE = 3
"""Characters of a feature code: what follows is the extension."""

SAID = {"not_supervisor": "supervise.refused", "not_talking": "supervise.no_talk", "no_such_call": "supervise.no_call"}
"""What is said of a deed that cannot be done; of others: it cannot be done now."""

Deed = Callable[[Call, Supervision, Occupant, Sitting], Awaitable[None]]


def _for_supervisors(deed: Deed) -> Callable[[Call, World], Awaitable[None]]:
    @at_phone
    async def converse(call: Call, world: World, interface: str) -> None:
        supervision = world.supervision
        if supervision is None:
            await call.say("supervise.not_now", keys="")
            return
        try:
            supervisor = await supervision.supervisor_at(interface)
            seat = await supervision.seat_at(interface_at(call.dialled[CODE:]))
            await deed(call, supervision, supervisor, seat)
        except NotPossible as error:
            log.warning("call %s from %s: %s is refused: %s", call.id, interface, call.dialled[:CODE], error.why)
            await call.say(SAID.get(error.why, "supervise.not_now"), keys="")

    return converse


def _joining(mode: str) -> Callable[[Call, World], Awaitable[None]]:
    async def deed(call: Call, supervision: Supervision, supervisor: Occupant, seat: Sitting) -> None:
        talk = await supervision.joins(supervisor.number, mode, seat, PHONE)
        target = talk.agent
        if mode == TAKE_OVER:
            await supervision.give_caller(talk, call.channel)
            target = talk.caller
        await call.set(variables.MODE, mode)
        await call.set(variables.TARGET, target)
        await call.set(variables.NEXT, variables.NEXT_SUPERVISE)
        raise HandedOver

    return _for_supervisors(deed)


listen, whisper, barge, take_over = (_joining(mode) for mode in (LISTEN, WHISPER, BARGE, TAKE_OVER))


@_for_supervisors
async def pull(call: Call, supervision: Supervision, supervisor: Occupant, seat: Sitting) -> None:
    """Give the longest waiting caller of the agent's centre to that agent."""
    await supervision.pull(supervisor.number, "", seat.occupant.number, PHONE)
    await call.say("supervise.done", keys="")


@_for_supervisors
async def force_pause(call: Call, supervision: Supervision, supervisor: Occupant, seat: Sitting) -> None:
    """Pause the agent's seat."""
    await supervision.force_pause(supervisor.number, seat.occupant.number, PHONE)
    await call.say("supervise.done", keys="")


@_for_supervisors
async def force_sign_out(call: Call, supervision: Supervision, supervisor: Occupant, seat: Sitting) -> None:
    """Sign the agent out."""
    await supervision.force_sign_out(supervisor.number, seat.occupant.number, PHONE)
    call.note("seat", agent=seat.occupant.number, queue=seat.occupant.centre, state="signed_out", reason="supervisor")
    await call.say("supervise.done", keys="")
