"""In the middle of a talk, by the API: ask an expert first, make it three, go back to the caller, have the password typed.

The same as by the codes of the phone (dialplan, consultation): a wish is set on the agent's channel, and its caller is led away.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from ami.exceptions import NotDone
from seats.answers import DoneAnswer, NoReason
from seats.api import SEATED, deed, told
from seats.exceptions import NotPossible
from seats.experts import Subject
from seats.floor import talk_at
from seats.handing_on import About, callers_talk, known_subject, own_seat
from seats.keeper import Control
from seats.service import Sitting
from seats.supervision import Supervision
from web import Route

log = logging.getLogger(__name__)

ASKS = "ask"
"""What HL_DOES is on the channel of an agent who asks an expert."""

TO_ROOM = {"Context": "together", "Exten": "expert", "Priority": "1"}
AWAY = {"Context": "consultation", "Exten": "dismissed", "Priority": "1"}
"""Where an expert is led."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """The routes, for who talks with a caller."""

    supervision: Supervision
    subjects: Sequence[Subject]

    def routes(self) -> Sequence[Route]:
        """Every route of it."""
        return [
            deed("ask", self.ask, "Ask an expert while the caller waits", About, DoneAnswer, SEATED),
            deed("together", self.together, "Agent, expert and caller talk", NoReason, DoneAnswer, SEATED),
            deed("back", self.back, "Back to the caller without the expert", NoReason, DoneAnswer, SEATED),
            deed("verify", self.verify, "The caller types the password to the machine", NoReason, DoneAnswer, SEATED),
        ]

    async def ask(self, request: web.Request, asked: About) -> DoneAnswer:
        """The caller hears music; nobody free within the limit: the talk goes on. Hanging up hands the caller over."""
        known_subject(self.subjects, "subject", asked.subject)
        return DoneAnswer(done="ask", call=await self._keep_waiting(request, f"ask_{asked.subject}", "s"))

    async def verify(self, request: web.Request, _: NoReason) -> DoneAnswer:
        """转自助验密: the agent hears music, then yes or no, never a digit; nothing is recorded meanwhile."""
        return DoneAnswer(done="verify", call=await self._keep_waiting(request, "query", "query"))

    async def together(self, request: web.Request, _: NoReason) -> DoneAnswer:
        """From asking first; whoever leaves, the two others go on. 409 when no expert is being asked."""
        return DoneAnswer(done="together", call=await self._with_expert(request, TO_ROOM, HL_TOGETHER="1"))

    async def back(self, request: web.Request, _: NoReason) -> DoneAnswer:
        """From asking first; the expert is thanked and gone. 409 when no expert is being asked."""
        return DoneAnswer(done="back", call=await self._with_expert(request, AWAY))

    async def _keep_waiting(self, request: web.Request, wish: str, where: str) -> str:
        with told():
            seat = await own_seat(self.supervision, request)
            return await keep_waiting(self.supervision.control, seat, wish, where)

    async def _with_expert(self, request: web.Request, lead: Mapping[str, str], **says: str) -> str:
        with told():
            seat = await own_seat(self.supervision, request)
            return await with_expert(self.supervision.control, seat, lead, **says)


async def keep_waiting(control: Control, seat: Sitting, wish: str, where: str) -> str:
    """Lead the caller of a seat away, and the agent to what the wish says; give the call. NotPossible without a caller."""
    try:
        talk = await callers_talk(control, seat)
        await control.do("Setvar", Channel=talk.caller, Variable="SHARED(HL_WITH)", Value=talk.agent)
        await control.do("Setvar", Channel=talk.agent, Variable="HL_WISH", Value=wish)
        await control.do("Redirect", Channel=talk.caller, Context="kept-waiting", Exten=where, Priority="1")
    except NotDone as error:
        log.warning("%s", error)
        raise NotPossible("asterisk") from error
    return talk.call


async def with_expert(control: Control, seat: Sitting, lead: Mapping[str, str], **says: str) -> str:
    """Lead the expert who is asked at a seat; give the call. `says`: variables of the agent's channel."""
    try:
        talk = talk_at(seat.interface, await control.list("CoreShowChannels", "CoreShowChannel"))
        does = await control.do("Getvar", Channel=talk.agent, Variable="HL_DOES")
        if does.get("Value") != ASKS:
            raise NotPossible("not_asking")
        for name, value in says.items():
            await control.do("Setvar", Channel=talk.agent, Variable=name, Value=value)
        await control.do("Redirect", Channel=talk.caller, **lead)
    except NotDone as error:
        log.warning("%s", error)
        raise NotPossible("asterisk") from error
    return talk.call
