"""The API of the recordings as its clients meet it: who may, any part of a file, and a row of the audit list for each."""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy.ext.asyncio import AsyncEngine

from recordings.api import ONE_PLAY_SECONDS, RecordingsApi
from recordings.container import CHUNK_BYTES, HEADER, sealed
from recordings.keys import KeyRing
from recordings.retention import Retention, seconds_until
from recordings.settings import RecordingsSettings
from recordings.store import Kept, Store, Wanted
from seats.audit import AuditTrail
from web import Person, Role, build

ZONE = ZoneInfo("Asia/Shanghai")
RING, OTHER = KeyRing.of(b"k" * 32), KeyRing.of(b"o" * 32)
TOKENS = {"ops": "ops-token-0123456789", "supervisor": "supervisor-token-0123456789"}
PEOPLE = {
    "token-of-agent-1001": Person(Role.AGENT, "1001"),
    "token-of-supervisor-9001": Person(Role.SUPERVISOR, "9001"),
}
CALL = "1795447745.0"
SOUND = bytes(range(256)) * 300
BEGAN = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # the 24th, half past midnight, in Shanghai


@dataclass(slots=True)
class House:
    """The server, its parts, and a client."""

    client: TestClient[web.Request, web.Application]
    folder: Path
    store: Store
    audit: AuditTrail
    now: list[float]
    ids: dict[str, int] = field(default_factory=dict)

    async def keep(self, name: str = CALL, ring: KeyRing = RING, began: dt.datetime = BEGAN) -> Path:
        call, _, visit = name.partition("-")
        data = b"".join(sealed(SOUND, ring, b"s" * 16))
        file = self.folder / f"{began:%Y/%m/%d}" / f"{name}.rec"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        kept = Kept(
            call, 1000 * int(visit or 1), began, 19.2, "changsha", "1001", str(file.relative_to(self.folder)),
            len(data), digest, ring.first.hex(),
        )  # fmt: skip
        await self.store.keep(kept)
        found = await self.store.of_part(call, kept.part)
        assert found is not None
        self.ids[name] = found.id
        return file

    async def ask(self, path: str = "", token: str = TOKENS["supervisor"], **query: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.client.get(f"/api/v1/recordings{path}", headers=headers, params=query) as answer:
            return answer.status, await answer.json()

    async def play(self, method: str = "GET", query: str = "", **headers: str) -> tuple[int, Any, bytes]:
        headers |= {"Authorization": f"Bearer {TOKENS['supervisor']}"}
        path = f"/api/v1/recordings/{self.ids[CALL]}/audio{query}"
        async with self.client.request(method, path, headers=headers) as answer:
            return answer.status, answer.headers, await answer.read()

    async def deeds(self) -> list[tuple[str, str, str, str]]:
        found = await self.audit.latest(50)
        return [(one.deed.who, one.deed.what, one.deed.whom, one.deed.call) for one in reversed(found)]


@pytest.fixture
async def house(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[House]:
    store, audit, now = Store(fresh_engine), AuditTrail(fresh_engine), [0.0]
    api = RecordingsApi(store, tmp_path, RING, audit, ZONE, lambda: now[0])

    async def people(token: str) -> Person | None:
        return PEOPLE.get(token)

    async with TestClient(TestServer(build(api.routes(), TOKENS, version="1", people=people))) as client:
        yield House(client, tmp_path, store, audit, now)


async def test_the_description_is_openapi(house: House) -> None:
    async with house.client.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {TOKENS['ops']}"}) as answer:
        described = await answer.json()
    OpenAPIV31SpecValidator(described).validate()
    audio = described["paths"]["/api/v1/recordings/{id}/audio"]
    assert set(audio) == {"get", "head"}
    assert {"200", "206", "416"} <= set(audio["get"]["responses"])
    assert "audio/ogg" in audio["get"]["responses"]["206"]["content"]
    assert {"name": "Range", "in": "header"}.items() <= audio["get"]["parameters"][-1].items()
    assert audio["get"]["x-roles"] == ["ops", "supervisor"]


async def test_who_may(house: House) -> None:
    await house.keep()
    paths = ("", f"/{house.ids[CALL]}", f"/{house.ids[CALL]}/audio")
    for path in paths:
        assert (await house.ask(path, "token-of-agent-1001"))[0] == 403
        assert (await house.ask(path, "nobody-has-this-token"))[0] == 401
    assert await house.deeds() == []
    for token in (*TOKENS.values(), "token-of-supervisor-9001"):
        assert (await house.ask("", token))[0] == 200
    assert [deed[:2] for deed in await house.deeds()] == [
        ("ops", "recording_listed"), ("supervisor", "recording_listed"), ("9001", "recording_listed"),
    ]  # fmt: skip


async def test_listed_by_call_agent_and_day(house: House) -> None:
    for name in (f"{CALL}-2", CALL, "1795000000.7"):
        await house.keep(name)
    _, body = await house.ask("", call=CALL)
    assert [(one["call"], one["part"], one["offset"]) for one in body["recordings"]] == [(CALL, 1, 0), (CALL, 2, 19.2)]
    assert body["recordings"][0]["audio"] == f"/api/v1/recordings/{house.ids[CALL]}/audio"
    first = (await house.ask("", limit="2"))[1]
    assert [one["call"] for one in first["recordings"]] == ["1795000000.7", CALL]
    rest = (await house.ask("", limit="2", before=str(first["next"])))[1]
    assert ([one["part"] for one in rest["recordings"]], rest["next"]) == ([2], None)
    day = {"from": "2026-11-24", "to": "2026-11-24"}
    assert len((await house.ask("", agent="1001", **day))[1]["recordings"]) == 3
    assert (await house.ask("", **{"from": "2026-11-23", "to": "2026-11-23"}))[1]["recordings"] == []
    assert (await house.ask("", agent="1002"))[1]["recordings"] == []
    assert ("supervisor", "recording_listed", "1001", "") in await house.deeds()
    for wrong in ({"call": "x;y"}, {"from": "2026-11-24", "to": "2026-11-23"}, {"limit": "0"}, {"nothing": "1"}):
        assert (await house.ask("", **wrong))[0] == 400


async def test_heard_as_a_whole_and_downloaded(house: House) -> None:
    await house.keep()
    status, headers, body = await house.play()
    assert (status, body) == (200, SOUND)
    assert headers["Content-Type"] == "audio/ogg"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Disposition"] == f'inline; filename="12329-{CALL}.ogg"'
    assert (await house.play(query="?download=true"))[1]["Content-Disposition"].startswith("attachment")
    status, headers, body = await house.play("HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(SOUND)), b"")
    assert await house.deeds() == [
        ("supervisor", what, "1001", CALL) for what in ("recording_played", "recording_downloaded", "recording_listed")
    ]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1), ("bytes=0-", 0, len(SOUND)), ("bytes=100-200", 100, 201), ("bytes=-10", len(SOUND) - 10, len(SOUND)),
        (f"bytes={CHUNK_BYTES - 1}-{CHUNK_BYTES}", CHUNK_BYTES - 1, CHUNK_BYTES + 1), ("bytes=76000-99999999", 76000, len(SOUND)),
        ("bytes=-99999999", 0, len(SOUND)),
    ],
)  # fmt: skip
async def test_any_part(house: House, asked: str, start: int, stop: int) -> None:
    await house.keep()
    status, headers, body = await house.play(Range=asked)
    assert (status, body) == (206, SOUND[start:stop])
    assert headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(SOUND)}"
    status, headers, body = await house.play("HEAD", Range=asked)
    assert (status, headers["Content-Length"], body) == (206, str(stop - start), b"")


