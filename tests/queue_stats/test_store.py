"""Journals → database, every fact once: killed, cut off, torn, refused."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from facts import Fact
from hotline.postgres import STOP_SIGNAL, Server, prepare
from migrations import upgrade
from queue_stats import store as storing
from queue_stats.ledger import reduce
from queue_stats.store import Store
from queue_stats.tables import CallRow, FactRow, JournalRow, VisitRow
from tests.queue_stats.stories import ANSWERED, told

LOST = """
     0 entered    -        -  centre=yueyang
10_000 joined     yueyang  -
40_000 abandoned  yueyang  -
40_010 queue_exit yueyang  -  status=TIMEOUT
40_020 joined     changsha -
50_000 abandoned  changsha -
50_010 queue_exit changsha -  status=
50_020 ended      -        -
"""


def history(calls: int) -> list[Fact]:
    """Facts of many calls, told all at once."""
    facts = [fact for n in range(calls) for fact in told((ANSWERED, LOST)[n % 2], call=f"{1_700_000_000 + n}.{n}")]
    Random(12329).shuffle(facts)  # noqa: S311 - the same every time
    return facts


def written(file: Path, facts: Iterable[Fact], end: str = "") -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write("".join(fact.line() + "\n" for fact in facts) + end)


async def stored(engine: AsyncEngine) -> tuple[int, Counter[str], int]:
    """How many facts, calls by outcome, visits."""
    async with engine.connect() as connection:
        facts = (await connection.execute(select(func.count()).select_from(FactRow))).scalar_one()
        outcomes = await connection.execute(
            select(CallRow.outcome, func.count().label("number")).group_by(CallRow.outcome)
        )
        visits = (await connection.execute(select(func.count()).select_from(VisitRow))).scalar_one()
        return facts, Counter({row.outcome: row.number for row in outcomes}), visits


async def expected(engine: AsyncEngine, facts: list[Fact]) -> None:
    """The database holds just these facts, and the calls that follow from them."""
    calls = {fact.call for fact in facts}
    made = [reduce(fact for fact in facts if fact.call == call) for call in calls]
    assert await stored(engine) == (
        len({fact.id for fact in facts}),
        Counter(call.outcome for call in made),
        sum(len(call.visits) for call in made),
    )


async def test_facts_of_several_journals_become_calls(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    facts = history(20)
    for number in range(3):
        written(tmp_path / f"ami-{number}.jsonl", facts[number::3])
    store = Store(fresh_engine, tmp_path, 1000)
    assert store.behind_bytes > 0
    assert await store.store_new() == len(facts)
    assert store.behind_bytes == 0
    await expected(fresh_engine, facts)
    assert await store.store_new() == 0


async def test_told_twice_counts_once(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    facts = history(4)
    written(tmp_path / "a.jsonl", facts + facts)
    written(tmp_path / "b.jsonl", facts)
    await Store(fresh_engine, tmp_path, 7).store_new()
    await expected(fresh_engine, facts)


async def test_a_late_fact_corrects_its_call(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    store, facts = Store(fresh_engine, tmp_path, 1000), told(ANSWERED)
    late = next(fact for fact in facts if fact.kind == "answered")
    written(tmp_path / "ami.jsonl", (fact for fact in facts if fact is not late))
    await store.store_new()
    assert (await stored(fresh_engine))[1] == Counter(lost=1)
    written(tmp_path / "queue_log.jsonl", [late])
    await store.store_new()
    await expected(fresh_engine, facts)


async def test_a_line_still_being_written_waits(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    file, facts, store = tmp_path / "ivr-0.jsonl", told(ANSWERED), Store(fresh_engine, tmp_path, 1000)
    whole = "".join(fact.line() + "\n" for fact in facts).encode()
    for at in range(0, len(whole), 50):
        with file.open("ab") as lines:
            lines.write(whole[at : at + 50])
        await store.store_new()
    await expected(fresh_engine, facts)
    assert store.bad_lines == 0


async def test_lines_that_are_no_facts_are_counted_and_passed_over(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    facts, file = told(ANSWERED), tmp_path / "ivr-0.jsonl"
    written(file, facts[:3], end='{"id": "half\n[]\n\x00\n')
    written(file, facts[3:], end='{"id": "x", "t": 1, "kind": "menu", "call": "c", "path": "\\u0000"}\n')
    store = Store(fresh_engine, tmp_path, 1000)
    await store.store_new()
    await expected(fresh_engine, facts)
    assert store.bad_lines == 4


async def test_a_line_longer_than_a_batch_is_read_and_an_endless_one_passed_over(
    fresh_engine: AsyncEngine, tmp_path: Path
) -> None:
    file, facts = tmp_path / "ivr-0.jsonl", told(ANSWERED)
    long = Fact("long", facts[0].t, "menu", facts[0].call, data={"path": "1" * 20_000})
    written(file, [long, *facts], end="x" * 200_000)
    store = Store(fresh_engine, tmp_path, 1)
    while await store.store_new():
        pass
    await expected(fresh_engine, [long, *facts])
    written(file, [], end="\n" + Fact("after", facts[0].t, "menu", facts[0].call).line() + "\n")
    while store.behind_bytes:
        await store.store_new()
    assert (await stored(fresh_engine))[0] == len(facts) + 2


async def test_any_data_a_parsed_fact_has_can_be_stored(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    """One fact the database refuses would hold up all that follow."""
    odd = [
        Fact("a" * 120, 0, "k" * 24, "c" * 80, "q" * 80, "g" * 80, {"名": "🎵 \u2028 \\ ' \"", "n": 10**40, "l": [[]]}),
        Fact(
            "b",
            4_102_444_800_000,
            "entered",
            "c" * 80,
            data={"caller": "9" * 99, "dialled": "9" * 99, "centre": "x" * 99},
        ),
        Fact("c", 1, "asked_agent", "c" * 80, "q" * 80),
        Fact("d", 1, "menu", "d", data={"path": None}),
        Fact("e", 1, "gap", data={"until": 5}),
    ]
    written(tmp_path / "ivr-0.jsonl", odd)
    assert await Store(fresh_engine, tmp_path, 1000).store_new() == len(odd)


async def test_a_journal_that_was_emptied_is_read_from_its_start(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    file, facts, store = tmp_path / "ivr-0.jsonl", history(4), Store(fresh_engine, tmp_path, 1000)
    written(file, facts[:20])
    await store.store_new()
    file.write_bytes(b"")
    written(file, facts[20:])
    while store.behind_bytes or await store.store_new():
        await store.store_new()
    await expected(fresh_engine, facts)


async def test_old_journals_go_when_all_of_them_is_stored(fresh_engine: AsyncEngine, tmp_path: Path) -> None:
    old, behind, fresh = (tmp_path / f"{name}.jsonl" for name in ("old", "behind", "fresh"))
    facts, store = history(6), Store(fresh_engine, tmp_path, 1000)
    for number, file in enumerate((old, behind, fresh)):
        written(file, facts[number::3])
    await store.store_new()
    written(behind, [], end='{"id": "half')
    for file in (old, behind):
        os.utime(file, (1, 1))
    await store.tidy(before=2)
    assert not old.exists()
    assert behind.exists()
    assert fresh.exists()
    async with fresh_engine.connect() as connection:
        assert sorted((await connection.execute(select(JournalRow.file))).scalars()) == ["behind.jsonl", "fresh.jsonl"]
    written(old, facts[::3])  # a writer of that name comes back
    await store.store_new()
    await expected(fresh_engine, facts)


async def test_killed_again_and_again_while_it_stores(
    fresh_database_url: str, fresh_engine: AsyncEngine, tmp_path: Path
) -> None:
    """Kill -9 at any moment, in the middle of a transaction too."""
    facts, random, kills = history(300), Random(), 0  # noqa: S311 - a new moment every time
    written(tmp_path / "ami-1.jsonl", facts[: len(facts) // 2])
    rest = facts[len(facts) // 2 :]
    while (await stored(fresh_engine))[0] < len(facts):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.queue_stats.storing", fresh_database_url, str(tmp_path), "40"
        )
        before = (await stored(fresh_engine))[0]
        enough = min(before + random.randint(1, 500), len(facts))
        async with asyncio.timeout(30):
            while (await stored(fresh_engine))[0] < enough:
                pass  # the question itself takes its time, a different one each time
        child.kill()
        await child.wait()
        kills += 1
        written(tmp_path / "ami-2.jsonl", rest[:400])
        rest = rest[400:]
    assert kills >= 4
    await expected(fresh_engine, facts)


def started(server: Server) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        server.argv,
        env=server.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def answers(server: Server) -> None:
    async with asyncio.timeout(30):
        while not await server.ready():
            pass  # the question itself takes its time


async def test_postgres_stops_in_the_middle_and_comes_back(tmp_path: Path) -> None:
    server = prepare(tmp_path / "postgres", durable=False)
    process = started(server)
    folder, facts = tmp_path / "facts", history(400)
    folder.mkdir()
    try:
        await answers(server)
        engine = create_async_engine(server.url(), pool_pre_ping=True, connect_args={"timeout": 2})
        await upgrade(engine)
        batches = asyncio.Event()
        store = Store(engine, folder, 50, batches.set)
        task = asyncio.ensure_future(store.run(0.01))
        written(folder / "ami-1.jsonl", facts[:2000])
        await batches.wait()

        process.send_signal(STOP_SIGNAL)
        await asyncio.to_thread(process.wait)
        written(folder / "ami-1.jsonl", facts[2000:3000])
        async with asyncio.timeout(20):
            while store.failing_since is None:  # noqa: ASYNC110 - nothing else tells of a first failure
                await asyncio.sleep(0)
        assert not task.done()
        assert store.behind_bytes > 0
        written(folder / "ami-2.jsonl", facts[3000:])

        process = started(server)
        await answers(server)
        async with asyncio.timeout(30):
            while store.behind_bytes:
                batches.clear()
                await batches.wait()
        await expected(engine, facts)
        task.cancel()
        await asyncio.wait([task])
        await engine.dispose()
    finally:
        process.send_signal(STOP_SIGNAL)
        process.wait()


async def test_a_question_in_the_middle_of_a_batch_sees_all_of_it_or_nothing(
    fresh_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts, calls, visits and the offset change together."""
    facts = history(10)
    written(tmp_path / "ami.jsonl", facts)
    real, seen = storing.rebuild, []

    async def watched(*args: object) -> None:
        seen.append(await stored(fresh_engine))
        await real(*args)  # type: ignore[arg-type]
        seen.append(await stored(fresh_engine))

    monkeypatch.setattr(storing, "rebuild", watched)
    await Store(fresh_engine, tmp_path, 1000).store_new()
    assert seen == [(0, Counter(), 0)] * 2
    await expected(fresh_engine, facts)


async def test_a_failure_in_the_middle_leaves_nothing_behind(
    fresh_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = history(10)
    written(tmp_path / "ami.jsonl", facts)

    async def broken(*_: object) -> None:
        raise OSError("cut")

    store = Store(fresh_engine, tmp_path, 1000)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "rebuild", broken)
        with pytest.raises(OSError, match="cut"):
            await store.store_new()
    async with fresh_engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM stats.journal"))).scalar_one() == 0
    assert await stored(fresh_engine) == (0, Counter(), 0)
    await store.store_new()
    await expected(fresh_engine, facts)
