"""Appointments, subscriptions, summaries and messages, key by key, with their rows."""

import asyncio
import datetime as dt
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from centres import Calendar
from fund.port import Stage
from guide.shelf import Shelf
from ivr import speech
from service_requests.tables import AppointmentRow, Base, MessageRow, SmsRow, SubscriptionRow
from tests.agi_scripts.accounts import PASSWORD, Accounts, application, loan
from tests.agi_scripts.conftest import SHANGHAI, Hotline, answering
from tests.agi_scripts.line import Line
from tests.agi_scripts.test_queries import said

Rows = Callable[[type[Base]], Awaitable[list[Any]]]

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # Monday, ten in the morning in Shanghai
ENTRY = ["1000100001#", PASSWORD]
TUESDAY = dt.date(2026, 11, 24)
TUESDAY_SAID = said(speech.day(TUESDAY), speech.weekday(TUESDAY))


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(lent=[loan()])


@pytest.fixture
async def plain(fresh_database_url: str, tmp_path: Path, accounts: Accounts) -> AsyncIterator[Hotline]:
    """A hotline on a database of its own, on a Monday morning; places in each half day: two."""
    engine = create_async_engine(fresh_database_url)
    async with answering(engine, tmp_path, accounts, clock=lambda: NOW) as hotline:
        yield hotline
    await engine.dispose()


@pytest.fixture
async def rows(fresh_database_url: str) -> AsyncIterator[Rows]:
    """Read a table's rows."""
    engine = create_async_engine(fresh_database_url)

    async def read(table: type[Base]) -> list[Any]:
        async with engine.connect() as connection:
            return list((await connection.execute(select(table))).all())

    yield read
    await engine.dispose()


def number_in(line: Line) -> str:
    """The six or eight digits said after the last word that a number follows."""
    names = ("appointment.your_number", "message.number")
    at = next(at for at, name in enumerate(line.heard) if name in names)
    pairs = []
    for name in line.heard[at + 1 :]:
        if not name.startswith("value/pair/"):
            break
        pairs.append(name.removeprefix("value/pair/"))
    return "".join(pairs)


async def test_an_appointment_from_the_menu_to_the_number(plain: Hotline, rows: Rows) -> None:
    line = await plain.call("3", "1", "1", *ENTRY, "1", "1", "1", "1", "9", "2", "0")
    first = plain.world.guide.branches("changsha")[0]
    assert "appointment.loan appointment.wish verify.notice" in line.said()
    assert f"appointment.day {TUESDAY_SAID} press.1" in line.said()
    assert "appointment.half value/word/morning press.1 value/word/afternoon press.2" in line.said()
    assert f"{first.said_name} {TUESDAY_SAID} value/word/morning appointment.confirm" in line.said()
    (row,) = await rows(AppointmentRow)
    assert (row.state, row.business, row.branch, row.day, row.half) == (
        "booked",
        "loan",
        first.code,
        TUESDAY,
        "morning",
    )
    assert number_in(line) == row.number
    assert line.heard.count("appointment.booked") == 2, "9 says it again"
    (sms,) = await rows(SmsRow)
    assert row.number in sms.text
    assert (sms.mobile, sms.category) == ("13812345678", "notice")
    assert "sms.sent value/pair/56 value/pair/78 sms.sent.end" in line.said()
    assert {fact["what"] for fact in plain.facts("request")} == {"appointment"}


async def test_the_ten_next_working_days_a_few_at_a_time(plain: Hotline) -> None:
    line = await plain.call("3", "3", "1", *ENTRY, "1", "4", "4", "4", "2", "4", "4", "1", "0")
    days = plain.world.calendar.working_days(dt.date(2026, 11, 23), 10)
    assert days[0] == TUESDAY
    assert days[-1] == dt.date(2026, 12, 7)
    for day in days:
        assert said(speech.day(day), speech.weekday(day)) in line.said()
    saturday = dt.date(2026, 11, 28)
    assert said(speech.day(saturday), speech.weekday(saturday)) not in line.said()
    assert line.heard[-1] == "agent.connecting"


async def test_what_is_chosen_can_be_chosen_again(plain: Hotline, rows: Rows) -> None:
    line = await plain.call("3", "2", "1", *ENTRY, "1", "1", "1", "2", "2", "2", "2", "1", "0")
    assert line.heard.count("appointment.confirm") == 2
    (row,) = await rows(AppointmentRow)
    assert row.branch == plain.world.guide.branches("changsha")[1].code
    assert (row.business, row.half) == ("repayment", "afternoon")


async def test_one_that_is_booked_is_told_and_changed(plain: Hotline, rows: Rows) -> None:
    await plain.call("3", "1", "1", *ENTRY, "1", "1", "1", "1", "0")
    before = (await rows(AppointmentRow))[0]
    line = await plain.call("3", "1", "1", *ENTRY, "1", "1", "2", "1", "1", "0")
    assert "appointment.yours appointment.loan" in line.said()
    assert number_in(line) == before.number, "it keeps its number"
    (after,) = await rows(AppointmentRow)
    assert (before.day, after.day) == (TUESDAY, dt.date(2026, 11, 25))
    assert "appointment.changed" in line.heard


