"""The routes of an agent's seat: sign in and out, pause, resume, end wrap-up; and who sits where.

An agent's token opens the agent's own seat and nothing else; a supervisor's opens every seat, with a row in the audit list.
Changes go to the table; the keeper brings them to Asterisk.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import BaseModel

from ami.exceptions import NotDone
from facts import Fact, Journal
from seats.answers import (
    DoneAnswer,
    NoReason,
    PauseAnswer,
    PausesAnswer,
    Reason,
    SeatAnswer,
    SeatsAnswer,
    SignedInAnswer,
    SignIn,
)
from seats.exceptions import NotPossible, SeatsUnavailable
from seats.keeper import GONE
from seats.pauses import by_name
from seats.service import BY_SUPERVISOR, PAUSED, READY, Occupant, Sitting
from seats.supervision import SUPERVISOR, Supervision, interface_at
from web import PERSON, HttpError, Person, Role, Route, Unchecked
from web.exceptions import Conflict, Forbidden, Unauthorised, Unavailable
from web.route import Handler

HTTP = "http"
AGENTS = "/api/v1/agents"
WATCHERS = frozenset({Role.OPS, Role.SUPERVISOR})
SEATED = frozenset({Role.AGENT, Role.SUPERVISOR})
ON_THE_PHONE = frozenset({"talking", "ringing"})

SAYS = {
    "nobody": "the agent is not signed in",
    "not_talking": "the agent has no talk",
    "no_number": "no number that may be dialled is kept of this call to your centre",
    "no_dialling": "nothing may be dialled here: [dialling] outgoing is empty",
    "not_asking": "the agent asks no expert at the moment",
    "no_such_call": "no such call waits",
    "busy": "another caller is being given to an agent of this centre",
    "not_supervisor": "no supervisor is signed in at this extension",
    "no_phone": "the phone is not registered",
}

Doing = Mapping[str, tuple[str, dt.datetime]]
"""Agent → what the phone does and since when, as Asterisk says."""


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers. `doing` gives what the agents' phones do right now."""

    supervision: Supervision
    journal: Journal
    doing: Callable[[], Doing]
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))

    def routes(self) -> Sequence[Route]:
        """Every route of a seat."""
        everybody = WATCHERS | SEATED
        return [
            Route("GET", AGENTS, self.agents, "Who is signed in, and in what state", WATCHERS, response=SeatsAnswer),
            Route("GET", AGENTS + "/{number}", self.agent, "One seat", everybody, response=SeatAnswer),
            Route("GET", "/api/v1/pauses", self.pauses, "Reasons of a pause", everybody, response=PausesAnswer),
            deed("sign-in", self.sign_in, "Take a seat with the PIN", SignIn, SignedInAnswer, frozenset()),
            deed("sign-out", self.sign_out, "Free the seat", NoReason, DoneAnswer, SEATED),
            deed("pause", self.pause, "No calls for now", Reason, SeatAnswer, SEATED),
            deed("resume", self.resume, "Calls again", NoReason, SeatAnswer, SEATED),
            deed("wrap-up-end", self.wrap_up_end, "The work after the call is done", NoReason, SeatAnswer, SEATED),
        ]

    async def agents(self, _: web.Request, __: Unchecked) -> SeatsAnswer:
        """Everyone with state, reason and how long, by number."""
        with told():
            return SeatsAnswer(agents=[self._answer(seat) for seat in await self.supervision.seats.sitting()])

    async def pauses(self, _: web.Request, __: Unchecked) -> PausesAnswer:
        """The reasons an agent can choose, with the minutes each may last."""
        pauses = self.supervision.seats.settings.pauses
        return PausesAnswer(pauses=[PauseAnswer(name=one.name, key=one.key, minutes=one.minutes) for one in pauses])

    async def agent(self, request: web.Request, _: Unchecked) -> SeatAnswer:
        """One agent's seat; an agent sees the own one alone."""
        return self._answer(await self._seat(request))

    async def sign_in(self, request: web.Request, asked: SignIn) -> SignedInAnswer:
        """Number, PIN and the extension of a registered phone; gives a token that ends when the agent signs out."""
        number, seats = request.match_info["number"], self.supervision.seats
        with told():
            interface = interface_at(asked.extension)
            await self._registered(interface)
            signed = await seats.sign_in(number, asked.pin, interface)
            if signed is None:
                raise Unauthorised("number or PIN is wrong, or the number is locked for now")
            token = await seats.give_token(number)
            seat = await self.supervision.seat_of(number)
        for left in signed.left:
            self._note(left.occupant, left.interface, "signed_out", "elsewhere")
        self._note(signed.occupant, interface, "signed_in")
        return SignedInAnswer(token=token, agent=self._answer(seat))

    async def sign_out(self, request: web.Request, _: NoReason) -> DoneAnswer:
        """The own seat, or for a supervisor anybody's; a talk goes on to its end."""
        seat, forced = await self._seat(request), _forced(request)
        with told():
            if forced:
                await self.supervision.force_sign_out(who(request), seat.occupant.number, HTTP)
            else:
                await self.supervision.seats.sign_out(seat.interface)
        self._note(seat.occupant, seat.interface, "signed_out", BY_SUPERVISOR if forced else "")
        return DoneAnswer(done="sign_out")

    async def pause(self, request: web.Request, asked: Reason) -> SeatAnswer:
        """With one of the reasons; a supervisor pauses others without one."""
        seat, seats = await self._seat(request), self.supervision.seats
        with told():
            if _forced(request):
                await self.supervision.force_pause(who(request), seat.occupant.number, HTTP)
            elif by_name(seats.settings.pauses, asked.reason) is None:
                known = ", ".join(one.name for one in seats.settings.pauses)
                raise HttpError(f"there is no such reason; known: {known}", "reason")
            else:
                await seats.set_state(seat.interface, PAUSED, asked.reason)
        return await self._changed(request)

    async def resume(self, request: web.Request, _: NoReason) -> SeatAnswer:
        """Calls again, whatever kept them away."""
        seat = await self._seat(request)
        with told():
            if _forced(request):
                await self.supervision.force_ready(who(request), seat.occupant.number, HTTP)
            else:
                await self.supervision.seats.set_state(seat.interface, READY)
        return await self._changed(request)

    async def wrap_up_end(self, request: web.Request, _: NoReason) -> SeatAnswer:
        """Before its time is over; 409 when there is none. A supervisor resumes instead."""
        seat = await self._seat(request)
        if _forced(request):
            raise Forbidden("only the agent knows when the work is done; use resume")
        with told():
            if not await self.supervision.seats.end_wrap_up(seat.interface):
                raise Conflict("the agent is not in wrap-up")
        return await self._changed(request)

    async def _seat(self, request: web.Request) -> Sitting:
        """The seat of the path, if the token opens it."""
        person, number = request[PERSON], request.match_info["number"]
        if person.role is Role.AGENT and person.number != number:
            raise Forbidden("an agent's token opens the agent's own seat")
        with told():
            return await self.supervision.seat_of(number)

    async def _changed(self, request: web.Request) -> SeatAnswer:
        seat = await self._seat(request)
        self._note(seat.occupant, seat.interface, seat.state, seat.reason)
        return self._answer(seat)

    async def _registered(self, interface: str) -> None:
        """Nobody is counted present at a phone that is not there."""
        try:
            answer = await self.supervision.control.do("Getvar", Variable=f"DEVICE_STATE({interface})")
        except NotDone:
            raise NotPossible("asterisk") from None
        if answer.get("Value", "INVALID") in GONE:
            raise NotPossible("no_phone")

    def _answer(self, seat: Sitting) -> SeatAnswer:
        now, number = self.clock(), seat.occupant.number
        state, since = self.doing().get(number, ("", seat.since))
        if state not in ON_THE_PHONE:
            state, since = ("unavailable", seat.gone_since) if seat.gone_since else (seat.state, seat.since)
        return SeatAnswer(
            number=number,
            name=seat.name,
            centre=seat.occupant.centre,
            role=seat.occupant.role,
            extension=seat.interface.removeprefix("PJSIP/ag"),
            state=state,
            reason=seat.reason,
            since=since,
            seconds=round(max(0.0, (now - since).total_seconds()), 1),
            until=seat.until,
            too_long=seat.state == PAUSED and seat.until is not None and seat.until <= now,
            gone_since=seat.gone_since,
        )

    def _note(self, occupant: Occupant, interface: str, state: str, reason: str = "") -> None:
        t = round(self.clock().timestamp() * 1000)
        data = {"state": state, "interface": interface} | ({"reason": reason} if reason else {})
        number = occupant.number
        self.journal.append([Fact(f"seat/{number}/{state}/{t}", t, "seat", "", occupant.centre, number, data)])


def deed(
    path: str,
    handler: Handler,
    summary: str,
    body: type[BaseModel],
    response: type[BaseModel],
    roles: frozenset[Role],
) -> Route:
    """A route that changes something at an agent's seat."""
    return Route("POST", f"{AGENTS}/{{number}}/{path}", handler, summary, roles, response=response, body=body)


def who(request: web.Request) -> str:
    """Who asks, for the audit list: the number, or the role of a token of the installation."""
    person: Person = request[PERSON]
    return person.number or person.role


def person(occupant: Occupant) -> Person:
    """What an agent's token opens: only a supervisor's more than the own seat."""
    return Person(Role.SUPERVISOR if occupant.role == SUPERVISOR else Role.AGENT, occupant.number)


@contextmanager
def told() -> Iterator[None]:
    """What cannot be is told as HTTP tells it."""
    try:
        yield
    except NotPossible as error:
        if error.why == "asterisk":
            raise Unavailable("Asterisk is away, or refused") from None
        raise Conflict(SAYS[error.why]) from None
    except SeatsUnavailable:
        raise Unavailable("the database does not answer") from None


def _forced(request: web.Request) -> bool:
    """A supervisor acts on another's seat."""
    return bool(request[PERSON].number != request.match_info["number"])
