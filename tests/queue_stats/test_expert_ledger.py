"""Experts in the ledger: whose time was whose, what came back, what nobody settled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from facts import Fact
from queue_stats.ami_facts import translate
from queue_stats.ledger import reduce
from queue_stats.spans import Span, length, overlap
from queue_stats.store import rebuild
from queue_stats.tables import CallRow, FactRow, UnsettledRow
from tests.queue_stats.stories import ANSWERED, told

BEFORE = """
      0 entered      -        -    dialled=12329 centre=changsha caller=138****5678
 10_000 asked_agent  changsha -    reason=key centre=changsha
 11_000 joined       changsha -    position=1
 11_100 rang         changsha 1001
 20_000 answered     changsha 1001
"""
HANDED_ON = """
 50_000 completed    changsha 1001 reason=handed_on
 50_001 queue_exit   changsha -    status=HANDED_ON
 51_000 joined       expert_loan -
 51_100 rang         expert_loan 1101
"""
BY_EXPERT = """
 60_000 answered     expert_loan 1101
160_000 completed    expert_loan 1101 reason=agent
160_010 queue_exit   expert_loan -    status=CONTINUE
170_000 ended        -        -    cause=16
"""
AND_BACK = """
 60_000 answered     expert_loan 1101
 70_000 completed    expert_loan 1101 reason=handed_on
 70_001 queue_exit   expert_loan -    status=HANDED_ON
 71_000 joined       phone    1001
 75_000 answered     phone    1001
 95_000 completed    phone    1001
 95_010 queue_exit   phone    -    status=CONTINUE
100_000 ended        -        -    cause=16
"""
IN_VAIN = """
 71_000 abandoned    expert_loan -
 71_001 queue_exit   expert_loan -    status=TIMEOUT abandoned=TRUE
 72_000 joined       phone    1001
 75_000 answered     phone    1001
 95_000 completed    phone    1001
 95_010 queue_exit   phone    -    status=
 95_015 unsettled    -        1001 subject=loan centre=changsha
 95_020 ended        -        -    cause=16
