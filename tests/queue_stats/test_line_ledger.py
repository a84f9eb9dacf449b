"""Ratings, call-backs, queues of skills and of helping centres in the ledger."""

import pytest

from facts import Fact
from queue_stats.ami_facts import translate
from queue_stats.call import Lost
from queue_stats.ledger import reduce
from queue_stats.live import Live
from tests.queue_stats.stories import ANSWERED, told

PROMISED = """
     0 entered      -        -    dialled=12329 centre=changsha caller=138****5678
30_000 asked_agent  changsha -    reason=key centre=changsha
31_000 joined       changsha -    position=3
60_000 queue_exit   changsha -    status=
75_000 call_back    changsha -    state=promised
80_000 ended        -        -    cause=16
"""
KEPT = """
400_000 call_back   changsha -    state=called
420_000 joined      changsha -    position=1
420_100 rang        changsha 1001
431_000 answered    changsha 1001
431_001 call_back   changsha 1001 state=answered
500_000 completed   changsha 1001 reason=agent
500_100 queue_exit  changsha -    status=CONTINUE
"""


def rated(rating: int, why: str = "") -> Fact:
    event = {
        "Event": "UserEvent", "UserEvent": "HotlineRated", "CallId": "1763863200.7", "Agent": "1001", "Rating": str(rating),
        "Why": why, "Timestamp": f"1763863270.{len(why)}",
    }  # fmt: skip
    fact = translate(event, 0)
    assert fact is not None
    return fact


def test_a_rating_and_the_reason_that_follows_it() -> None:
    call = reduce([*told(ANSWERED), rated(3), rated(3, "wait")])
    assert call.rating == 3
    assert reduce(told(ANSWERED)).rating is None
    assert reduce([*told(ANSWERED), rated(9)]).rating is None


def test_a_low_rating_is_seen_at_once_and_once() -> None:
    live = Live()
    for fact in [*told(ANSWERED)[:-1], rated(3), rated(3, "wait")]:
        live.take(fact)
    (low,) = live.low_ratings()
    assert (low.call, low.agent, low.queue, low.why) == ("1763863200.7", "1001", "changsha", "wait")
    live.take(told(ANSWERED)[-1])
    assert len(live.low_ratings()) == 1, "also when the call is over"


def test_a_promise_is_lost_as_a_call_back_until_it_is_kept() -> None:
    call = reduce(told(PROMISED))
    assert (call.outcome, call.lost, call.call_back) == ("lost", Lost.CALL_BACK, "promised")


def test_a_kept_promise_is_answered_late_and_waited_all_that_time() -> None:
    call = reduce([*told(PROMISED), *told(KEPT)])
    assert (call.outcome, call.lost, call.call_back, call.answered_by) == ("answered", None, "answered", "1001")
    assert call.wait_ms == 400_000
    assert call.talk_ms == 69_000
    assert len(call.visits) == 2


def test_while_the_call_back_talks_the_talk_goes_on() -> None:
    call = reduce([*told(PROMISED), *told(KEPT)[:4]])
    assert call.talking is not None
    assert call.talk_ms is None


@pytest.mark.parametrize("queue", ["changsha_loan", "yueyang"])
def test_skills_and_helping_centres_do_not_change_whose_call_it_is(queue: str) -> None:
    table = f"""
         0 entered      -        -    dialled=12329 centre=changsha caller=138****5678
    30_000 asked_agent  {"changsha_loan"} -    reason=key centre=changsha
    31_000 joined       {queue}  -    position=1
    40_000 abandoned    {queue}  -
    40_010 queue_exit   {queue}  -    status=
    40_020 ended        -        -
    """
    assert reduce(told(table)).centre == "changsha"


def test_legs_of_a_call_back_belong_to_the_call_it_answers() -> None:
    event = {
        "Event": "AgentConnect", "Linkedid": "1763863200.7-cb2", "Queue": "changsha", "MemberName": "1001",
        "Timestamp": "1763863300.5",
    }  # fmt: skip
    fact = translate(event, 0)
    assert fact is not None
    assert (fact.call, fact.kind) == ("1763863200.7", "answered")
