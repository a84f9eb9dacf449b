"""Actions on the wire: sent once, answered once, and what happens when they are not."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ami import Control, LinkLost, Refused, connection
from tests.queue_stats.switchboard import Switchboard, member


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    async with Switchboard() as board:
        yield board


@pytest.fixture
async def control(board: Switchboard) -> AsyncIterator[Control]:
    async with Control(board.access) as control:
        yield control


def sent(board: Switchboard) -> list[str]:
    return [one["Action"] for one in board.actions]


async def test_one_login_many_actions(board: Switchboard, control: Control) -> None:
    answer = await control.do("QueuePause", Interface="PJSIP/ag8001", Paused="true", Reason="用餐")
    await control.do("Ping")
    assert answer["Response"] == "Success"
    assert sent(board) == ["Login", "QueuePause", "Ping"]
    assert (board.actions[0]["Events"], board.actions[1]["Reason"]) == ("off", "用餐")


async def test_actions_at_once_get_each_its_own_answer(board: Switchboard, control: Control) -> None:
    board.refused = {"QueueRemove"}
    good = [control.do("QueueAdd") for _ in range(20)]
    bad = [control.do("QueueRemove") for _ in range(20)]
    found = await asyncio.gather(*good, *bad, return_exceptions=True)
    assert [isinstance(one, Refused) for one in found] == [False] * 20 + [True] * 20
    assert sent(board).count("Login") == 1


async def test_a_list_is_asked_for_by_the_name_of_its_events(board: Switchboard, control: Control) -> None:
    board.queues = [member("1001"), member("1002")]
    found = await control.list("QueueStatus", "QueueMember")
    assert [one["Name"] for one in found] == ["1001", "1002"]


async def test_no_answer_in_time_is_told_and_nothing_is_sent_again(
    board: Switchboard, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    board.ignored = {"Originate"}
    with pytest.raises(LinkLost):
        await control.do("Originate", Channel="PJSIP/ag8901")
    await control.do("Ping")
    assert sent(board) == ["Login", "Originate", "Login", "Ping"]


async def test_it_connects_anew_after_asterisk_restarted(board: Switchboard, control: Control) -> None:
    await control.do("Ping")
    await board.close()
    with pytest.raises(LinkLost):
        await control.do("Ping")
    await board.open()
    await control.do("Ping")
    assert board.logins == 2


async def test_an_action_under_way_when_the_link_breaks_fails(board: Switchboard, control: Control) -> None:
    board.ignored = {"Redirect"}
    doing = asyncio.ensure_future(control.do("Redirect"))
    await board.asked("Redirect")
    board.cut()
    with pytest.raises(LinkLost):
        await doing
    assert sent(board).count("Redirect") == 1


@pytest.mark.parametrize("text", ["a\r\nAction: Originate", "a\nb", "a\0b", "a\x85b", "a\u2028b"])
async def test_a_value_cannot_begin_another_field(board: Switchboard, control: Control, text: str) -> None:
    with pytest.raises(Refused):
        await control.do("QueuePause", Reason=text)
    with pytest.raises(Refused):
        await control.do(text)
    with pytest.raises(Refused):
        await control.do("QueuePause", **{text: "x"})
    assert sent(board) == []


async def test_a_wrong_secret_is_a_refusal_without_the_secret(board: Switchboard, control: Control) -> None:
    board.refused = {"Login"}
    with pytest.raises(Refused) as caught:
        await control.do("Ping")
    assert board.access.secret not in str(caught.value)
