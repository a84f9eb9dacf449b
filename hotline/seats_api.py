"""The seats' part of the HTTP server, with what this installation gives it."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from facts import Journal
from fund.passwords import Passwords
from hotline.paths import Paths
from hotline.seats_keeper import control
from hotline.secrets import Secrets
from hotline.settings import Settings
from hotline.waiting_room import caller_numbers
from queue_stats.live import Live
from seats.api import Api, person
from seats.audit import AuditTrail
from seats.consultation import Consultation
from seats.exceptions import SeatsUnavailable
from seats.handing_on import HandingOn
from seats.returning import Returning
from seats.service import Seats
from seats.supervision import Supervision
from seats.supervision_api import SupervisionApi
from web import Person, Route
from web.exceptions import Unavailable


@dataclass(frozen=True, slots=True)
class SeatsPart:
    """Routes, and whose token it is."""

    routes: tuple[Route, ...]
    seats: Seats

    async def people(self, token: str) -> Person | None:
        """Whom a token was given to at signing in."""
        try:
            occupant = await self.seats.whose(token)
        except SeatsUnavailable:
            raise Unavailable("the database does not answer") from None
        return person(occupant) if occupant else None


def seats_part(settings: Settings, paths: Paths, secrets: Secrets, engine: AsyncEngine, live: Live) -> SeatsPart:
    """Compose it. `live`: what Asterisk says of agents' phones."""
    seats = Seats(engine, Passwords(secrets.seats_key, threads=1), settings.seats)
    supervision = Supervision(seats, control(settings, secrets), AuditTrail(engine))
    journal = Journal(paths.facts / f"seats-http-{time.time_ns() // 1_000_000}.jsonl")
    api = Api(supervision, journal, lambda: doing(live))
    routes = (
        *api.routes(),
        *SupervisionApi(supervision).routes(),
        *HandingOn(supervision, settings.experts.subjects).routes(),
        *Consultation(supervision, settings.experts.subjects).routes(),
        *Returning(supervision, caller_numbers(settings, engine), journal, settings.trunk.number).routes(),
    )
    return SeatsPart(routes, seats)


def doing(live: Live) -> Mapping[str, tuple[str, dt.datetime]]:
    """Agents whose phones ring or are in a talk, in whichever queue that shows."""
    found: dict[str, tuple[str, dt.datetime]] = {}
    for one in live.agents(time.time_ns() // 1_000_000):
        if one.state == "talking" or (one.state == "ringing" and one.number not in found):
            found[one.number] = one.state, dt.datetime.fromtimestamp(one.since / 1000, dt.UTC)
    return found
