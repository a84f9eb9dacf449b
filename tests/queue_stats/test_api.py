"""HTTP as its clients see it, over the whole process."""

import asyncio
import datetime as dt
import json

import aiohttp
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from queue_stats import api
from tests.queue_stats.office import TOKENS, ZONE, Office
from tests.queue_stats.switchboard import event, member

STREAM = "/api/v1/live/stream"


def today() -> str:
    return dt.datetime.now(ZONE).date().isoformat()


async def test_a_call_from_ringing_in_to_its_record(office: Office) -> None:
    await office.happens("entered", "joined", "rang")
    live = await office.until("/api/v1/live", 1, "calls_up")
    while not live["waiting"]:
        live = await office.get("/api/v1/live")
    assert [(one["centre"], one["call"]) for one in live["waiting"]] == [("changsha", "1795427507.1")]
    await office.happens("answered", "completed", "left", "ended")
    live = await office.until("/api/v1/live", 1, "today", "answered")
    assert (live["calls_up"], live["waiting"], live["today"]["offered"]) == (0, [], 1)
    assert live["today_by_centre"]["changsha"]["answered"] == 1
    page = await office.get("/api/v1/calls")
    (call,) = page["calls"]
    assert (call["outcome"], call["agent"], call["caller"], page["next"]) == ("answered", "1001", "138****5678", None)
    story = await office.get(f"/api/v1/calls/{call['id']}")
    assert [told["kind"] for told in story["story"]] == [
        "entered", "joined", "rang", "answered", "completed", "queue_exit", "ended",
    ]  # fmt: skip
    (row,) = (await office.get(f"/api/v1/indicators?from={today()}&centre=changsha&by=day"))["rows"]
    assert (row["key"], row["calls"], row["answered"], row["loss_rate"], row["answer_rate"]) == (today(), 1, 1, 0, 1)


async def test_the_day_adds_up_by_every_key(office: Office) -> None:
    for n in range(6):
        queue = ("changsha", "yueyang")[n % 2]
        words = [
            ("entered", "ended"),
            ("entered", "joined", "answered", "ended"),
            ("entered", "joined", "abandoned", "left", "ended"),
        ]
        await office.happens(*words[n % 3], call=f"1.{n}", queue=queue)
    await office.until("/api/v1/live", 6, "today", "calls")
    (whole,) = (await office.get("/api/v1/indicators"))["rows"]
    assert (whole["calls"], whole["self_service"], whole["offered"], whole["answered"], whole["lost"]) == (
        6,
        2,
        4,
        2,
        2,
    )
    assert whole["lost_by_reason"] == {"hung_up_waiting": 2}
    for by in ("hour", "day", "month", "centre"):
        rows = (await office.get(f"/api/v1/indicators?by={by}"))["rows"]
        for name in ("calls", "self_service", "offered", "answered", "lost"):
            assert sum(row[name] for row in rows) == whole[name]


async def test_pages_of_calls_are_whole_while_new_calls_come(office: Office) -> None:
    for n in range(7):
        await office.happens("entered", "ended", call=f"1.{n}")
    await office.until("/api/v1/live", 7, "today", "calls")
    seen, path = [], "/api/v1/calls?limit=3"
    page = await office.get(path)
    await office.happens("entered", "ended", call="2.0")
    await office.until("/api/v1/live", 8, "today", "calls")
    while True:
        seen += [call["id"] for call in page["calls"]]
        if page["next"] is None:
            break
        page = await office.get(f"{path}&before={page['next']}")
    assert sorted(seen) == [f"1.{n}" for n in range(7)]
    newest = await office.get(
        "/api/v1/calls?limit=1&outcome=self_service&centre=changsha&from=2026-01-01&to=2199-01-01"
    )
    assert [call["id"] for call in newest["calls"]] == ["2.0"]
    assert (await office.get("/api/v1/calls?agent=1001"))["calls"] == []


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/api/v1/indicators?from=2026-13-01", 400, "from"),
        ("/api/v1/indicators?from=0001-01-01", 400, "from"),
        ("/api/v1/indicators?to=9999-12-31", 400, "to"),
        ("/api/v1/indicators?from=2026-02-02&to=2026-02-01", 400, "to"),
        ("/api/v1/indicators?by=year", 400, "by"),
        ("/api/v1/indicators?centre=beijing", 400, "centre"),
        ("/api/v1/indicators?day=1", 400, "day"),
        ("/api/v1/calls?limit=0", 400, "limit"),
        ("/api/v1/calls?limit=501", 400, "limit"),
        ("/api/v1/calls?before=yesterday", 400, "before"),
        ("/api/v1/calls?agent=%00", 400, "agent"),
        ("/api/v1/calls?outcome=gone", 400, "outcome"),
        ("/api/v1/calls/no-such-call", 404, "id"),
        ("/api/v1/calls/%00", 404, "id"),
        ("/api/v1/live/stream", 400, "Upgrade"),
        ("/api/v2/live", 404, "/api/v2/live"),
    ],
)
async def test_a_wrong_question_is_told_what_is_wrong(office: Office, path: str, status: int, where: str) -> None:
    got, body = await office.ask(path)
    assert (got, body["error"]["where"]) == (status, where)


