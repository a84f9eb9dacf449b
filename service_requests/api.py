"""The route of requests: what the back office has to work on. It shows; the back office's own rooms will change states."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from service_requests import records
from service_requests.answers import RequestsAnswer, RequestsQuestion
from service_requests.exceptions import RequestsUnavailable
from transactions import Transactions
from web import HttpError, Role, Route
from web.exceptions import Unavailable


@dataclass(frozen=True, slots=True)
class Api:
    """The handler and what it needs. `centres`: their codes."""

    transactions: Transactions
    centres: Collection[str]
    zone: ZoneInfo

    def routes(self) -> Sequence[Route]:
        """Every route."""
        return [
            Route(
                "GET",
                "/api/v1/requests",
                self.requests,
                "Requests of callers, newest first",
                frozenset({Role.SUPERVISOR}),
                RequestsQuestion,
                RequestsAnswer,
            )
        ]

    async def requests(self, _: web.Request, asked: RequestsQuestion) -> RequestsAnswer:
        """Appointments, subscriptions, SMS that wait and recorded messages; `next` leads to the following page."""
        if asked.centre is not None and asked.centre not in self.centres:
            raise HttpError(f"there is no centre {asked.centre!r}; known: {', '.join(self.centres)}", "centre")
        try:
            return await self.transactions.run(lambda connection: records.page(connection, asked, self.zone))
        except RequestsUnavailable:
            raise Unavailable("the database does not answer") from None