"""


def test_a_blind_transfer_divides_the_talk() -> None:
    call = reduce(told(BEFORE + HANDED_ON + BY_EXPERT))
    assert (call.outcome, call.answered_by, call.wait_ms, call.lost) == ("answered", "1001", 9_000, None)
    assert (call.agent_ms, call.expert_ms, call.together_ms, call.talk_ms) == (30_000, 100_000, 0, 130_000)
    assert call.settled is True, "settled in the call, though not by the first agent"


def test_the_end_of_a_talk_told_twice_ends_it_once() -> None:
    """Asterisk says `transfer` after a REFER, the dialplan says so after every way of handing on."""
    late = " 51_050 completed changsha 1001 reason=transfer\n 50_000 completed expert_loan 1001 reason=transfer\n"
    assert reduce(told(BEFORE + HANDED_ON + BY_EXPERT + late)) == reduce(told(BEFORE + HANDED_ON + BY_EXPERT))


def test_an_expert_who_hands_back() -> None:
    call = reduce(told(BEFORE + HANDED_ON + AND_BACK))
    assert (call.agent_ms, call.expert_ms, call.together_ms, call.talk_ms) == (50_000, 10_000, 0, 60_000)
    assert [(visit.queue, visit.agent, visit.rings) for visit in call.visits] == [
        ("changsha", "1001", 1), ("expert_loan", "1101", 1), ("phone", "1001", 1),
    ]  # fmt: skip


def test_no_expert_and_the_same_agent_again() -> None:
    call = reduce(told(BEFORE + HANDED_ON + IN_VAIN))
    assert (call.outcome, call.lost, call.settled) == ("answered", None, False)
    assert (call.agent_ms, call.expert_ms, call.together_ms) == (50_000, None, None)
    assert call.unsettled is not None
    assert (call.unsettled.subject, call.unsettled.agent, call.unsettled.centre) == ("loan", "1001", "changsha")


def test_agent_and_expert_together_count_once() -> None:
    """The agent asks first, and stays."""
    table = """
     30_000 joined       expert_loan -
     35_000 answered     expert_loan 1101
     55_000 completed    changsha 1001 reason=handed_on
     90_000 completed    expert_loan 1101 reason=agent
     90_010 ended        -        -    cause=16
    """
    call = reduce(told(BEFORE + table))
    assert (call.agent_ms, call.expert_ms, call.together_ms, call.talk_ms) == (35_000, 55_000, 20_000, 70_000)


def test_holds_are_counted_within_talks() -> None:
    table = """
     30_000 held         -        -    interface=PJSIP/ag8001
     34_000 resumed      -        -    interface=PJSIP/ag8001
     35_000 resumed      -        -    interface=PJSIP/ag8001
     45_000 held         -        -    interface=PJSIP/ag8001
    """
    call = reduce(told(BEFORE + table + HANDED_ON + BY_EXPERT))
    assert call.hold_ms == 9_000
    assert reduce(told(ANSWERED)).hold_ms == 0


def test_only_who_was_answered_can_be_settled() -> None:
    assert reduce(told(ANSWERED)).settled is True
    assert reduce(told(BEFORE)).settled is None
    assert reduce(told("0 entered - - centre=changsha\n9 ended - - cause=16")).settled is None


def said(**fields: str) -> Fact | None:
    return translate({"Timestamp": "1763863200.5"} | fields, 0)


def test_what_asterisk_and_the_dialplan_say() -> None:
    leg = {"Event": "UserEvent", "UserEvent": "HotlineLeg", "CallId": "1.1", "Queue": "phone", "Agent": "1001"}
    kinds = [fact and fact.kind for fact in (said(**leg, State=state) for state in ("rings", "answered", "over", "?"))]
    assert kinds == ["joined", "answered", "completed", None]
    for name in ("HotlineLeg", "HotlineHandedOn", "HotlineUnsettled"):
        assert said(Event="UserEvent", UserEvent=name, CallId="", State="over") is None
    fact = said(Event="UserEvent", UserEvent="HotlineUnsettled", CallId="1.1", Subject="loan", Agent="1001", Centre="x")
    assert fact is not None
    assert (fact.id, fact.agent, fact.data) == ("1.1/unsettled", "1001", {"subject": "loan", "centre": "x"})
    held = said(Event="Hold", Channel="PJSIP/ag8001-00000002", Linkedid="1.1-cb2")
    assert held is not None
    assert (held.kind, held.call, held.data) == ("held", "1.1", {"interface": "PJSIP/ag8001"})
    assert said(Event="Hold", Channel="PJSIP/trunk-00000001", Linkedid="1.1") is None


async def test_a_question_is_a_row_and_what_was_done_about_it_stays(fresh_engine: AsyncEngine) -> None:
    facts = told(BEFORE + HANDED_ON + IN_VAIN)
    async with fresh_engine.begin() as connection:
        rows = [
            {"id": f.id, "t": f.t, "kind": f.kind, "call": f.call, "queue": f.queue, "agent": f.agent, "data": f.data}
            for f in facts
        ]
        await connection.execute(insert(FactRow), rows)
        await rebuild(connection, [facts[0].call])
        await connection.execute(update(UnsettledRow).values(settled_by="9001"))
        await rebuild(connection, [facts[0].call])
        question = (await connection.execute(select(UnsettledRow.__table__))).one()
        call = (await connection.execute(select(CallRow.__table__))).one()
    assert (question.call, question.subject, question.agent, question.settled_by) == (call.id, "loan", "1001", "9001")
    assert (call.settled, call.agent_ms, call.expert_ms, call.hold_ms) == (False, 50_000, None, 0)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))))


@given(SPANS, SPANS)
def test_spans_are_the_moments_in_them(some: list[Span], others: list[Span]) -> None:
    def moments(spans: list[Span]) -> set[int]:
        return {moment for start, end in spans for moment in range(start, end)}

    assert length(some) == len(moments(some))
    assert length(overlap(some, others)) == len(moments(some) & moments(others))


@pytest.mark.parametrize("join", ["55_000", "55_001"], ids=["told first", "told after the end of the expert's queue"])
def test_who_asks_first_and_joins_the_two(join: str) -> None:
    """Asterisk ends both talks when the agent leaves; the expert's goes on until the caller is back in the dialplan."""
    table = f"""
     30_000 held         -        -    interface=PJSIP/ag8001
     31_000 joined       expert_loan -
     35_000 answered     expert_loan 1101
     {join} joined_up    -        -
     55_000 completed    expert_loan 1101 reason=caller
     55_001 completed    changsha 1001 reason=transfer
     90_000 queue_exit   changsha -    status=CONTINUE
     95_000 ended        -        -    cause=16
    """
    call = reduce(told(BEFORE + table))
    assert (call.agent_ms, call.expert_ms, call.together_ms) == (35_001, 55_000, 20_001)
    assert (call.hold_ms, call.settled, call.lost) == (60_000, True, None)


def test_a_question_on_a_second_line_is_of_the_callers_call() -> None:
    event = {"Event": "AgentConnect", "Linkedid": "9.9", "Queue": "expert_loan", "MemberName": "1101"}
    fact = said(**event, AccountCode="1.1")
    assert fact is not None
    assert (fact.call, fact.kind, fact.agent) == ("1.1", "answered", "1101")