async def test_the_stream_tells_of_every_change_and_not_only_with_its_heartbeat(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "HEARTBEAT", 3600)
    async with office.http.ws_connect(STREAM, protocols=[f"bearer.{TOKENS['ops']}"]) as stream:
        async with asyncio.timeout(60):
            first = json.loads(await stream.receive_str())
            assert (first["calls_up"], first["today"]["calls"]) == (0, 0)
            await office.happens("entered", "joined")
            while not json.loads(await stream.receive_str())["waiting"]:
                pass
            await office.happens("abandoned", "left", "ended")
            # stored and counted, not only seen
            while json.loads(await stream.receive_str())["today"]["lost"] == 0:
                pass


async def test_the_stream_wants_a_token(office: Office) -> None:
    for protocols in ((), ("bearer.wrong",)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await office.http.ws_connect(STREAM, protocols=protocols)
        assert refused.value.status == 401


async def test_agents(office: Office) -> None:
    for kind, fields in (("Added", {}), ("Status", {"Status": "6"})):
        told = {"Queue": "changsha", "MemberName": "1001", "Status": "1", "Paused": "0"} | fields
        await office.switchboard.say(event(f"QueueMember{kind}", **told))
    body = await office.get("/api/v1/agents")
    while not body["agents"] or body["agents"][0]["state"] != "ringing":
        body = await office.get("/api/v1/agents")
    (agent,) = body["agents"]
    assert (agent["number"], agent["centre"], agent["reason"]) == ("1001", "changsha", "")


async def test_asterisk_goes_and_comes_back(office: Office) -> None:
    office.switchboard.queues = [member("1001")]
    await office.switchboard.close()
    live = await office.until("/api/v1/live", False, "connected")
    assert live["stale_since"] is not None
    status, body = await office.ask("/healthz")
    assert (status, body["failing"]) == (503, ["asterisk"])
    await office.switchboard.open()
    live = await office.until("/api/v1/live", True, "connected")
    assert [agent["number"] for agent in live["agents"]] == ["1001"]
    assert (await office.get("/healthz"))["status"] == "ok"


async def test_metrics_are_for_ops_alone(office: Office) -> None:
    await office.happens("entered", "joined")
    await office.until("/api/v1/live", 1, "calls_up")
    for role, status in (("ops", 200), ("supervisor", 403)):
        async with office.http.get("/metrics", headers={"Authorization": f"Bearer {TOKENS[role]}"}) as response:
            assert response.status == status
            text = await response.text()
            if status == 200:
                assert "hotline_asterisk_connected 1.0" in text
                assert 'hotline_waiting_calls{centre="changsha"} 1.0' in text
                assert "hotline_ami_events_total" in text


async def test_the_description_is_valid(office: Office) -> None:
    document = await office.get("/api/v1/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    assert {"/healthz", "/api/v1/indicators", "/api/v1/calls/{id}", "/api/v1/live", "/metrics"} <= set(
        document["paths"]
    )
    names = [one["name"] for one in document["paths"]["/api/v1/indicators"]["get"]["parameters"]]
    assert names == ["from", "to", "centre", "by"]


async def test_the_page_holds_no_data_and_needs_no_token(office: Office) -> None:
    for path, kind in (("/", "text/html"), ("/wallboard.css", "text/css"), ("/wallboard.js", "text/javascript")):
        async with office.http.get(path) as response:
            assert (response.status, response.content_type) == (200, kind)
            assert "http://" not in (await response.text()).replace("http://127.0.0.1", "")


async def test_a_question_no_expert_answered_is_listed_with_its_call_and_ticked_off(office: Office) -> None:
    await office.happens("entered", "joined", "answered", "completed", "left")
    await office.switchboard.say(
        event("UserEvent", UserEvent="HotlineUnsettled", CallId="1795427507.1", Subject="loan", Agent="1001", Centre="changsha")
    )  # fmt: skip
    await office.happens("ended")
    await office.until("/api/v1/live", 1, "today", "answered")
    (question,) = (await office.get("/api/v1/unsettled?subject=loan&centre=changsha"))["questions"]
    assert (question["call"], question["agent"], question["caller"]) == ("1795427507.1", "1001", "138****5678")
    assert (await office.get("/api/v1/calls/1795427507.1"))["settled"] is False
    assert (await office.get("/api/v1/unsettled?subject=unit"))["questions"] == []
    headers = {"Authorization": f"Bearer {TOKENS['supervisor']}"}
    for call, status in (("1795427507.1", 200), ("1795427507.1", 200), ("1.9", 404)):
        async with office.http.post(f"/api/v1/unsettled/{call}/settle", headers=headers, json={}) as response:
            assert response.status == status
    assert (await office.get("/api/v1/unsettled"))["questions"] == []
    (done,) = (await office.get("/api/v1/unsettled?settled=true"))["questions"]
    assert done["settled_by"] == "supervisor"
