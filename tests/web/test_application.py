"""Routes as a client meets them: tokens, parameters, errors, the description."""

import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field

from web import HttpError, NotFound, Role, Route, Unchecked, build

OPS, SUPERVISOR = "ops-token-0123456789", "supervisor-token-0123456789"
Client = TestClient[web.Request, web.Application]


class Question(BaseModel):
    model_config = {"extra": "forbid"}

    first: int = Field(default=1, alias="from", ge=1, le=9)
    name: str | None = None


class Answer(BaseModel):
    first: int = Field(serialization_alias="from")
    text: str = "名"


async def asked(_: web.Request, question: Question) -> Answer:
    """What was asked."""
    return Answer(first=question.first)


async def broken(_: web.Request, __: Unchecked) -> Answer:
    raise RuntimeError("the password is 123456")


async def missing(_: web.Request, __: Unchecked) -> Answer:
    raise NotFound("there is no such thing", "id")


async def unhappy(_: web.Request, __: Unchecked) -> Answer:
    raise HttpError("is not good", "x")


async def echo(request: web.Request, _: Unchecked) -> web.Response:
    return web.Response(text=str(len(await request.read())))


ROUTES = [
    Route("GET", "/open", asked, "Anybody", frozenset(), Question, Answer),
    Route("GET", "/asked", asked, "Both", query=Question, response=Answer),
    Route("GET", "/ops", asked, "One role", frozenset({Role.OPS}), Question, Answer),
    Route("GET", "/broken", broken, "Breaks", response=Answer),
    Route("GET", "/things/{id}", missing, "Missing", response=Answer),
    Route("GET", "/unhappy", unhappy, "Unhappy", response=Answer),
    Route("POST", "/echo", echo, "Takes a body"),
]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    application = build(ROUTES, {"ops": OPS, "supervisor": SUPERVISOR}, version="1")
    async with TestClient(TestServer(application)) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def error(
    client: Client, path: str, method: str = "GET", data: io.BytesIO | None = None
) -> tuple[int, dict[str, str]]:
    async with client.request(method, path, headers=bearer(OPS), data=data) as response:
        found = await response.json()
        assert set(found) == {"error"}
        assert set(found["error"]) == {"code", "message", "where"}
        return response.status, found["error"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/open", {}, 200),
        ("/asked", {}, 401),
        ("/asked", bearer(""), 401),
        ("/asked", bearer("ops"), 401),
        ("/asked", bearer(OPS + "0"), 401),
        ("/asked", bearer(OPS[:-1]), 401),
        ("/asked", {"Authorization": OPS}, 401),
        ("/asked", {"Authorization": f"Basic {OPS}"}, 401),
        ("/asked", {"Authorization": "Bearer \u00e9"}, 401),
        ("/asked", bearer(OPS), 200),
        ("/asked", {"Authorization": f"bearer {OPS}"}, 200),
        ("/asked", bearer(SUPERVISOR), 200),
        ("/asked", {"Sec-WebSocket-Protocol": f"json, bearer.{SUPERVISOR}"}, 200),
        ("/asked", {"Sec-WebSocket-Protocol": "bearer.wrong"}, 401),
        ("/ops", bearer(OPS), 200),
        ("/ops", bearer(SUPERVISOR), 403),
        ("/broken", {}, 401),
        ("/api/v1/openapi.json", {}, 401),
    ],
)
async def test_who_may(client: Client, path: str, headers: dict[str, str], status: int) -> None:
    async with client.get(path, headers=headers) as response:
        assert response.status == status
        assert ("WWW-Authenticate" in response.headers) == (status == 401)


@pytest.mark.parametrize(
    ("tokens", "says"),
    [({"ops": ""}, "at least"), ({"ops": "short"}, "at least"), ({"ops": OPS, "supervisor": OPS}, "each role its own")],
)
def test_tokens_that_protect_nothing_are_refused(tokens: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build(ROUTES, tokens, version="1")


@pytest.mark.parametrize(
    ("query", "where", "says"),
    [
        ("from=0", "from", "greater than or equal to 1"),
        ("from=ten", "from", "valid integer"),
        ("form=1", "form", "known: from, name"),
    ],
)
async def test_a_wrong_parameter_is_named_and_what_was_expected(
    client: Client, query: str, where: str, says: str
) -> None:
    status, told = await error(client, f"/asked?{query}")
    assert (status, told["code"], told["where"]) == (400, "bad_request", where)
    assert says in told["message"]


async def test_other_errors_have_the_same_form(client: Client) -> None:
    assert await error(client, "/nowhere") == (
        404,
        {"code": "not_found", "message": "Not Found", "where": "/nowhere"},
    )
    assert (await error(client, "/things/1"))[0] == 404
    assert await error(client, "/unhappy") == (400, {"code": "bad_request", "message": "is not good", "where": "x"})
    assert (await error(client, "/asked", "DELETE"))[0] == 405
    assert (await error(client, "/echo", "POST", data=io.BytesIO(bytes((1 << 20) + 1))))[0] == 413


async def test_a_fault_of_ours_tells_the_client_nothing_of_its_inside(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    status, told = await error(client, "/broken")
    assert (status, told["code"]) == (500, "internal")
    assert "123456" not in told["message"]
    assert "GET /broken broke" in caplog.text


async def test_every_answer_has_the_headers_that_keep_a_browser_safe(client: Client) -> None:
    for path in ("/open", "/nowhere", "/asked"):
        async with client.get(path) as response:
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"


async def test_an_answer_uses_the_names_of_the_outside(client: Client) -> None:
    async with client.get("/open?from=7") as response:
        assert await response.json() == {"from": 7, "text": "名"}


async def test_the_description_is_valid_and_complete(client: Client) -> None:
    async with client.get("/api/v1/openapi.json", headers=bearer(SUPERVISOR)) as response:
        document = await response.json()
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == {route.path for route in ROUTES} | {"/api/v1/openapi.json"}
    operation = document["paths"]["/ops"]["get"]
    assert operation["x-roles"] == ["ops"]
    assert [one["name"] for one in operation["parameters"]] == ["from", "name"]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Answer"
    }
    assert "from" in document["components"]["schemas"]["Answer"]["properties"]
    assert "security" not in document["paths"]["/open"]["get"]
    assert document["paths"]["/things/{id}"]["get"]["parameters"][0]["in"] == "path"