async def test_by_its_number_it_is_cancelled(plain: Hotline, rows: Rows) -> None:
    await plain.call("3", "1", "1", *ENTRY, "1", "1", "1", "1", "0")
    number = (await rows(AppointmentRow))[0].number
    other = f"{(int(number) + 1) % 10**6:06d}"
    line = await plain.call("3", "2", "2", *ENTRY, other, "12#", number, "2", "0")
    assert "appointment.number appointment.unknown appointment.number key.wrong appointment.number" in line.said()
    assert "appointment.cancelled menu.request" in line.said()
    assert [row.state for row in await rows(AppointmentRow)] == ["cancelled"]
    again = await plain.call("3", "2", "2", *ENTRY, number, number, number, "0")
    assert again.heard.count("appointment.unknown") == 3
    assert again.heard[-2:] == ["agent.offer", "agent.connecting"]


async def test_where_a_district_has_more_than_one_branch_their_names_are_read(plain: Hotline, rows: Rows) -> None:
    county = [one for one in plain.world.guide.branches("changsha") if one.district == "长沙县"]
    names = said(county[0].said_name, "press.1", county[1].said_name, "press.2")
    line = await plain.call("3", "1", "1", *ENTRY, "3", "*", "3", "2", "1", "1", "1", "0")
    assert line.said().count(f"appointment.branch {names}") == 2, "* leads back to the districts"
    assert line.heard.count("guide.districts") == 2
    (row,) = await rows(AppointmentRow)
    assert row.branch == county[1].code == "xingsha"


async def test_a_half_day_that_is_full_is_not_offered(
    fresh_database_url: str, tmp_path: Path, accounts: Accounts, plain: Hotline
) -> None:
    await _fill(fresh_database_url, plain, ["morning"])
    line = await plain.call("3", "1", "1", *ENTRY, "1", "1", "1", "0")
    assert "appointment.half" not in line.heard, "the only half that is left is not asked for"
    assert f"{TUESDAY_SAID} value/word/afternoon appointment.confirm" in line.said()


async def test_the_last_place_gone_while_the_caller_thought(
    fresh_database_url: str, plain: Hotline, rows: Rows
) -> None:
    def prepare(line: Line) -> None:
        line.meanwhile["appointment.confirm"] = lambda: _fill(fresh_database_url, plain, ["morning"])

    line = await plain.call("3", "1", "1", *ENTRY, "1", "1", "1", "1", "1", "1", "1", "0", prepare=prepare)
    assert "appointment.confirm appointment.taken guide.districts" in line.said()
    (row,) = await rows(AppointmentRow)
    assert row.half == "afternoon"


async def _fill(database_url: str, hotline: Hotline, halves: list[str]) -> None:
    """Others have taken every place of the first branch's first day."""
    engine = create_async_engine(database_url)
    branch = hotline.world.guide.branches("changsha")[0].code
    async with engine.begin() as connection:
        for half in halves:
            await connection.execute(
                text("INSERT INTO requests.slot VALUES ('changsha', :branch, :day, :half, 2, NULL)"),
                {"branch": branch, "day": TUESDAY, "half": half},
            )
    await engine.dispose()


async def test_hanging_up_at_every_step_leaves_nothing_half_done(plain: Hotline, rows: Rows) -> None:
    way = ["3", "1", "1", *ENTRY, "1", "1", "1", "1"]
    for length in range(len(way)):
        line = await plain.call(*way[:length], None)
        assert line.gone
        assert await rows(AppointmentRow) == []


async def test_subscriptions_by_category(plain: Hotline, rows: Rows) -> None:
    line = await plain.call("3", "4", *ENTRY, "1", "1", "2", "1", "1", "1", "0")
    on = "subscription.deposit subscription.off subscription.turn_on subscription.deposit subscription.now_on"
    off = "subscription.deposit subscription.on subscription.turn_off subscription.deposit subscription.now_off"
    assert f"subscription.menu {on} subscription.menu" in line.said()
    assert f"subscription.menu {off} subscription.menu" in line.said()
    found = {row.category: row.active for row in await rows(SubscriptionRow)}
    assert found == {"deposit": False, "loan": True}


async def test_without_a_number_on_file_there_is_nothing_to_send_to(
    plain: Hotline, accounts: Accounts, rows: Rows
) -> None:
    accounts.number = None
    line = await plain.call("3", "4", *ENTRY, "0")
    assert line.said().endswith("verify.password sms.no_mobile menu.again agent.connecting")
    line = await plain.call("1", "1", *ENTRY, "2", "0")
    assert line.said().endswith("account.more sms.no_mobile account.more agent.connecting")
    assert await rows(SmsRow) == []


