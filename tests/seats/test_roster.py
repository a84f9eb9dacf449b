"""Agents are added, get PINs and are removed; the running hotline takes it up."""

import argparse
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from fund.passwords import Passwords, is_weak
from hotline import agents
from hotline.exceptions import HotlineError
from hotline.paths import PROJECT, Paths
from hotline.settings import Settings, load
from hotline.telephony import announce, announce_new
from seats.roster import NotOnTheRoster, Roster, made_pin
from seats.service import Seats
from seats.settings import SeatsSettings

PINS = Passwords("key")
DESK = "PJSIP/ag8001"


@pytest.fixture
def settings() -> Settings:
    return load(PROJECT / "hotline.toml", {})


def words(*line: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    agents.add_arguments(parser)
    return parser.parse_args(line)


async def test_an_agent_is_added_signs_in_gets_another_pin_and_is_removed(
    fresh_engine: AsyncEngine, settings: Settings
) -> None:
    async def does(*line: str) -> str:
        return await agents.deed(words(*line), settings, fresh_engine, PINS)

    seats = Seats(fresh_engine, PINS, SeatsSettings())
    first = (await does("add", "2001", "李雷", "--centre", "changsha")).split()[3]
    assert await seats.sign_in("2001", first, DESK)
    assert await does("list") == "number\tname\tcentre\trole\tsigned in at\n2001\t李雷\tchangsha\tagent\t8001"
    for _ in range(6):
        assert await seats.sign_in("2001", "000000", DESK) is None
    second = (await does("pin", "2001")).split()[3]
    assert await seats.sign_in("2001", first, DESK) is None
    assert await seats.sign_in("2001", second, DESK), "a new PIN frees a locked number"
    await does("remove", "2001")
    assert await seats.sitting() == []
    assert await seats.sign_in("2001", second, DESK) is None


async def test_what_is_not_there_is_said(fresh_engine: AsyncEngine, settings: Settings) -> None:
    roster = Roster(fresh_engine, PINS)
    await roster.add("2001", "李雷", "changsha", "supervisor")
    with pytest.raises(NotOnTheRoster, match="already"):
        await roster.add("2001", "韩梅", "changsha", "agent")
    with pytest.raises(NotOnTheRoster, match="no agent"):
        await roster.remove("2002")
    with pytest.raises(NotOnTheRoster, match="no agent"):
        await roster.new_pin("2002")
    for line in (
        ("12", "李", "changsha"),
        ("20x1", "李", "changsha"),
        ("2003", "李\n雷", "changsha"),
        ("2003", "李", "x"),
    ):
        with pytest.raises(HotlineError):
            await agents.deed(words("add", line[0], line[1], "--centre", line[2]), settings, fresh_engine, PINS)


def test_pins_are_by_chance_and_never_weak() -> None:
    pins = {made_pin() for _ in range(200)}
    assert len(pins) > 190
    assert not any(is_weak(pin) for pin in pins)


def test_who_comes_after_the_start_is_announced_as_long_as_the_others(settings: Settings, tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    seconds = announce(settings, paths, ["1001"])
    assert announce_new(settings, paths, ["1001", "2001"]) == ["2001"]
    sizes = {file.name: file.stat().st_size for file in paths.announcements.iterdir()}
    assert set(sizes) == {"1001.alaw", "2001.alaw"}
    assert sizes["2001.alaw"] == sizes["1001.alaw"] == round(seconds * 8000)
    assert announce_new(settings, paths, ["1001", "2001"]) == []
