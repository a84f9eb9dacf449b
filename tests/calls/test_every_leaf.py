"""Every leaf of the menu in hours, with every kind of number a caller can be known by. Each is a real call."""

from collections.abc import Mapping

import pytest

from robot.lexicon import Lexicon
from tests.calls import leaves
from tests.calls.talk import Talk
from tests.calls.turns import Turn, made
from tests.fixtures.instance import Instance

pytestmark = pytest.mark.xdist_group("calls")


async def complaint(talk: Talk) -> None:
    """4 → 1: a person, in hours."""
    await leaves.walk(talk, "4", "1")
    await talk.hears("agent.connecting")


async def suggestion(talk: Talk) -> None:
    """4 → 2: the same."""
    await leaves.walk(talk, "4", "2")
    await talk.hears("agent.connecting")


@pytest.fixture(scope="module")
def results(hotline: Instance, lexicon: Lexicon) -> Mapping[str, BaseException | None]:
    """Make all the calls; give what went wrong in each."""
    turns = leaves.table(hotline) | {"a complaint": Turn(complaint), "a suggestion": Turn(suggestion)}
    return made(hotline, lexicon, turns)


def test_every_leaf_in_hours(results: Mapping[str, BaseException | None]) -> None:
    wrong = {name: error for name, error in results.items() if error}
    assert not wrong, "\n".join(f"{name}: {error}" for name, error in wrong.items())


async def test_no_channel_is_left(hotline: Instance, results: Mapping[str, BaseException | None]) -> None:
    assert len(results) == 16
    await hotline.no_channels()
