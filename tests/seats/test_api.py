"""The API of the seats as its clients meet it, on a real PostgreSQL; Asterisk is a script."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy.ext.asyncio import AsyncEngine

import seats.demo
from ami import LinkLost, Refused
from facts import Journal
from fund.passwords import Passwords
from seats.api import Api, person
from seats.audit import AuditTrail
from seats.caller_numbers import CallerNumbers
from seats.consultation import Consultation
from seats.dialling import Rules
from seats.experts import Subject
from seats.handing_on import HandingOn
from seats.returning import Returning
from seats.service import Seats
from seats.settings import SeatsSettings
from seats.supervision import Supervision
from seats.supervision_api import SupervisionApi
from web import Person, build

PINS = Passwords("key")
TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}
TALK = [
    {"Channel": "PJSIP/trunk-00000001", "ChannelState": "6", "BridgeId": "b", "Linkedid": "1.1", "Uniqueid": "1.1"},
    {"Channel": "PJSIP/ag8001-00000002", "ChannelState": "6", "BridgeId": "b", "Linkedid": "1.1", "Uniqueid": "1.2"},
]
WAITS = [
    {"Channel": "PJSIP/trunk-00000003", "ChannelState": "6", "BridgeId": "", "Application": "Queue", "Uniqueid": "1.3"}
]


@dataclass(slots=True)
class Control:
    """Asterisk: its answers, and what it was asked to do."""

    channels: Sequence[Mapping[str, str]] = ()
    gone: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    away: bool = False
    joined: str = "1795000000123"
    does: str = ""
    done: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        if self.away:
            raise LinkLost("away")
        if action in self.refused:
            raise Refused(action)
        if fields.get("Variable") == "HL_JOINED":
            return {"Value": self.joined}
        if fields.get("Variable") == "HL_DOES":
            return {"Value": self.does}
        if action == "Getvar":
            gone = any(phone in fields["Variable"] for phone in self.gone)
            return {"Value": "UNAVAILABLE" if gone else "NOT_INUSE"}
        self.done.append((action, fields))
        return {}

    async def list(self, action: str, event: str, **fields: str) -> Sequence[Mapping[str, str]]:
        if self.away:
            raise LinkLost("away")
        return self.channels if event == "CoreShowChannel" else []


@dataclass(slots=True)
class House:
    """The server, its parts, and a client."""

    client: TestClient[web.Request, web.Application]
    control: Control
    seats: Seats
    now: list[dt.datetime]
    doing: dict[str, tuple[str, dt.datetime]]

    async def ask(self, method: str, path: str, token: str = "", **body: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        json = body if method == "POST" else None
        async with self.client.request(method, f"/api/v1/{path}", headers=headers, json=json) as response:
            return response.status, await response.json()

    async def signs_in(self, number: str = "1001", extension: str = "8001") -> str:
        pin = seats.demo.pin("seats", number)
        status, body = await self.ask("POST", f"agents/{number}/sign-in", pin=pin, extension=extension)
        assert status == 200, body
        return str(body["token"])


@pytest.fixture
async def house(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[House]:
    await seats.demo.load(fresh_engine, "seats", ["changsha"], PINS)
    now = [dt.datetime.now(dt.UTC)]
    service = Seats(fresh_engine, PINS, SeatsSettings(), lambda: now[0])
    control, doing = Control(), dict[str, tuple[str, dt.datetime]]()
    supervision = Supervision(service, control, AuditTrail(fresh_engine))
    api = Api(supervision, Journal(tmp_path / "seats.jsonl"), lambda: doing, lambda: now[0])

    async def people(token: str) -> Person | None:
        found = await service.whose(token)
        return person(found) if found else None

    handing_on = HandingOn(supervision, [Subject(name="loan", title="贷款", key="1")])
    consultation = Consultation(supervision, handing_on.subjects)
    numbers = CallerNumbers(fresh_engine, Rules(), dt.timedelta(days=30))
    await numbers.keep("1.9", "changsha", "13812345678")
    returning = Returning(supervision, numbers, Journal(tmp_path / "returned.jsonl"), "12329")
    rooms = (api, SupervisionApi(supervision), handing_on, consultation, returning)
    routes = [route for room in rooms for route in room.routes()]
    application = build(routes, TOKENS, version="1", people=people)
    async with TestClient(TestServer(application)) as client:
        yield House(client, control, service, now, doing)


async def test_a_day_at_a_seat(house: House, tmp_path: Path) -> None:
    token = await house.signs_in()
    status, body = await house.ask("GET", "agents/1001", token)
    assert (status, body["state"], body["extension"], body["name"]) == (200, "ready", "8001", "陈静")
    status, body = await house.ask("POST", "agents/1001/pause", token, reason="用餐")
    assert (status, body["state"], body["reason"], body["too_long"]) == (200, "paused", "用餐", False)
    house.now[0] += dt.timedelta(minutes=46)
    status, body = await house.ask("GET", "agents/1001", token)
    assert (body["seconds"], body["too_long"]) == (46 * 60, True)
    assert (await house.ask("POST", "agents/1001/resume", token))[1]["state"] == "ready"
    assert (await house.ask("POST", "agents/1001/wrap-up-end", token))[0] == 409
    await house.seats.begin_wrap_up("PJSIP/ag8001", "1001", "1.1", "changsha")
    assert (await house.ask("GET", "agents/1001", token))[1]["state"] == "wrap_up"
    assert (await house.ask("POST", "agents/1001/wrap-up-end", token))[1]["state"] == "ready"
    house.doing["1001"] = "talking", house.now[0]
    assert (await house.ask("GET", "agents", TOKENS["ops"]))[1]["agents"][0]["state"] == "talking"
    assert (await house.ask("POST", "agents/1001/sign-out", token))[0] == 200
    assert (await house.ask("GET", "agents/1001", token))[0] == 401, "the token ends with the seat"
    told = (tmp_path / "seats.jsonl").read_text(encoding="utf-8")
    assert [line.partition('"state":"')[2].partition('"')[0] for line in told.splitlines()] == [
        "signed_in", "paused", "ready", "ready", "signed_out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("agents/1001/sign-in", {"pin": "000000", "extension": "8001"}, 401),
        ("agents/7777/sign-in", {"pin": "000000", "extension": "8001"}, 401),
        ("agents/1001/sign-in", {"pin": "x", "extension": "8001"}, 400),
        ("agents/1001/sign-in", {"pin": "000000", "extension": "8001\r\nAction: x"}, 400),
        ("agents/1001/sign-in", {"extension": "8001"}, 400),
        ("agents/1001/sign-in", {"pin": "000000", "extension": "8001", "role": "supervisor"}, 400),
        ("agents/1001/sign-in", {"pin": "000000", "extension": "8009"}, 409),
    ],
)
async def test_nobody_comes_in_without_the_pin(house: House, path: str, body: dict[str, str], status: int) -> None:
    house.control.gone = {"ag8009"}
    found, answer = await house.ask("POST", path, **body)
    assert found == status
    assert "000000" not in str(answer)
    assert await house.seats.sitting() == []


DEEDS = ["listen", "whisper", "barge", "take-over", "pull"]


@pytest.mark.parametrize("number", ["1001", "1101"])
async def test_an_agents_token_opens_the_own_seat_and_nothing_else(house: House, number: str) -> None:
    token = await house.signs_in(number)
    other = await house.signs_in("1002", "8002")
    house.control.channels = TALK
    for deed in ["pause", "resume", "wrap-up-end", "sign-out"]:
        assert (await house.ask("POST", f"agents/1002/{deed}", token))[0] == 403
    for deed in DEEDS:
        body = {} if deed == "pull" else {"extension": "8001"}
        assert (await house.ask("POST", f"agents/1002/{deed}", token, **body))[0] == 403
    for path in ("agents", "agents/1002", "audit"):
        assert (await house.ask("GET", path, token))[0] == 403
    assert (await house.ask("GET", "openapi.json", token))[0] == 403
    assert (await house.ask("GET", "agents/1002", other))[1]["state"] == "ready"
    assert house.control.done == []


async def test_a_token_ends_elsewhere_by_a_new_one_and_by_time(house: House) -> None:
    first = await house.signs_in()
    second = await house.signs_in()
    assert (await house.ask("GET", "agents/1001", first))[0] == 401
    await house.signs_in("1002", "8001")
    assert (await house.ask("GET", "agents/1001", second))[0] == 401
    third = await house.signs_in()
    house.now[0] += dt.timedelta(hours=15)
    assert (await house.ask("GET", "agents/1001", third))[0] == 401


async def test_no_token_stands_in_the_table(house: House, fresh_engine: AsyncEngine) -> None:
    token = await house.signs_in()
    async with fresh_engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM seats.token")).all()
    assert len(rows) == 1
    assert token not in repr(rows)


async def test_a_supervisors_phone_rings_into_the_talk(house: House) -> None:
    await house.signs_in()
    token = await house.signs_in("9001", "8901")
    assert (await house.ask("POST", "agents/1001/listen", token, extension="8901"))[0] == 409, "no talk yet"
    house.control.channels = TALK
    for deed in DEEDS[:4]:
        assert (await house.ask("POST", f"agents/1001/{deed}", token, extension="8901"))[0] == 200
    assert [(name, fields["Channel"], fields["Exten"]) for name, fields in house.control.done] == [
        ("Originate", "PJSIP/ag8901", f"*3{n}8001") for n in range(1, 5)
    ]
    assert (await house.ask("POST", "agents/1001/listen", token, extension="8001"))[0] == 409, "an agent's phone"
    assert (await house.ask("POST", "agents/1002/listen", token, extension="8901"))[0] == 409, "not signed in"
    rows = (await house.ask("GET", "audit", token))[1]["rows"]
    assert {(row["who"], row["what"], row["whom"], row["outcome"]) for row in rows} == {
        ("9001", "listen", "1001", "not_talking"),
    }  # fmt: skip


async def test_a_supervisor_pauses_resumes_and_signs_out_others(house: House) -> None:
    await house.signs_in()
    token = await house.signs_in("9001", "8901")
    assert (await house.ask("POST", "agents/1001/pause", token))[1]["reason"] == "主管示忙"
    assert (await house.ask("POST", "agents/1001/wrap-up-end", token))[0] == 403
    assert (await house.ask("POST", "agents/1001/resume", TOKENS["supervisor"]))[1]["state"] == "ready"
    assert (await house.ask("POST", "agents/1001/sign-out", token))[0] == 200
    assert (await house.ask("POST", "agents/1001/sign-out", token))[0] == 409
    assert (await house.ask("POST", "agents/9001/pause", token))[0] == 400, "the own seat wants a reason"
    rows = (await house.ask("GET", "audit", TOKENS["ops"]))[1]["rows"]
    assert [(row["who"], row["what"], row["outcome"], row["via"]) for row in rows] == [
        ("9001", "force_sign_out", "done", "http"), ("supervisor", "force_ready", "done", "http"),
        ("9001", "force_pause", "done", "http"),
    ]  # fmt: skip
    page = await house.ask("GET", f"audit?limit=1&before={rows[0]['id']}", TOKENS["ops"])
    assert [row["what"] for row in page[1]["rows"]] == ["force_ready"]


async def test_a_waiting_caller_is_pulled_to_an_agent(house: House) -> None:
    await house.signs_in()
    house.control.channels = WAITS
    assert (await house.ask("POST", "agents/1001/pull", TOKENS["ops"], call="1.3"))[0] == 403
    status, body = await house.ask("POST", "agents/1001/pull", TOKENS["supervisor"], call="1.3")
    assert (status, body["call"]) == (200, "1.3")
    assert [name for name, _ in house.control.done] == ["QueueAdd", "Setvar", "Redirect"]
    assert (await house.ask("POST", "agents/1001/pull", TOKENS["supervisor"], call="1.4"))[0] == 409
    house.control.done.clear()
    house.control.refused = {"Redirect"}
    assert (await house.ask("POST", "agents/1001/pull", TOKENS["supervisor"], call="1.3"))[0] == 503
    assert house.control.done[-1][0] == "QueueRemove"


async def test_without_asterisk_it_is_said(house: House) -> None:
    await house.signs_in()
    house.control.away = True
    pin = seats.demo.pin("seats", "1002")
    assert (await house.ask("POST", "agents/1002/sign-in", pin=pin, extension="8002"))[0] == 503
    assert (await house.ask("POST", "agents/1001/pull", TOKENS["supervisor"]))[0] == 503
    assert (await house.ask("POST", "agents/1001/pause", TOKENS["supervisor"]))[0] == 200


async def test_the_description_is_openapi(house: House) -> None:
    status, document = await house.ask("GET", "openapi.json", TOKENS["ops"])
    assert status == 200
    OpenAPIV31SpecValidator(document).validate()
    operation = document["paths"]["/api/v1/agents/{number}/sign-in"]["post"]
    assert "requestBody" in operation
    assert "security" not in operation


async def test_an_agent_hands_the_own_caller_on(house: House) -> None:
    token = await house.signs_in()
    assert (await house.ask("POST", "agents/1001/hand-on", token, to="loan"))[0] == 409
    house.control.channels = TALK
    assert (await house.ask("POST", "agents/1001/hand-on", token, to="loan"))[1] == {"done": "hand_on", "call": "1.1"}
    channel = {"Channel": "PJSIP/trunk-00000001", "Context": "experts", "Priority": "1"}
    assert house.control.done[-1] == ("Redirect", channel | {"Exten": "loan"})
    assert (await house.ask("POST", "agents/1001/hand-on", token, to="first"))[0] == 200
    assert (await house.ask("POST", "agents/1001/hand-on", token, to="weather"))[0] == 400
    assert (await house.ask("POST", "agents/1002/hand-on", token, to="loan"))[0] == 403
    assert (await house.ask("POST", "agents/1001/hand-on", to="loan"))[0] == 401
    assert (await house.ask("POST", "agents/1001/unsettled", token, subject="loan"))[0] == 200
    channel = {"Channel": "PJSIP/trunk-00000001", "Variable": "HL_ASKED", "Value": "loan"}
    assert house.control.done[-1] == ("Setvar", channel)
    assert (await house.ask("POST", "agents/1001/unsettled", token, subject="first"))[0] == 400
    house.control.joined = ""
    assert (await house.ask("POST", "agents/1001/hand-on", token, to="loan"))[0] == 409, "two phones talk"


async def test_an_agent_consults_in_the_own_talk(house: House) -> None:
    token = await house.signs_in()
    assert (await house.ask("POST", "agents/1001/verify", token))[0] == 409, "nobody to verify"
    house.control.channels = TALK
    caller, agent = (one["Channel"] for one in TALK)
    for path, body, wish, where in (
        ("ask", {"subject": "loan"}, "ask_loan", "s"),
        ("verify", {}, "query", "query"),
    ):
        assert (await house.ask("POST", f"agents/1001/{path}", token, **body))[1]["call"] == "1.1"
        told, wished, led = house.control.done[-3:]
        assert told == ("Setvar", {"Channel": caller, "Variable": "SHARED(HL_WITH)", "Value": agent})
        assert wished == ("Setvar", {"Channel": agent, "Variable": "HL_WISH", "Value": wish})
        assert led == ("Redirect", {"Channel": caller, "Context": "kept-waiting", "Exten": where, "Priority": "1"})
    assert (await house.ask("POST", "agents/1001/ask", token, subject="weather"))[0] == 400
    for path in ("together", "back"):
        house.control.does = ""
        assert (await house.ask("POST", f"agents/1001/{path}", token))[0] == 409, "no expert is asked"
        house.control.does = "ask"
        assert (await house.ask("POST", f"agents/1001/{path}", token))[0] == 200
        assert (await house.ask("POST", f"agents/1002/{path}", token))[0] == 403
        assert (await house.ask("POST", f"agents/1001/{path}", TOKENS["supervisor"]))[0] == 403
    house.control.away = True
    assert (await house.ask("POST", "agents/1001/verify", token))[0] == 503


async def test_an_agent_returns_a_call_from_its_record(house: House, tmp_path: Path) -> None:
    token = await house.signs_in()
    assert (await house.ask("POST", "agents/1001/return-call", token, call="1.9"))[1]["done"] == "return_call"
    action, fields = house.control.done[-1]
    assert action == "Originate"
    assert (fields["Channel"], fields["Context"], fields["Exten"]) == ("PJSIP/ag8001", "outbound", "13812345678")
    assert fields["CallerID"] == "<12329>"
    assert (await house.ask("POST", "agents/1001/return-call", token, call="1.8"))[0] == 409
    assert (await house.ask("POST", "agents/1001/return-call", token, call="x"))[0] == 400
    assert (await house.ask("POST", "agents/1002/return-call", token, call="1.9"))[0] == 403
    told = (tmp_path / "returned.jsonl").read_text(encoding="utf-8")
    assert "138****5678" in told
    assert "13812345678" not in told
    rows = (await house.ask("GET", "audit", TOKENS["supervisor"]))[1]["rows"]
    assert [(row["who"], row["what"], row["call"], row["outcome"]) for row in rows] == [
        ("1001", "return_call", "1.8", "no_number"),
        ("1001", "return_call", "1.9", "done"),
    ]
