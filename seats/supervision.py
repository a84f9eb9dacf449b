"""What supervisors can do: hear a talk, speak in it, take it over, give a waiting caller to an agent, pause and sign out.

The right hangs on who is signed in at the phone that asks, or on the token of the API; an agent has neither. Each deed has
a row in the audit list before it is done: without the list nothing is done.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from ami.exceptions import NotDone
from seats.audit import AuditTrail, Deed
from seats.exceptions import NotPossible
from seats.floor import Channel, Talk, talk_at, waiting
from seats.keeper import TAKES_CALLS, Control
from seats.service import BY_SUPERVISOR, PAUSED, READY, Occupant, Seats, Sitting
from seats.skills import direct_queue

log = logging.getLogger(__name__)

SUPERVISOR = "supervisor"

LISTEN, WHISPER, BARGE, TAKE_OVER = "listen", "whisper", "barge", "take_over"
PULL, FORCE_PAUSE, FORCE_READY, FORCE_SIGN_OUT = "pull", "force_pause", "force_ready", "force_sign_out"

BY_CODE = {"*31": LISTEN, "*32": WHISPER, "*33": BARGE, "*34": TAKE_OVER}
"""Feature codes that make a supervisor's phone part of a talk."""

FORCED = "主管示忙"
"""The reason of a pause that a supervisor ordered."""


def interface_at(extension: str) -> str:
    """The phone of an extension; NotPossible when it is none."""
    if not (extension.isascii() and extension.isdigit() and 2 <= len(extension) <= 20):
        raise NotPossible("no_phone")
    return f"PJSIP/ag{extension}"