async def test_parts_that_are_none(house: House) -> None:
    await house.keep()
    status, headers, body = await house.play(Range=f"bytes={len(SOUND)}-")
    assert status == 416
    assert headers["Content-Range"] == f"bytes */{len(SOUND)}"
    assert b"range_not_satisfiable" in body
    for whole in ("bytes=9-1", "bytes=0-1,4-5", "seconds=1-2", "bytes=a-b"):
        assert (await house.play(Range=whole))[0] == 200
    tag = (await house.play("HEAD"))[1]["ETag"]
    assert (await house.play(Range="bytes=0-1", **{"If-Range": tag}))[0] == 206
    assert (await house.play(Range="bytes=0-1", **{"If-Range": '"another"'}))[0] == 200


async def test_seeking_is_one_play_for_a_while(house: House) -> None:
    await house.keep()
    for start in range(0, 5000, 1000):
        await house.play(Range=f"bytes={start}-")
    assert len(await house.deeds()) == 1
    house.now[0] += ONE_PLAY_SECONDS + 1
    await house.play(Range="bytes=5-")
    assert [deed[1] for deed in await house.deeds()] == ["recording_played"] * 2


async def test_what_cannot_be_played_says_why(house: House) -> None:
    file = await house.keep()
    good = file.read_bytes()
    file.write_bytes(good[:-1])
    status, _, body = await house.play()
    assert (status, b"cut short" in body) == (500, True)
    file.write_bytes(good[: HEADER.size] + b"\0" + good[HEADER.size + 1 :])
    status, _, body = await house.play()
    assert (status, b"was changed" in body) == (500, True)
    # Damage behind the beginning: what is whole is given, and the answer is cut.
    late = HEADER.size + CHUNK_BYTES * 2
    file.write_bytes(good[:late] + bytes([good[late] ^ 1]) + good[late + 1 :])
    with pytest.raises(ClientPayloadError):
        await house.play()
    file.unlink()
    status, _, body = await house.play()
    assert (status, b"not there any more" in body) == (410, True)
    await house.keep(ring=OTHER)
    status, _, body = await house.play()
    assert (status, OTHER.first.hex().encode() in body) == (503, True)
    for number in ("0", "x", "99999999999999999999", "٣"):
        assert (await house.ask(f"/{number}"))[0] == 404