async def test_every_query_can_be_sent_as_a_masked_sms(plain: Hotline, accounts: Accounts, rows: Rows) -> None:
    accounts.applied = [application(Stage.APPROVED)]
    for way in (["1", "1", *ENTRY], ["1", "2", *ENTRY], ["1", "3", *ENTRY], ["1", "4", "20000000101#", PASSWORD]):
        line = await plain.call(*way, "2", "0")
        assert "sms.sent value/pair/56 value/pair/78 sms.sent.end" in line.said()
    texts = [row.text for row in await rows(SmsRow)]
    assert texts[0] == (
        "您尾号1234的公积金账户余额23456.78元，月缴存额1000.50元（单位500.25元，个人500.25元），缴至2026年10月。"
    )
    assert "尾号8888" in texts[1]
    assert "审批通过" in texts[2]
    assert "尾号0101" in texts[3]
    assert not any("1000100001" in one or "20000000101" in one for one in texts)


@pytest.fixture
async def closed(fresh_database_url: str, tmp_path: Path, accounts: Accounts) -> AsyncIterator[Hotline]:
    """A hotline on a Sunday."""
    engine = create_async_engine(fresh_database_url)
    sunday = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
    async with answering(engine, tmp_path, accounts, clock=lambda: sunday, calendar=Calendar(SHANGHAI)) as hotline:
        yield hotline
    await engine.dispose()


@pytest.mark.parametrize(("key", "kind"), [("1", "complaint"), ("2", "suggestion")])
async def test_a_complaint_out_of_hours(closed: Hotline, rows: Rows, key: str, kind: str) -> None:
    line = await closed.call("4", key, "3", "2", "1", None, callerid="13812345678")
    once = "message.ask beep message.choose"
    assert f"menu.voice {once} recording message.choose {once} message.thanks message.number" in line.said()
    (row,) = await rows(MessageRow)
    assert (row.kind, row.state, row.seconds, row.caller) == (kind, "new", 3.0, "13812345678")
    assert number_in(line) == row.number
    assert [file.name for file in sorted(closed.world.messages.glob("*.wav"))] == [row.file]
    assert closed.facts("message") == [{"seconds": 3.0, "file": row.file, "what": kind}]


async def test_hanging_up_sends_what_was_said(closed: Hotline, rows: Rows) -> None:
    await closed.call("4", "1", None)
    await closed.call("4", "1", prepare=lambda line: setattr(line, "hangs_up_in", "RECORD FILE"))
    assert [row.kind for row in await rows(MessageRow)] == ["complaint"] * 2


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        (["*", None], "message.choose message.dropped menu.voice"),
        (["0", None], "message.number.again"),
        (["", "", "", None], "message.thanks"),
    ],
)
async def test_a_message_is_dropped_only_by_its_key(
    closed: Hotline, rows: Rows, keys: list[str | None], end: str
) -> None:
    line = await closed.call("4", "1", *keys)
    assert end in line.said_but_digits()
    assert len(await rows(MessageRow)) == (0 if "dropped" in end else 1)


async def test_nothing_said_is_no_message(closed: Hotline, rows: Rows) -> None:
    line = await closed.call("4", "1", None, prepare=lambda line: setattr(line, "recorded", 8400))
    assert line.said().endswith("beep message.empty menu.voice")
    assert await rows(MessageRow) == []
    assert not list(closed.world.messages.glob("*.wav"))


async def test_from_before_the_first_word_on_a_slip_says_what_is_recorded(closed: Hotline) -> None:
    seen: list[str] = []

    async def look() -> None:
        seen.extend(file.name for file in await asyncio.to_thread(on_disk, closed.world.messages))

    def prepare(line: Line) -> None:
        line.meanwhile["beep"] = look

    await closed.call("4", "1", "2", "*", None, prepare=prepare)
    assert [name.partition(".wav")[2] for name in seen] == [".open.json"]
    assert on_disk(closed.world.messages) == [], "what is dropped leaves nothing"
    await closed.call("4", "1", "1", None)
    (recording,) = on_disk(closed.world.messages)
    assert stat.S_IMODE(recording.stat().st_mode) == 0o600


def on_disk(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if ".wav" in file.name)


def slips(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in folder.glob("*.slip.json")]


async def test_without_the_database_a_message_waits_on_disk(tmp_path: Path) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    sunday = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
    async with answering(engine, tmp_path, clock=lambda: sunday, calendar=Calendar(SHANGHAI)) as hotline:
        line = await hotline.call("4", "2", "1", None, callerid="13812345678")
    assert "message.thanks message.number" in line.said()
    (slip,) = slips(tmp_path)
    assert number_in(line) in slip
    assert "13812345678" not in slip
    await engine.dispose()


async def test_without_the_database_an_appointment_is_told_to_be_impossible(tmp_path: Path, accounts: Accounts) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    async with answering(engine, tmp_path, accounts, clock=lambda: NOW) as hotline:
        line = await hotline.call("3", "1", "1", *ENTRY, "0")
    assert line.said().endswith("fault.lookup agent.connecting")
    await engine.dispose()


async def test_a_centre_without_branches_has_no_appointments(plain: Hotline, tmp_path: Path) -> None:
    assert isinstance(plain.world.guide, Shelf)
    line = await plain.call("3", "1", "0", extension="073412329")
    assert line.heard[-1] == "agent.connecting"
