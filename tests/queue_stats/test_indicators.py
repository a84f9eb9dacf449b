"""Indicators from stored calls against the plainest reading of their definitions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from facts import Fact
from queue_stats.call import Call, Lost
from queue_stats.indicators import By, Indicators, indicators
from queue_stats.ledger import reduce
from queue_stats.store import Store
from queue_stats.tables import CallRow
from tests.queue_stats.stories import told
from tests.queue_stats.test_store import written

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = (dt.date(2026, 1, 30), dt.date(2026, 2, 2))
T, SHORT = 15, 5


def random_calls(number: int) -> list[Fact]:
    """Calls of every ending over four days, midnights of Shanghai among them."""
    random, facts = Random(12329), list[Fact]()  # noqa: S311 - the same every time
    start = int(dt.datetime(2026, 1, 30, tzinfo=ZONE).timestamp() * 1000)
    for n in range(number):
        centre, wait, talk = (
            random.choice(["changsha", "yueyang"]),
            random.randrange(0, 60_000),
            random.randrange(300_000),
        )
        table = "0 entered - - centre=" + centre
        ending = random.choice(["self", "answered", "answered", "waiting", "TIMEOUT", "JOINEMPTY", "going_on"])
        if ending not in {"self", "JOINEMPTY"}:
            table += f"\n1_000 joined {centre} -"
        if ending == "answered":
            table += f"\n{1_000 + wait} answered {centre} 1001\n{1_000 + wait + talk} completed {centre} 1001"
        if ending in {"waiting", "TIMEOUT"}:
            table += f"\n{1_000 + wait} abandoned {centre} -"
        if ending in {"waiting", "TIMEOUT", "JOINEMPTY"}:
            table += f"\n{1_000 + wait} queue_exit {centre} - status={ending if ending.isupper() else ''}"
        if ending != "going_on":
            table += "\n900_000 ended - -"
        facts += told(table, f"{n}.1", start + random.randrange(4 * 86_400_000 + 3_600_000))
    return facts


def plain(calls: list[Call], key: str) -> dict[str, object]:
    """The definitions, one after the other."""
    decided = [call for call in calls if call.ended is not None or call.answered or call.lost]
    offered = [call for call in decided if call.offered]
    answered = [call for call in offered if call.answered]
    lost = [call for call in offered if not call.answered]
    waits = sorted((call.wait_ms or 0) / 1000 for call in answered)
    reasons: dict[str, int] = defaultdict(int)
    for call in lost:
        assert call.lost is not None
        reasons[call.lost] += 1
    return {
        "key": key,
        "calls": len(decided),
        "self_service": len(decided) - len(offered),
        "offered": len(offered),
        "answered": len(answered),
        "lost": len(lost),
        "lost_by_reason": dict(reasons),
        "loss_rate": round(len(lost) / len(offered), 4) if offered else None,
        "answer_rate": round(len(answered) / len(offered), 4) if offered else None,
        "service_level": round(sum(wait <= T for wait in waits) / len(offered), 4) if offered else None,
        "wait_max": waits[-1] if waits else None,
        "wait_mean": pytest.approx(sum(waits) / len(waits), abs=0.001) if waits else None,
        "short_abandons": sum(
            call.lost is Lost.HUNG_UP_WAITING and (call.wait_ms or 0) < SHORT * 1000 for call in lost
        ),
    }


async def rows(engine: AsyncEngine, by: By | None = None, centre: str | None = None) -> list[Indicators]:
    async with engine.connect() as connection:
        return await indicators(
            connection,
            first=DAYS[0],
            last=DAYS[1],
            zone=ZONE,
            by=by,
            centre=centre,
            service_level_seconds=T,
            short_abandon_seconds=SHORT,
        )


def moment(call: Call) -> dt.datetime:
    return dt.datetime.fromtimestamp(call.started / 1000, ZONE)


KEYS: dict[By | None, Callable[[Call], str]] = {
    None: lambda _: "",
    By.HOUR: lambda call: f"{moment(call):%Y-%m-%d %H:00}",
    By.DAY: lambda call: f"{moment(call):%Y-%m-%d}",
    By.MONTH: lambda call: f"{moment(call):%Y-%m}",
    By.CENTRE: lambda call: call.centre,
}


@pytest.mark.parametrize("by", list(KEYS))
@pytest.mark.parametrize("centre", [None, "yueyang"])
async def test_rows_are_what_the_definitions_say(
    fresh_engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory, by: By | None, centre: str | None
) -> None:
    facts = random_calls(400)
    folder = tmp_path_factory.mktemp("facts")
    written(folder / "ami.jsonl", facts)
    store = Store(fresh_engine, folder, 5000)
    while await store.store_new():
        pass
    by_call: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_call[fact.call].append(fact)
    groups: dict[str, list[Call]] = defaultdict(list)
    for call in map(reduce, by_call.values()):
        decided = call.ended is not None or call.answered or call.lost
        if DAYS[0] <= moment(call).date() <= DAYS[1] and decided and centre in {None, call.centre}:
            groups[KEYS[by](call)].append(call)
    got = await rows(fresh_engine, by, centre)
    assert [row.key for row in got] == sorted(groups)
    for row in got:
        expected = plain(groups[row.key], row.key)
        assert {name: getattr(row, name) for name in expected} == expected
        assert row.calls == row.self_service + row.offered
        assert row.lost == row.offered - row.answered == sum(row.lost_by_reason.values())


async def test_a_day_without_calls_has_no_rates(fresh_engine: AsyncEngine) -> None:
    (row,) = await rows(fresh_engine)
    assert (row.calls, row.lost_by_reason, row.short_abandons) == (0, {}, 0)
    for rate in (
        row.loss_rate,
        row.answer_rate,
        row.service_level,
        row.wait_mean,
        row.satisfaction_rate,
        row.settled_rate,
    ):
        assert rate is None
    assert await rows(fresh_engine, By.DAY) == []


async def test_percentiles_ratings_and_settled(fresh_engine: AsyncEngine) -> None:
    start = dt.datetime(2026, 1, 31, 12, tzinfo=ZONE)
    common = {
        "centre": "changsha",
        "dialled": "",
        "caller": "",
        "path": [],
        "verified": False,
        "agent": "1001",
        "lost": None,
    }
    common |= {"offered": True, "answered": True, "outcome": "answered", "emergency": False, "message": False}
    async with fresh_engine.begin() as connection:
        for n in range(1, 101):
            await connection.execute(
                insert(CallRow).values(
                    id=str(n),
                    started=start,
                    ended=start,
                    wait_ms=n * 1000,
                    talk_ms=60_000,
                    wrap_up_ms=22_000,
                    rating=1 + n % 3 if n <= 30 else None,
                    settled=n <= 92 if n > 1 else None,
                    **common,
                )
            )
    (row,) = await rows(fresh_engine)
    assert (row.wait_p50, row.wait_p95, row.wait_max, row.wait_mean) == (50.5, 95.05, 100.0, 50.5)
    assert (row.service_level, row.talk_mean, row.wrap_up_mean) == (0.15, 60.0, 22.0)
    assert (row.rated, row.satisfied, row.satisfaction_rate, row.settled_rate) == (30, 20, 0.6667, 0.91)
