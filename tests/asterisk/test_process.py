"""The process of Asterisk: when it is ready, and that it ends when told."""

import pytest

from asterisk_conf import AsteriskDown, Places, Plan, process, render
from asterisk_conf.runtime import Asterisk
from tests.asterisk import switchboard
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone


async def test_a_stopped_asterisk_is_not_ready_and_says_so(plan: Plan, asterisk: Asterisk) -> None:
    places = render(plan, plan.facts.parent / "asterisk")
    assert not await process.ready(asterisk.argv, places)
    with pytest.raises(AsteriskDown, match=r"does .*exist"):
        await process.rx(asterisk.argv, places, "core show uptime")


async def test_a_stale_socket_is_not_ready(plan: Plan, asterisk: Asterisk) -> None:
    """A killed Asterisk leaves its socket behind."""
    places = render(plan, plan.facts.parent / "asterisk")
    (places.run / "asterisk.ctl").touch()
    assert not await process.ready(asterisk.argv, places)


async def test_channels(board: Switchboard, caller: Telephone) -> None:
    assert await process.channels(board.program, board.places) == []
    assert await caller.dial("12329") == 200
    (channel,) = await process.channels(board.program, board.places)
    assert channel.startswith("PJSIP/trunk-")


async def test_it_stops_with_calls_up(plan: Plan, asterisk: Asterisk) -> None:
    places = Places(plan.facts.parent / "asterisk")
    async with switchboard.running(plan, places.folder, asterisk.argv) as board, Telephone(plan.sip_port) as caller:
        assert await caller.dial("12329") == 200
        assert await process.ready(asterisk.argv, board.places)
        caller.ended.set()  # it will not be told goodbye
    assert not await process.ready(asterisk.argv, places)
