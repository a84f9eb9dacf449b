"""The live state: agents' states as Asterisk tells them, callers waiting."""

import pytest

from queue_stats.live import Live
from tests.queue_stats.stories import ANSWERED, START, told


def said(
    kind: str = "QueueMemberStatus", number: str = "1001", queue: str = "changsha", **fields: str
) -> dict[str, str]:
    return {"Event": kind, "MemberName": number, "Queue": queue, "Status": "1", "Paused": "0"} | fields


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "ready"),
        ({"Status": "6"}, "ringing"),
        ({"Status": "2"}, "talking"),
        ({"Status": "3"}, "talking"),
        ({"Status": "8"}, "talking"),
        ({"InCall": "1", "Paused": "1"}, "talking"),
        ({"Paused": "1", "PausedReason": "午餐"}, "paused"),
        ({"Status": "5"}, "unavailable"),
        ({"Status": "4"}, "unavailable"),
        ({"LastCall": "1000", "Wrapuptime": "20"}, "wrap_up"),
        ({"LastCall": "970", "Wrapuptime": "20"}, "ready"),
    ],
)
def test_states(fields: dict[str, str], state: str) -> None:
    live = Live()
    live.member(said(**fields), 1_000_500)
    (agent,) = live.agents(1_000_500)
    assert (agent.number, agent.queue, agent.state, agent.since) == ("1001", "changsha", state, 1_000_500)
    assert agent.reason == fields.get("PausedReason", "")


def test_the_timer_runs_on_while_the_state_stays() -> None:
    live = Live()
    for t, status in ((1_000, "1"), (2_000, "1"), (3_000, "6"), (4_000, "6")):
        live.member(said(Status=status), t)
    assert [agent.since for agent in live.agents(5_000)] == [3_000]


def test_wrap_up_ends_by_itself() -> None:
    """Asterisk says nothing when it is over."""
    live = Live()
    live.member(said(LastCall="1000", Wrapuptime="20"), 1_000_500)
    assert [agent.state for agent in live.agents(1_019_999)] == ["wrap_up"]
    assert [(agent.state, agent.since) for agent in live.agents(1_020_000)] == [("ready", 1_020_000)]


def test_signed_out_of_one_queue_still_in_the_other() -> None:
    live = Live()
    live.member(said(queue="changsha"), 1)
    live.member(said(queue="yueyang"), 2)
    live.member(said("QueueMemberRemoved", queue="changsha"), 3)
    assert [agent.queue for agent in live.agents(4)] == ["yueyang"]


def test_a_snapshot_is_the_whole_truth_but_knows_no_since() -> None:
    live = Live()
    live.member(said(number="1001"), 1_000)
    live.member(said(number="1002"), 2_000)
    snapshot = {"Event": "QueueMember", "Name": "1001", "Queue": "changsha", "Status": "1", "Paused": "0"}
    assert live.renew([snapshot], [], 9_000) == []
    assert [(agent.number, agent.since) for agent in live.agents(9_000)] == [("1001", 1_000)]


def test_waiting_longest_first_until_answered_or_gone() -> None:
    live = Live()
    for call, start in (("b", START + 500), ("a", START)):
        for fact in told("0 entered - -\n1_000 joined changsha -\n1_100 rang changsha 1001", call, start):
            live.take(fact)
    assert [(one.call, one.queue, one.since, one.ringing) for one in live.waiting()] == [
        ("a", "changsha", START + 1_000, "1001"),
        ("b", "changsha", START + 1_500, "1001"),
    ]
    live.take(told("3_000 answered changsha 1001", "a")[0])
    assert [one.call for one in live.waiting()] == ["b"]
    assert live.up == 2
    live.take(told("4_000 ended - -", "b")[0])
    assert (live.waiting(), live.up) == ([], 1)


def test_a_whole_story_leaves_nothing_behind() -> None:
    live = Live()
    for fact in told(ANSWERED):
        live.take(fact)
    assert (live.calls(), live.waiting()) == ([], [])


def test_who_joined_unheard_is_found_in_the_snapshot() -> None:
    live = Live()
    live.take(told("0 entered - -", "1.2")[0])
    (joined,) = live.renew([], [{"Uniqueid": "1.2", "Queue": "changsha", "Wait": "31"}], START + 60_000)
    assert (joined.kind, joined.call, joined.queue, joined.t) == ("joined", "1.2", "changsha", START + 29_000)
    assert [one.since for one in live.waiting()] == [START + 29_000]
    assert live.renew([], [{"Uniqueid": "1.2", "Queue": "changsha", "Wait": "32"}], START + 61_000) == []


def test_calls_whose_channels_are_gone() -> None:
    live = Live()
    for call in ("a", "b"):
        live.take(told("0 entered - -", call)[0])
    assert live.forget({"a", "x"}) == ["b"]
    assert [call.id for call in live.calls()] == ["a"]


def test_the_keepers_wrap_up_is_a_state_and_ends_when_it_is_taken_away() -> None:
    live = Live()
    live.member(said("QueueMemberPause", Paused="1", PausedReason="wrap_up"), 1_000)
    (agent,) = live.agents(90_000)
    assert (agent.state, agent.reason, agent.since) == ("wrap_up", "", 1_000)
    live.member(said("QueueMemberPause"), 91_000)
    assert [agent.state for agent in live.agents(91_000)] == ["ready"]


def test_a_pause_found_at_the_start_is_dated_by_asterisk() -> None:
    live = Live()
    live.member(said("QueueMember", Paused="1", PausedReason="用餐", LastPause="1000"), 5_000_000)
    assert [(agent.state, agent.since) for agent in live.agents(5_000_000)] == [("paused", 1_000_000)]
