"""Requests as the back office reads them: every kind, filtered, paged, masked."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fund.port import Holder, Verified
from service_requests.api import Api
from service_requests.exceptions import RequestsUnavailable
from service_requests.kinds import Business, Category, Half, MessageKind, Slot
from service_requests.message_box import Message
from service_requests.service import Requests
from service_requests.settings import RequestsSettings
from service_requests.tables import MessageRow
from transactions import Transactions
from web import build

TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}
ZONE = ZoneInfo("Asia/Shanghai")
CENTRES = ("changsha", "yueyang")
PHONE, MOBILE = "13812345678", "13998765432"
NIGHT = dt.datetime(2026, 11, 23, 23, 59, 30, tzinfo=ZONE)
"""The last half minute of a day in Shanghai; it is the afternoon before in UTC."""

FIELDS = {
    "kind", "id", "number", "centre", "about", "state", "at", "changed", "call", "branch", "day", "half", "phone",
    "file", "seconds",
}  # fmt: skip


@dataclass(slots=True)
class Office:
    """A client with a token, and the room behind it, whose clock goes on by seconds."""

    client: TestClient[web.Request, web.Application]
    room: Requests
    folder: Path
    now: dt.datetime = field(default=NIGHT)

    async def ask(self, query: str = "", role: str = "supervisor") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKENS[role]}"}
        async with self.client.get(f"/api/v1/requests{query}", headers=headers) as response:
            return response.status, await response.json()

    async def get(self, query: str = "") -> list[dict[str, Any]]:
        status, found = await self.ask(query)
        assert status == 200, found
        return list(found["requests"])

    def tick(self) -> dt.datetime:
        """The moment it is; another at every look."""
        self.now += dt.timedelta(seconds=10)
        return self.now


def person(key: int, centre: str = "changsha") -> Verified:
    return Verified(Holder.DEPOSITOR, f"holder-{key}", centre, must_change=False)


def slot(centre: str = "changsha", half: Half = Half.MORNING) -> Slot:
    return Slot(centre, "furong", dt.date(2026, 11, 25), half)


@pytest.fixture
async def office(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Office]:
    api = Api(Transactions(fresh_engine, 10, RequestsUnavailable), CENTRES, ZONE)
    async with TestClient(TestServer(build(api.routes(), TOKENS, version="1"))) as client:
        made = Office(client, Requests(fresh_engine, RequestsSettings(answer_seconds=10)), tmp_path)
        made.room._clock = made.tick
        yield made


@pytest.fixture
async def busy(office: Office) -> Office:
    """One request of every kind, in this order, ten seconds apart, over midnight in Shanghai."""
    today = office.now.date()
    await office.room.book(person(1), Business.LOAN, slot(), "call-1", today)
    await office.room.subscribe(person(1), Category.NOTICE, "call-2", active=True)
    await office.room.queue_sms(person(2, "yueyang"), MOBILE, "deposit", "余额一元", "call-3")
    at = int(office.tick().timestamp() * 1000)
    (office.folder / "a.wav").write_bytes(b"what was said")
    left = Message("12345678", MessageKind.COMPLAINT, "yueyang", "call-4", "138****5678", "a.wav", 4.5, at)
    await office.room.send(office.folder, left, PHONE)
    return office


async def test_every_kind_newest_first_with_what_the_back_office_needs(busy: Office) -> None:
    found = await busy.get()
    assert [one["kind"] for one in found] == ["message", "sms", "subscription", "appointment"]
    assert all(set(one) == FIELDS for one in found)
    message, sms, subscription, appointment = found
    assert (message["number"], message["about"], message["state"], message["centre"], message["call"]) == (
        "12345678", "complaint", "new", "yueyang", "call-4",
    )  # fmt: skip
    assert (message["file"], message["seconds"], message["branch"]) == ("a.wav", 4.5, None)
    assert (sms["about"], sms["state"], sms["number"]) == ("deposit", "queued", None)
    assert (subscription["about"], subscription["state"], subscription["phone"]) == ("notice", "on", None)
    assert (appointment["about"], appointment["state"], appointment["branch"]) == ("loan", "booked", "furong")
    assert (appointment["day"], appointment["half"]) == ("2026-11-25", "morning")
    assert len(appointment["number"]) == 6
    assert dt.datetime.fromisoformat(appointment["at"]) == NIGHT + dt.timedelta(seconds=10)


async def test_numbers_are_masked_and_nobody_is_named(busy: Office) -> None:
    _, found = await busy.ask()
    assert [one["phone"] for one in found["requests"]] == ["138****5678", "139****5432", None, None]
    shown = repr(found)
    assert not [secret for secret in (PHONE, MOBILE, "holder-", "余额") if secret in shown]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("?kind=appointment", ["appointment"]),
        ("?kind=message", ["message"]),
        ("?centre=changsha", ["subscription", "appointment"]),
        ("?centre=yueyang&kind=sms", ["sms"]),
        ("?centre=yueyang&kind=appointment", []),
        ("?state=on", ["subscription"]),
        ("?state=off", []),
        ("?state=booked", ["appointment"]),
        ("?state=new", ["message"]),
        ("?state=queued&kind=message", []),
        ("?to=2026-11-23", ["subscription", "appointment"]),
        ("?from=2026-11-24", ["message", "sms"]),
        ("?from=2026-11-23&to=2026-11-24", ["message", "sms", "subscription", "appointment"]),
        ("?from=2026-11-25", []),
        ("?limit=1", ["message"]),
    ],
)
async def test_what_is_asked_for(busy: Office, query: str, kinds: list[str]) -> None:
    """Days begin at midnight of the hotline's zone: the first two requests are half a minute older than the 24th."""
    assert [one["kind"] for one in await busy.get(query)] == kinds


