"""The routes of supervisors: into a talk, a waiting caller to an agent, and the audit list."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from seats.answers import AuditAnswer, AuditQuestion, AuditRow, Caller, DoneAnswer, Phone
from seats.api import HTTP, WATCHERS, deed, told, who
from seats.supervision import BY_CODE, Supervision, interface_at
from web import PERSON, Role, Route
from web.exceptions import Forbidden

SUPERVISORS = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class SupervisionApi:
    """The handlers."""

    supervision: Supervision

    def routes(self) -> Sequence[Route]:
        """Every route of supervisors."""
        return [
            *(
                deed(what.replace("_", "-"), self._joining(code), SUMMARIES[what], Phone, DoneAnswer, SUPERVISORS)
                for code, what in BY_CODE.items()
            ),
            deed("pull", self.pull, "Give the agent a waiting caller", Caller, DoneAnswer, SUPERVISORS),
            Route("GET", "/api/v1/audit", self.audit, "What supervisors did", WATCHERS, AuditQuestion, AuditAnswer),
        ]

    async def pull(self, request: web.Request, asked: Caller) -> DoneAnswer:
        """The caller rings this agent alone, and goes back to the same place in the line when nobody answers."""
        with told():
            number = request.match_info["number"]
            call = await self.supervision.pull(who(request), asked.call, number, HTTP)
        return DoneAnswer(done="pull", call=call)

    async def audit(self, _: web.Request, asked: AuditQuestion) -> AuditAnswer:
        """Rows, newest first; `next` is the `before` of the following page."""
        with told():
            found = await self.supervision.audit.latest(asked.limit, asked.before)
        rows = [
            AuditRow(
                id=one.id,
                at=one.at,
                who=one.deed.who,
                what=one.deed.what,
                whom=one.deed.whom,
                call=one.deed.call,
                outcome=one.deed.outcome,
                via=one.deed.via,
            )
            for one in found
        ]
        return AuditAnswer(rows=rows, next=rows[-1].id if len(rows) == asked.limit else None)

    def _joining(self, code: str) -> Callable[[web.Request, Phone], Awaitable[DoneAnswer]]:
        async def join(request: web.Request, asked: Phone) -> DoneAnswer:
            """The phone where the supervisor is signed in rings; answered, it is part of the agent's talk."""
            person = request[PERSON]
            with told():
                phone = interface_at(asked.extension)
                if person.number and (await self.supervision.supervisor_at(phone)).number != person.number:
                    raise Forbidden("another supervisor is signed in at this extension")
                seat = await self.supervision.seat_of(request.match_info["number"])
                await self.supervision.ring(phone, code, seat, who(request))
            return DoneAnswer(done=BY_CODE[code])

        return join


SUMMARIES = {
    "listen": "Hear a talk, unheard",
    "whisper": "Hear a talk and speak to its agent alone",
    "barge": "Hear a talk and speak to both",
    "take_over": "Take a talk over from its agent",
}
