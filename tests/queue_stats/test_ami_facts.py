"""What a real Asterisk said → facts → what became of the call."""

import pytest
from panoramisk.message import Message

from facts import Fact
from queue_stats.ami_facts import translate
from queue_stats.call import Call, Lost
from queue_stats.ledger import reduce
from tests.queue_stats.switchboard import recorded


def facts_of(story: str) -> list[Fact]:
    messages = (Message.from_line(part.decode().strip()) for part in recorded(story).split(b"\r\n\r\n") if part)
    return [fact for message in messages if message is not None and (fact := translate(message, now=0))]


def calls_of(story: str) -> list[Call]:
    facts = facts_of(story)
    return [reduce(fact for fact in facts if fact.call == call) for call in sorted({fact.call for fact in facts})]


@pytest.mark.parametrize(
    ("story", "outcome", "lost", "agents"),
    [
        ("answered", "answered", None, ["1001"]),
        ("agent_ends", "answered", None, ["1001"]),
        ("second_ring", "answered", None, ["1001"]),
        ("two_visits", "answered", None, ["1001", "1001"]),
        ("hung_up_waiting", "lost", Lost.HUNG_UP_WAITING, [""]),
        ("hung_up_ringing", "lost", Lost.HUNG_UP_RINGING, [""]),
        ("timed_out", "lost", Lost.TIMED_OUT, [""]),
        ("last_agent_left", "lost", Lost.NO_AGENT, [""]),
        ("no_agent", "lost", Lost.NO_AGENT, [""]),
        ("self_service", "self_service", None, []),
    ],
)
def test_a_recorded_story(story: str, outcome: str, lost: Lost | None, agents: list[str]) -> None:
    (call,) = calls_of(story)
    assert (call.outcome, call.lost, [visit.agent for visit in call.visits]) == (outcome, lost, agents)
    assert call.dialled == "12329"
    assert call.caller == "138****5678"
    assert call.ended is not None
    assert call.started < call.ended
    for visit in call.visits:
        assert not visit.is_open
        assert 0 <= (visit.wait_ms or 0) < 12_000
        assert (visit.talk_ms is not None) == bool(visit.agent)


def test_a_full_queue() -> None:
    """Two callers; the second finds the only place taken."""
    first, second = calls_of("queue_full")
    assert (first.lost, second.lost) == (Lost.HUNG_UP_WAITING, Lost.QUEUE_FULL)


def test_a_phone_that_rang_in_vain_rings_again() -> None:
    (call,) = calls_of("second_ring")
    assert call.visits[0].rings == 2
    assert (call.wait_ms or 0) > 5_000  # the first ring's five seconds


def test_the_same_events_again_are_the_same_facts() -> None:
    assert [fact.id for fact in facts_of("two_visits")] == [fact.id for fact in facts_of("two_visits")]
    assert len({fact.id for fact in facts_of("two_visits")}) == len(facts_of("two_visits"))


def test_no_whole_number_gets_into_a_fact() -> None:
    for story in ("answered", "hung_up_ringing", "queue_full"):
        for fact in facts_of(story):
            assert "13812345678" not in fact.line()
            assert "13900000000" not in fact.line()


def test_a_caller_without_a_number() -> None:
    event = {"Event": "UserEvent", "UserEvent": "HotlineEntered", "CallId": "1.2", "CallerIDNum": "<unknown>"}
    fact = translate(event, now=5)
    assert fact is not None
    assert (fact.data["caller"], fact.t) == ("", 5)


def test_a_seat() -> None:
    event = {
        "Event": "UserEvent",
        "UserEvent": "HotlineSeat",
        "Agent": "1001",
        "State": "signed_in",
        "Queue": "changsha",
    }
    fact = translate({**event, "Timestamp": "1795427509.601317"}, now=0)
    assert fact is not None
    assert (fact.kind, fact.agent, fact.queue, fact.call) == ("seat", "1001", "changsha", "")
    assert (fact.data["state"], fact.t) == ("signed_in", 1_795_427_509_601)


def test_what_is_no_business_of_the_ledger() -> None:
    for event in ({"Event": "Newchannel"}, {"Event": "UserEvent", "UserEvent": "Else"}, {"Event": "AgentCalled"}, {}):
        assert translate(event, now=0) is None


def test_an_exit_told_by_the_dialplan_and_by_the_hangup_handler_is_one() -> None:
    event = {
        "Event": "UserEvent",
        "UserEvent": "HotlineQueueExit",
        "CallId": "1.2",
        "Queue": "changsha",
        "Status": "FULL",
    }
    told = [translate({**event, "Visit": visit}, now) for visit, now in (("1", 5), ("1", 9), ("2", 30))]
    assert len({fact.id for fact in told if fact}) == 2
    assert len(reduce(fact for fact in told if fact).visits) == 2