async def test_expired_ones_are_removed_and_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    rule = Retention(
        house.folder, house.store, house.audit, RecordingsSettings(retention_days=10, work_order_retention_days=20)
    )
    for name, days in (("1.1", 9), ("2.1", 11), ("3.1", 11), ("4.1", 21)):
        await house.keep(name, began=BEGAN - dt.timedelta(days=days))
    lost = await house.keep("5.1", began=BEGAN - dt.timedelta(days=30))
    lost.unlink()
    for call in ("3.1", "4.1"):
        assert await house.store.tie(call, "WO-7") == 1
    assert [one.call for one in await rule.expired(BEGAN)] == ["5.1", "4.1", "2.1"]
    assert [one.call async for one in rule.remove_expired(BEGAN)] == ["5.1", "4.1", "2.1"]
    assert [one.call for one in await house.store.listed(Wanted(), 9)] == ["3.1", "1.1"]
    assert sorted(file.stem for file in house.folder.rglob("*.rec")) == ["1.1", "3.1"]
    assert not (house.folder / f"{BEGAN - dt.timedelta(days=21):%Y/%m/%d}").exists()
    assert await house.deeds() == [("retention", "recording_removed", "1001", call) for call in ("5.1", "4.1", "2.1")]
    assert "removed 4.1 of 2026-11-02, 19 s, agent 1001" in caplog.text
    assert [one async for one in rule.remove_expired(BEGAN)] == []
    never = replace(rule, settings=RecordingsSettings())
    assert await never.expired(BEGAN) == []


def test_the_hour_of_the_removal() -> None:
    now = dt.datetime(2026, 11, 23, 2, 30, tzinfo=ZONE)
    assert seconds_until(3, now) == 1800
    assert seconds_until(3, now.replace(hour=3, minute=0)) == 86400
    assert seconds_until(3, dt.datetime(2026, 3, 28, 4, tzinfo=ZoneInfo("Europe/Berlin"))) == 22 * 3600
