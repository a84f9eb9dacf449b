"""Routes → an aiohttp application: tokens, validation, one error format."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web
from pydantic import BaseModel, ValidationError

from web.exceptions import Forbidden, HttpError, OutsideRange, Unauthorised
from web.openapi import document
from web.route import PERSON, Person, Role, Route, Unchecked

log = logging.getLogger(__name__)

LARGEST_BODY = 1 << 20
SHORTEST_TOKEN = 16
SUBPROTOCOL = "bearer."
OPENAPI = "/api/v1/openapi.json"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

People = Callable[[str], Awaitable[Person | None]]
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _nobody(_: str) -> Person | None:
    return None


def build(
    routes: Sequence[Route], tokens: Mapping[str, str], *, version: str, people: People = _nobody
) -> web.Application:
    """Make the application. `tokens`: role → token, of the installation; `people` finds who has another token."""
    application = web.Application(client_max_size=LARGEST_BODY, middlewares=[_errors])
    given = {Role(role): token.encode() for role, token in tokens.items()}
    if any(len(token) < SHORTEST_TOKEN for token in given.values()) or len(set(given.values())) < len(given):
        raise ValueError(f"tokens have at least {SHORTEST_TOKEN} characters, and each role its own")

    async def openapi(_: web.Request, __: Unchecked) -> web.Response:
        return web.json_response(document(everything, version))

    everything = [*routes, Route("GET", OPENAPI, openapi, "This description")]
    for route in everything:
        application.router.add_route(route.method, route.path, _serving(route, given, people))
    return application


def _serving(route: Route, tokens: Mapping[Role, bytes], people: People) -> Next:
    async def serve(request: web.Request) -> web.StreamResponse:
        if route.roles:
            person = await _person(request, tokens, people)
            if person.role not in route.roles:
                raise Forbidden(f"the role {person.role} may not {request.method} {route.path}")
            request[PERSON] = person
        try:
            asked: BaseModel = route.query.model_validate(dict(request.query))
        except ValidationError as error:
            raise _wrong(route.query, error) from None
        if route.body is not None:
            asked = await _body(request, route.body)
        answer = await route.handler(request, asked)
        if isinstance(answer, BaseModel):
            return web.Response(text=answer.model_dump_json(by_alias=True), content_type="application/json")
        return answer

    return serve


async def _body(request: web.Request, wanted: type[BaseModel]) -> BaseModel:
    """The JSON object that was sent; nothing at all is an empty one. What was sent is never told back: a PIN may be in it."""
    sent = await request.read()
    try:
        return wanted.model_validate_json(sent or b"{}")
    except ValidationError as error:
        raise _wrong(wanted, error) from None


def _wrong(asked: type[BaseModel], error: ValidationError) -> HttpError:
    """Name the parameter and what was expected of it."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(field.alias or name for name, field in asked.model_fields.items())
        return HttpError(f"there is no such parameter; known: {known or 'none'}", where)
    if first["type"] == "json_invalid":
        return HttpError("the body is not JSON", "body")
    return HttpError(first["msg"].removeprefix("Value error, "), where)


async def _person(request: web.Request, tokens: Mapping[Role, bytes], people: People) -> Person:
    token = _token(request)
    sent = token.encode("utf-8", "replace")
    matching = [role for role, known in tokens.items() if hmac.compare_digest(sent, known)]
    if matching:
        return Person(matching[0])
    if len(token) >= SHORTEST_TOKEN and (person := await people(token)) is not None:
        return person
    raise Unauthorised(
        "a request carries `Authorization: Bearer <token>`; `hotline demo --json` and var/secrets have tokens"
    )


def _token(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        # A browser cannot send headers with a WebSocket; its token comes as a subprotocol.
        offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        token = next(
            (one.strip().removeprefix(SUBPROTOCOL) for one in offered if one.strip().startswith(SUBPROTOCOL)), ""
        )
    return token.strip()


@web.middleware
async def _errors(request: web.Request, handler: Next) -> web.StreamResponse:
    try:
        response = await handler(request)
    except HttpError as error:
        response = _failed(error.status, error.code, error.message, error.where)
        if error.status == Unauthorised.status:
            response.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, OutsideRange):
            response.headers["Content-Range"] = f"bytes */{error.length}"
    except web.HTTPException as error:
        response = _failed(error.status, error.reason.lower().replace(" ", "_"), error.reason, request.path)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception:
        log.exception("%s %s broke", request.method, request.path)
        response = _failed(500, "internal", "something broke here; the log has it", "")
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _failed(status: int, code: str, message: str, where: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "where": where}}, status=status)
