"""The keeper's rounds on a real PostgreSQL; Asterisk is a script and time is in the test's hand."""

import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import seats.demo
from ami import LinkLost
from facts import Journal
from fund.passwords import Passwords
from seats.experts import Subject
from seats.keeper import Keeper
from seats.service import PAUSED, READY, Seats
from seats.settings import WRAP_UP, SeatsSettings

PINS = Passwords("key")
DESK, EXPERTS = "PJSIP/ag8001", "PJSIP/ag8051"


@dataclass(slots=True)
class Asterisk:
    """Devices' states, members, and what was done."""

    devices: dict[str, str] = field(default_factory=dict)
    members: list[dict[str, str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    named: list[tuple[str, str]] = field(default_factory=list)
    away: bool = False

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        if self.away:
            raise LinkLost("away")
        if action == "Getvar":
            return {"Value": self.devices.get(fields["Variable"][13:-1], "NOT_INUSE")}
        if action == "Setvar":
            self.named.append((fields["Variable"], fields["Value"]))
            return {}
        self.done.append(f"{action} {fields.get('Queue', '')} {fields.get('Interface', '')}")
        return {}

    async def list(self, action: str, event: str, **fields: str) -> Sequence[Mapping[str, str]]:
        if self.away:
            raise LinkLost("away")
        return self.members


@dataclass(slots=True)
class Room:
    keeper: Keeper
    asterisk: Asterisk
    seats: Seats
    now: list[dt.datetime]
    file: Path

    async def later(self, seconds: float) -> None:
        self.now[0] += dt.timedelta(seconds=seconds)
        await self.keeper.round()

    def facts(self, kind: str) -> list[dict[str, Any]]:
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [one for one in map(json.loads, lines) if one["kind"] == kind]


@pytest.fixture
async def room(fresh_engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Room]:
    await seats.demo.load(fresh_engine, "seats", ["changsha"], PINS)
    now = [dt.datetime.now(dt.UTC)]
    service = Seats(fresh_engine, PINS, SeatsSettings(phone_grace_seconds=60, wrap_up_seconds=30), lambda: now[0])
    for number, interface in (("1001", DESK), ("1101", EXPERTS)):
        assert await service.sign_in(number, seats.demo.pin("seats", number), interface)
    asterisk, journal = Asterisk(), Journal(tmp_path / "seats.jsonl")
    keeper = Keeper(service, asterisk, journal, (), frozenset({"changsha"}), clock=lambda: now[0])
    yield Room(keeper, asterisk, service, now, tmp_path / "seats.jsonl")
    journal.close()


async def test_a_pause_beyond_its_limit_is_warned_of_once(room: Room) -> None:
    await room.seats.set_state(DESK, PAUSED, "休息")
    await room.later(14 * 60)
    assert room.facts("seat") == []
    for _ in range(3):
        await room.later(120)
    (told,) = room.facts("seat")
    assert (told["agent"], told["state"], told["reason"]) == ("1001", "pause_too_long", "休息")
    await room.seats.set_state(DESK, READY)
    await room.seats.set_state(DESK, PAUSED, "休息")
    await room.later(16 * 60)
    assert len(room.facts("seat")) == 2, "another pause is another warning"


async def test_a_pause_without_a_limit_is_never_too_long(room: Room) -> None:
    await room.seats.set_state(DESK, PAUSED, "no_answer")
    await room.later(24 * 3600)
    assert room.facts("seat") == []


async def test_an_experts_phone_that_is_gone_signs_the_expert_out(room: Room) -> None:
    """Experts are in no queue: the phone's own state is asked for."""
    room.asterisk.devices[EXPERTS] = "UNAVAILABLE"
    await room.later(0)
    await room.later(59)
    assert await room.seats.occupant(EXPERTS) is not None
    room.asterisk.devices[EXPERTS] = "INUSE"
    await room.later(2)
    room.asterisk.devices[EXPERTS] = "UNAVAILABLE"
    await room.later(1)
    await room.later(61)
    assert await room.seats.occupant(EXPERTS) is None
    assert await room.seats.occupant(DESK) is not None
    (told,) = room.facts("seat")
    assert (told["agent"], told["state"], told["reason"]) == ("1101", "signed_out", "phone_gone")


async def test_the_grace_time_outlives_the_keeper(room: Room, tmp_path: Path) -> None:
    room.asterisk.devices[DESK] = "UNAVAILABLE"
    await room.later(0)
    journal = Journal(tmp_path / "next.jsonl")
    room.keeper = Keeper(room.seats, room.asterisk, journal, (), frozenset({"changsha"}), clock=lambda: room.now[0])
    await room.later(61)
    journal.close()
    assert await room.seats.occupant(DESK) is None


async def test_wrap_up_is_told_with_its_length_and_what_ended_it(room: Room) -> None:
    ends = {
        "time": room.later(31),
        "agent": room.seats.end_wrap_up(DESK),
        "paused": room.seats.set_state(DESK, PAUSED, "用餐"),
    }
    for end in ends.values():
        await room.seats.set_state(DESK, READY)
        assert await room.seats.begin_wrap_up(DESK, "1001", "1.1", "changsha")
        assert not await room.seats.begin_wrap_up(DESK, "1001", "1.2", "changsha"), "it is not begun twice"
        room.now[0] += dt.timedelta(seconds=5)
        await end
    await room.keeper.round()
    await room.keeper.round()
    assert [(one["call"], one["queue"], one["seconds"], one["ended_by"]) for one in room.facts("wrap_up")] == [
        ("1.1", "changsha", 36.0, "time"), ("1.1", "changsha", 5.0, "agent"), ("1.1", "changsha", 5.0, "agent"),
    ]  # fmt: skip
    assert {one["state"] for one in room.facts("stay")} == {READY, WRAP_UP}


async def test_nobody_who_is_not_there_or_paused_gets_a_wrap_up(room: Room) -> None:
    assert not await room.seats.begin_wrap_up(DESK, "1002", "1.1", "changsha"), "another sits there"
    await room.seats.set_state(DESK, PAUSED, "用餐")
    assert not await room.seats.begin_wrap_up(DESK, "1001", "1.1", "changsha")
    assert (await room.seats.sitting("1001"))[0].reason == "用餐"


async def test_without_asterisk_nobody_is_signed_out(room: Room) -> None:
    room.asterisk.away = True
    for _ in range(3):
        with pytest.raises(LinkLost):
            await room.later(300)
    room.asterisk.away = False
    await room.later(1)
    assert len(await room.seats.sitting()) == 2
    assert room.asterisk.done == [f"QueueAdd changsha {DESK}"]


async def test_a_full_disk_does_not_lose_what_is_to_be_told(room: Room) -> None:
    await room.seats.set_state(DESK, PAUSED, "用餐")
    room.file.mkdir()
    await room.keeper.round()
    room.file.rmdir()
    await room.keeper.round()
    assert [one["state"] for one in room.facts("stay")] == [READY]


async def test_a_queue_of_one_is_swept_when_its_caller_left_unheard(room: Room) -> None:
    room.asterisk.members = [{"Queue": "changsha_direct", "Location": DESK, "Name": "1001", "Status": "1"}]
    await room.later(0)
    await room.later(100)
    assert f"QueueRemove changsha_direct {DESK}" not in room.asterisk.done
    await room.later(100)
    assert f"QueueRemove changsha_direct {DESK}" in room.asterisk.done


async def test_experts_sit_in_the_queues_of_the_days_roster(room: Room) -> None:
    """Weekday and weekend are those of the calendar; agents never sit there, nor experts in a centre's queue."""
    loan = Subject(name="loan", title="贷款", key="1", weekday=("1101", "1001"))
    unit = Subject(name="unit", title="单位", key="2", weekend=("1101",))
    days = [True]
    room.keeper.subjects, room.keeper.working_day = (loan, unit), lambda _: days[0]
    room.keeper.managed = frozenset({"changsha", "expert_loan", "expert_unit"})
    await room.keeper.round()
    assert joined(room) == {("changsha", DESK), ("expert_loan", EXPERTS)}
    days[0] = False
    room.asterisk.done.clear()
    await room.keeper.round()
    assert joined(room) == {("changsha", DESK), ("expert_unit", EXPERTS)}


@pytest.mark.parametrize(
    "event",
    [
        {"Event": "UserEvent", "UserEvent": "HotlineHandedOn", "Queue": "changsha"},
        {"Event": "UserEvent", "UserEvent": "HotlineLeg", "State": "over", "Queue": "phone"},
    ],
)
async def test_who_handed_a_caller_on_has_wrap_up(room: Room, event: dict[str, str]) -> None:
    await room.keeper._take(event | {"Agent": "1001", "Interface": DESK, "CallId": "1.1"})
    seats_ = {one.occupant.number: one for one in await room.seats.sitting()}
    assert (seats_["1001"].state, seats_["1001"].call) == ("wrap_up", "1.1")


def joined(room: Room) -> set[tuple[str, ...]]:
    return {tuple(one.split()[1:]) for one in room.asterisk.done if one.startswith("QueueAdd ")}


async def test_the_dialplan_is_told_who_sits_where_once(room: Room) -> None:
    for _ in range(2):
        await room.later(1)
    assert room.asterisk.named == [("HL_SITS_ag8001", "1001"), ("HL_SITS_ag8051", "1101")]
    await room.seats.sign_out(DESK)
    await room.later(1)
    assert room.asterisk.named[2:] == [("HL_SITS_ag8001", "")]
