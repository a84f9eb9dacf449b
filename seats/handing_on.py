"""A caller is handed on to an expert, or back, by the API: led to where REFER and the codes lead, on the caller's own channel."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from pydantic import Field

from ami.exceptions import NotDone
from seats.answers import Body, DoneAnswer
from seats.api import SEATED, deed, told
from seats.exceptions import NotPossible
from seats.experts import FIRST, Subject
from seats.floor import Talk, talk_at
from seats.keeper import Control
from seats.service import Sitting
from seats.supervision import Supervision
from web import PERSON, HttpError, Route
from web.exceptions import Forbidden

log = logging.getLogger(__name__)


class Target(Body):
    """To whom."""

    to: str = Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="name of a subject; first: back to the first agent")


class About(Body):
    """What the question is about."""

    subject: str = Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="name of a subject")


@dataclass(frozen=True, slots=True)
class HandingOn:
    """The route. Who hands on is who talks: an agent, an expert; a supervisor takes a talk over instead."""

    supervision: Supervision
    subjects: Sequence[Subject]

    def routes(self) -> Sequence[Route]:
        """Every route of it."""
        return [
            deed("hand-on", self.hand_on, "Hand the caller on to an expert, or back", Target, DoneAnswer, SEATED),
            deed("unsettled", self.unsettled, "The caller's question stays open", About, DoneAnswer, SEATED),
        ]

    async def hand_on(self, request: web.Request, asked: Target) -> DoneAnswer:
        """The talk ends for the agent; when no expert can be had the caller is back within half a minute."""
        known_subject(self.subjects, "to", asked.to, FIRST)
        lead = {"Context": "experts", "Exten": asked.to, "Priority": "1"}
        return DoneAnswer(done="hand_on", call=await self._do(request, "Redirect", **lead))

    async def unsettled(self, request: web.Request, asked: About) -> DoneAnswer:
        """An expert was asked on a second line in vain, or did not know either: the call's end makes a row of it."""
        known_subject(self.subjects, "subject", asked.subject)
        note = {"Variable": "HL_ASKED", "Value": asked.subject}
        return DoneAnswer(done="unsettled", call=await self._do(request, "Setvar", **note))

    async def _do(self, request: web.Request, action: str, **fields: str) -> str:
        with told():
            seat = await own_seat(self.supervision, request)
            return await to_caller(self.supervision.control, seat, action, **fields)


def known_subject(subjects: Sequence[Subject], field: str, name: str, *also: str) -> None:
    """HttpError unless this is the name of a subject, or one of `also`."""
    known = [*also, *(subject.name for subject in subjects)]
    if name not in known:
        raise HttpError(f"there is no such subject; known: {', '.join(known)}", field)


async def own_seat(supervision: Supervision, request: web.Request) -> Sitting:
    """The seat of the path, if the token opens it."""
    person, number = request[PERSON], request.match_info["number"]
    if person.number != number:
        raise Forbidden("only who sits there can do this")
    return await supervision.seat_of(number)


async def to_caller(control: Control, seat: Sitting, action: str, **fields: str) -> str:
    """Do it to the channel of the caller who talks at a seat; give the call. NotPossible when no caller does."""
    try:
        talk = await callers_talk(control, seat)
        await control.do(action, Channel=talk.caller, **fields)
    except NotDone as error:
        log.warning("%s", error)
        raise NotPossible("asterisk") from error
    return talk.call


async def callers_talk(control: Control, seat: Sitting) -> Talk:
    """The talk at a seat with a caller; NotPossible when there is none, or only one between two phones."""
    talk = talk_at(seat.interface, await control.list("CoreShowChannels", "CoreShowChannel"))
    # Only callers' own channels have it.
    joined = await control.do("Getvar", Channel=talk.caller, Variable="HL_JOINED")
    if not joined.get("Value"):
        raise NotPossible("not_talking")
    return talk