async def test_a_state_that_changed(busy: Office) -> None:
    (booked,) = await busy.get("?kind=appointment")
    assert await busy.room.cancel(person(1), booked["number"])
    await busy.room.subscribe(person(1), Category.NOTICE, "call-5", active=False)
    assert await busy.get("?state=booked") == []
    (cancelled,) = await busy.get("?state=cancelled")
    assert cancelled["at"] == booked["at"]
    assert cancelled["changed"] > booked["changed"]
    (off,) = await busy.get("?state=off")
    assert (off["about"], off["call"]) == ("notice", "call-5")


@pytest.mark.parametrize("kind", ["", "&kind=appointment"])
async def test_pages_are_whole_while_new_requests_come(office: Office, fresh_engine: AsyncEngine, kind: str) -> None:
    """Also where many were made in the same moment."""
    still = office.tick()
    office.room._clock = lambda: still
    numbers = [
        (await office.room.book(person(key), Business.LOAN, slot(), f"call-{key}", still.date())).number
        for key in range(7)
    ]
    seen: list[str] = []
    page = (await office.ask(f"?limit=3{kind}"))[1]
    office.room._clock = office.tick
    await office.room.book(person(8), Business.LOAN, slot(half=Half.AFTERNOON), "call-8", still.date())
    while True:
        seen += [one["number"] for one in page["requests"]]
        if page["next"] is None:
            break
        page = (await office.ask(f"?limit=3{kind}&before={page['next']}"))[1]
    assert sorted(seen) == sorted(numbers)
    assert len(await office.get(f"?limit=8{kind}")) == 8


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("?kind=letter", "kind"),
        ("?state=lost", "state"),
        ("?centre=beijing", "centre"),
        ("?centre=%00", "centre"),
        ("?centre=changsha'%20OR%20'1'='1", "centre"),
        ("?from=2026-13-01", "from"),
        ("?to=9999-12-31", "to"),
        ("?from=2026-02-02&to=2026-02-01", "to"),
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?before=yesterday", "before"),
        ("?holder=1", "holder"),
    ],
)
async def test_a_wrong_question_is_told_what_is_wrong(office: Office, query: str, where: str) -> None:
    status, body = await office.ask(query)
    assert (status, body["error"]["where"]) == (400, where)


async def test_supervisors_alone_may(office: Office) -> None:
    assert (await office.ask(role="ops"))[0] == 403
    assert (await office.client.get("/api/v1/requests")).status == 401


async def test_the_description_is_valid_and_names_the_states(office: Office) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['supervisor']}"}
    async with office.client.get("/api/v1/openapi.json", headers=headers) as response:
        document = await response.json()
    OpenAPIV31SpecValidator(document).validate()
    described = document["paths"]["/api/v1/requests"]["get"]
    assert [one["name"] for one in described["parameters"]] == [
        "from", "to", "kind", "centre", "state", "limit", "before",
    ]  # fmt: skip
    assert described["x-roles"] == ["supervisor"]
    assert document["components"]["schemas"]["Kind"]["enum"] == ["appointment", "subscription", "sms", "message"]
    assert set(document["components"]["schemas"]["RequestAnswer"]["properties"]) == FIELDS


async def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    nowhere = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    api = Api(Transactions(nowhere, 10, RequestsUnavailable), CENTRES, ZONE)
    async with TestClient(TestServer(build(api.routes(), TOKENS, version="1"))) as client:
        office = Office(client, Requests(nowhere, RequestsSettings()), tmp_path)
        status, body = await office.ask()
    assert (status, body["error"]["code"]) == (503, "unavailable")
    await nowhere.dispose()


async def test_a_withheld_number_is_empty_not_null(busy: Office, fresh_engine: AsyncEngine) -> None:
    async with fresh_engine.begin() as connection:
        await connection.execute(update(MessageRow).values(caller=""))
    (message,) = await busy.get("?kind=message")
    assert message["phone"] == ""


async def test_many_at_once(busy: Office) -> None:
    pages = await asyncio.gather(*(busy.ask() for _ in range(20)))
    assert {status for status, _ in pages} == {200}
