"""What is subscribed to, and what waits for the SMS side."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service_requests.exceptions import RequestsUnavailable
from service_requests.kinds import Category
from service_requests.service import Requests
from service_requests.settings import RequestsSettings
from service_requests.tables import SmsRow, SubscriptionRow
from tests.service_requests.test_appointments import person


@pytest.fixture
async def requests(fresh_database_url: str) -> AsyncIterator[tuple[Requests, AsyncEngine]]:
    engine = create_async_engine(fresh_database_url)
    yield Requests(engine, RequestsSettings(answer_seconds=10)), engine
    await engine.dispose()


async def test_on_and_off_by_category(requests: tuple[Requests, AsyncEngine]) -> None:
    room, engine = requests
    assert await room.subscribed(person(1)) == set()
    for category in Category:
        await room.subscribe(person(1), category, "call-1", active=True)
    await room.subscribe(person(1), Category.LOAN, "call-2", active=False)
    assert await room.subscribed(person(1)) == set(Category) - {Category.LOAN}
    assert await room.subscribed(person(2)) == set()
    async with engine.connect() as connection:
        rows = (await connection.execute(select(SubscriptionRow).where(SubscriptionRow.category == "loan"))).all()
    assert [(row.active, row.call) for row in rows] == [(False, "call-2")]


async def test_an_sms_waits_as_a_row(requests: tuple[Requests, AsyncEngine]) -> None:
    room, engine = requests
    await room.queue_sms(person(1), "13812345678", "deposit", "您尾号0001的公积金账户余额1.00元。", "call-1")
    async with engine.connect() as connection:
        row = (await connection.execute(select(SmsRow))).one()
    assert (row.state, row.category, row.mobile, row.centre) == ("queued", "deposit", "13812345678", "changsha")
    with pytest.raises(ValueError, match="nonsense"):
        await room.queue_sms(person(1), "13812345678", "nonsense", "…", "call-1")


async def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    with pytest.raises(RequestsUnavailable):
        await Requests(engine, RequestsSettings()).subscribed(person(1))
    await engine.dispose()