@dataclass(frozen=True, slots=True)
class Supervision:
    """The deeds. `via` of each is phone or http; `who`: the supervisor's number, or the token's name."""

    seats: Seats
    control: Control
    audit: AuditTrail

    async def supervisor_at(self, interface: str) -> Occupant:
        """Who is signed in there; NotPossible unless a supervisor is."""
        occupant = await self.seats.occupant(interface)
        if occupant is None or occupant.role != SUPERVISOR:
            raise NotPossible("not_supervisor")
        return occupant

    async def seat_at(self, interface: str) -> Sitting:
        """The seat at a phone; NotPossible when nobody sits there."""
        for seat in await self.seats.sitting():
            if seat.interface == interface:
                return seat
        raise NotPossible("nobody")

    async def seat_of(self, number: str) -> Sitting:
        """An agent's seat; NotPossible when the agent is not signed in."""
        for seat in await self.seats.sitting(number):
            return seat
        raise NotPossible("nobody")

    async def joins(self, who: str, what: str, seat: Sitting, via: str) -> Talk:
        """Find the talk that somebody is to hear, speak in or take over, and note it."""
        try:
            talk = talk_at(seat.interface, await self._channels())
        except NotPossible as error:
            await self._refuse(Deed(who, what, seat.occupant.number, via=via), error)
        await self.audit.note(Deed(who, what, seat.occupant.number, talk.call, via=via))
        return talk

    async def ring(self, supervisor: str, code: str, seat: Sitting, who: str) -> None:
        """Call a supervisor's phone; when it answers it goes on as if it had dialled the code itself.

        The phone's own conversation asks again who sits there and whether there is a talk, and notes the deed.
        """
        what = BY_CODE[code]
        try:
            await self.supervisor_at(supervisor)
            talk_at(seat.interface, await self._channels())
        except NotPossible as error:
            await self._refuse(Deed(who, what, seat.occupant.number, via="http"), error)
        extension = seat.interface.removeprefix("PJSIP/ag")
        await self._act(
            "Originate",
            Channel=supervisor,
            Context="phones",
            Exten=f"{code}{extension}",
            Priority="1",
            CallerID=f"<{extension}>",
            Timeout="30000",
            Async="true",
        )

    async def give_caller(self, talk: Talk, supervisor_channel: str) -> None:
        """Tell the caller's channel whom it is bridged with when it is taken over."""
        await self._act("Setvar", Channel=talk.caller, Variable="HL_TAKER", Value=supervisor_channel)

    async def pull(self, who: str, call: str, number: str, via: str) -> str:
        """Give a waiting caller to an agent; the longest waiting of the centre when `call` is empty. Give the call.

        The caller rings this agent alone, and goes back to the same place in the line when nobody answers.
        """
        try:
            seat, call, channel = await self._caller_and_agent(call, number)
        except NotPossible as error:
            await self._refuse(Deed(who, PULL, number, call, via=via), error)
        queue = direct_queue(seat.occupant.centre)
        await self.audit.note(Deed(who, PULL, number, call, via=via))
        member = {"Queue": queue, "Interface": seat.interface}
        await self._act(
            "QueueAdd", **member, MemberName=number, StateInterface=seat.interface, Penalty="0", Paused="false"
        )
        try:
            await self._act("Setvar", Channel=channel, Variable="HL_DIRECT", Value=queue)
            await self._act("Redirect", Channel=channel, Context="pulled", Exten="s", Priority="1")
        except NotPossible:
            await self._act("QueueRemove", **member)
            raise
        return call

    async def force_pause(self, who: str, number: str, via: str) -> None:
        """Pause an agent's seat."""
        seat = await self._forced(Deed(who, FORCE_PAUSE, number, via=via))
        await self.seats.set_state(seat.interface, PAUSED, FORCED, BY_SUPERVISOR)

    async def force_ready(self, who: str, number: str, via: str) -> None:
        """End an agent's pause or wrap-up."""
        seat = await self._forced(Deed(who, FORCE_READY, number, via=via))
        await self.seats.set_state(seat.interface, READY, by=BY_SUPERVISOR)

    async def force_sign_out(self, who: str, number: str, via: str) -> Sitting:
        """Sign an agent out. A talk goes on to its end."""
        seat = await self._forced(Deed(who, FORCE_SIGN_OUT, number, via=via))
        await self.seats.sign_out(seat.interface, BY_SUPERVISOR)
        return seat

    async def _forced(self, deed: Deed) -> Sitting:
        try:
            seat = await self.seat_of(deed.whom)
        except NotPossible as error:
            await self._refuse(deed, error)
        await self.audit.note(deed)
        return seat

    async def _caller_and_agent(self, call: str, number: str) -> tuple[Sitting, str, str]:
        seat = await self.seat_of(number)
        if seat.occupant.role not in TAKES_CALLS:
            raise NotPossible("nobody")
        call = call or await self._first_of(seat.occupant.centre)
        channel = waiting(call, await self._channels())
        if await self._list("QueueStatus", "QueueMember", Queue=direct_queue(seat.occupant.centre)):
            raise NotPossible("busy")
        return seat, call, channel

    async def _first_of(self, centre: str) -> str:
        entries = await self._list("QueueStatus", "QueueEntry", Queue=centre)
        first = min(entries, key=lambda one: int(one.get("Position", "0") or 0), default=None)
        if first is None:
            raise NotPossible("no_such_call")
        return first.get("Uniqueid", "")

    async def _channels(self) -> Sequence[Channel]:
        return await self._list("CoreShowChannels", "CoreShowChannel")

    async def _list(self, action: str, event: str, **fields: str) -> Sequence[Channel]:
        try:
            return await self.control.list(action, event, **fields)
        except NotDone as error:
            log.warning("%s", error)
            raise NotPossible("asterisk") from error

    async def _act(self, action: str, **fields: str) -> None:
        try:
            await self.control.do(action, **fields)
        except NotDone as error:
            log.warning("%s", error)
            raise NotPossible("asterisk") from error

    async def _refuse(self, deed: Deed, error: NotPossible) -> NoReturn:
        """Note what was tried in vain."""
        await self.audit.note(Deed(deed.who, deed.what, deed.whom, deed.call, error.why, deed.via))
        raise error
