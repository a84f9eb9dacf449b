"""An agent returns a call from its record: the record shows 138****5678, and the agent's phone dials the whole number.

What is dialled is checked by the dialling plan when it is kept, when it is dialled, and by the dialplan once more.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from pydantic import Field

from ami.exceptions import NotDone
from facts import Fact, Journal, masked_number
from seats.answers import Body, DoneAnswer
from seats.api import SEATED, deed, told
from seats.audit import Deed
from seats.caller_numbers import CallerNumbers
from seats.exceptions import NotPossible
from seats.handing_on import own_seat
from seats.supervision import Supervision
from web import Route

log = logging.getLogger(__name__)

RETURN_CALL = "return_call"
"""In the audit list."""


class Record(Body):
    """Whom to call."""

    call: str = Field(pattern=r"^[0-9]{1,12}\.[0-9]{1,12}$", description="id of a call to the agent's own centre")


@dataclass(frozen=True, slots=True)
class Returning:
    """The route. `numbers` is None where nothing may be dialled; `shown` is the number the called person sees."""

    supervision: Supervision
    numbers: CallerNumbers | None
    journal: Journal
    shown: str

    def routes(self) -> Sequence[Route]:
        """One."""
        return [deed("return-call", self.return_call, "Call the caller of a record", Record, DoneAnswer, SEATED)]

    async def return_call(self, request: web.Request, asked: Record) -> DoneAnswer:
        """The agent's own phone rings; when it is answered the caller of that record is dialled, who sees 12329."""
        with told():
            seat = await own_seat(self.supervision, request)
            who = seat.occupant
            try:
                number = await self._number(asked.call, who.centre)
            except NotPossible as error:
                await self.supervision.audit.note(Deed(who.number, RETURN_CALL, "", asked.call, error.why, "http"))
                raise
            await self.supervision.audit.note(Deed(who.number, RETURN_CALL, "", asked.call, via="http"))
            self._note(asked.call, who.number, number)
            try:
                await self.supervision.control.do(
                    "Originate",
                    Channel=seat.interface,
                    Context="outbound",
                    Exten=number,
                    Priority="1",
                    CallerID=f"<{self.shown}>",
                    Timeout="30000",
                    Async="true",
                )
            except NotDone as error:
                log.warning("%s", error)
                raise NotPossible("asterisk") from error
        return DoneAnswer(done=RETURN_CALL, call=asked.call)

    async def _number(self, call: str, centre: str) -> str:
        if self.numbers is None:
            raise NotPossible("no_dialling")
        return await self.numbers.of(call, centre)

    def _note(self, call: str, agent: str, number: str) -> None:
        t = round(dt.datetime.now(dt.UTC).timestamp() * 1000)
        data = {"number": masked_number(number)}
        self.journal.append([Fact(f"{call}/returned/{t}", t, "returned", call, "", agent, data)])
