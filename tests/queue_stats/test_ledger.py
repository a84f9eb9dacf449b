"""How a call's facts become its record: one table per story, and random stories in any order."""

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts import Fact
from queue_stats.call import Call, Lost
from queue_stats.ledger import reduce
from tests.queue_stats.stories import ANSWERED, START, told

ENTERED = "0 entered - - dialled=12329 centre=changsha caller=138****5678"


def test_answered() -> None:
    call = reduce(told(ANSWERED))
    assert (call.outcome, call.answered_by, call.lost) == ("answered", "1001", None)
    assert (call.wait_ms, call.talk_ms, call.started, call.ended) == (7_500, 30_000, START, START + 68_700)
    assert (call.path, call.verified, call.centre, call.caller) == (["1", "1/1"], True, "changsha", "138****5678")
    assert [(visit.rings, visit.agent, visit.lost) for visit in call.visits] == [(1, "1001", None)]


def test_the_work_after_the_talks_is_added_up_whenever_it_is_told() -> None:
    after = [
        Fact(f"wrap_up/{n}", START + 90_000 + n, "wrap_up", "", "changsha", "1001", {"seconds": seconds})
        for n, seconds in enumerate((12.5, 3, "x", -1, 1e9))
    ]
    assert reduce(told(ANSWERED)).wrap_up_ms is None
    assert reduce([*after, *told(ANSWERED)]).wrap_up_ms == 15_500


@pytest.mark.parametrize(
    ("table", "lost", "wait"),
    [
        pytest.param(
            """
            10_000 joined     changsha -
            16_500 abandoned  changsha -
            16_510 queue_exit changsha - status=
            16_520 ended      -        -
            """,
            Lost.HUNG_UP_WAITING,
            6_510,
            id="hangs up waiting",
        ),
        pytest.param(
            """
            10_000 joined     changsha -
            10_100 rang       changsha 1001
            12_000 abandoned  changsha -
            12_010 queue_exit changsha - status=
            12_020 ended      -        -
            """,
            Lost.HUNG_UP_RINGING,
            2_010,
            id="hangs up while a phone rings",
        ),
        pytest.param(
            """
            10_000 joined         changsha -
            10_100 rang           changsha 1001
            25_100 rang_no_answer changsha 1001
            27_000 abandoned      changsha -
            27_010 queue_exit     changsha - status=
            27_020 ended          -        -
            """,
            Lost.HUNG_UP_WAITING,
            17_010,
            id="hangs up after a phone rang in vain",
        ),
        pytest.param(
            """
            10_000 joined         changsha -
            10_100 rang           changsha 1001
            10_100 rang           changsha 1002
            15_100 rang_no_answer changsha 1002
            17_000 abandoned      changsha -
            17_010 queue_exit     changsha - status=
            17_020 ended          -        -
            """,
            Lost.HUNG_UP_RINGING,
            7_010,
            id="hangs up while one of two phones still rings",
        ),
        pytest.param(
            """
            10_000 joined     changsha -
            40_000 abandoned  changsha -
            40_010 queue_exit changsha - status=TIMEOUT
            52_000 ended      -        -
            """,
            Lost.TIMED_OUT,
            30_010,
            id="waits too long; Asterisk calls that abandoned",
        ),
        pytest.param(
            """
            10_000 joined     changsha -
            12_000 abandoned  changsha -
            12_010 queue_exit changsha - status=LEAVEEMPTY
            15_000 ended      -        -
            """,
            Lost.NO_AGENT,
            2_010,
            id="the last agent leaves",
        ),
        pytest.param(
            "10_000 queue_exit changsha - status=JOINEMPTY\n15_000 ended - -",
            Lost.NO_AGENT,
            0,
            id="nobody is signed in; Asterisk tells no event",
        ),
        pytest.param(
            "10_000 queue_exit changsha - status=FULL\n15_000 ended - -",
            Lost.QUEUE_FULL,
            0,
            id="the queue is full; Asterisk tells no event",
        ),
        pytest.param(
            "10_000 joined changsha -\n19_000 queue_exit changsha - status=\n30_000 ended - -",
            Lost.LEFT_BY_KEY,
            9_000,
            id="leaves by a key",
        ),
        pytest.param(
            """
            10_000 joined     changsha -
            19_000 abandoned  changsha -
            19_010 queue_exit changsha - status=WITHDRAW
            30_000 ended      -        -
            """,
            Lost.CALL_BACK,
            9_010,
            id="is taken out for a call-back",
        ),
        pytest.param(
            "10_000 joined changsha -\n19_000 queue_exit changsha - status= abandoned=TRUE\n19_100 ended - -",
            Lost.HUNG_UP_WAITING,
            9_000,
            id="hangs up waiting, told by the dialplan alone",
        ),
        pytest.param(
            "10_000 joined changsha -\n19_000 ended - - cause=unseen",
            Lost.SYSTEM,
            9_000,
            id="Asterisk dies with the caller waiting",
        ),
        pytest.param("10_000 asked_agent changsha -\n19_000 ended - -", Lost.HUNG_UP_WAITING, None, id="never joined"),
        pytest.param(
            "10_000 asked_agent changsha -\n19_000 ended - - cause=unseen", Lost.SYSTEM, None, id="never joined, unseen"
        ),
    ],
)
def test_lost(table: str, lost: Lost, wait: int | None) -> None:
    call = reduce(told(f"{ENTERED}\n{table}"))
    assert (call.outcome, call.lost, call.wait_ms, call.answered_by) == ("lost", lost, wait, "")
    assert len(call.visits) == (wait is not None)


def test_a_second_agent_answers_after_the_first_did_not() -> None:
    call = reduce(
        told(
            """
                 0 entered        -        -
            10_000 joined         changsha -
            10_100 rang           changsha 1001
            25_100 rang_no_answer changsha 1001
            26_100 rang           changsha 1002
            29_000 answered       changsha 1002
            60_000 ended          -        -
            """
        )
    )
    assert (call.answered_by, call.wait_ms, call.talk_ms, call.visits[0].rings) == ("1002", 19_000, 31_000, 2)


def test_an_agent_completed_after_the_exit_changes_nothing() -> None:
    """AgentComplete comes from another thread of Asterisk and may be last."""
    early = reduce(told(ANSWERED))
    late = reduce(told(ANSWERED.replace("68_500 completed", "68_900 completed")))
    assert (late.outcome, late.answered_by, len(late.visits)) == ("answered", "1001", 1)
    assert late.talk_ms == (early.talk_ms or 0) + 100  # until the exit


def test_timed_out_and_then_answered_elsewhere_is_answered() -> None:
    call = reduce(
        told(
            """
                 0 entered    -        -
            10_000 joined     changsha -
            40_000 abandoned  changsha -
            40_010 queue_exit changsha - status=TIMEOUT
            50_000 joined     yueyang  -
            55_000 answered   yueyang  2001
            90_000 ended      -        -
            """
        )
    )
    assert (call.outcome, call.lost, call.answered_by, call.wait_ms) == ("answered", None, "2001", 35_010)
    assert [visit.lost for visit in call.visits] == [Lost.TIMED_OUT, None]


def test_one_queue_visited_twice_is_two_visits() -> None:
    call = reduce(
        told(
            """
                 0 entered    -        -
            10_000 joined     changsha -
            12_000 answered   changsha 1001
            20_000 completed  changsha 1001
            20_010 queue_exit changsha -    status=CONTINUE
            30_000 queue_exit changsha -    status=JOINEMPTY
            31_000 ended      -        -
            """
        )
    )
    assert [(visit.agent, visit.lost) for visit in call.visits] == [("1001", None), ("", Lost.NO_AGENT)]
    assert call.outcome == "answered"


def test_self_service_and_calls_that_go_on() -> None:
    assert reduce(told(f"{ENTERED}\n9_000 ended - -")).outcome == "self_service"
    waiting = reduce(told(f"{ENTERED}\n9_000 joined changsha -"))
    assert (waiting.outcome, waiting.lost, waiting.waiting) == ("going_on", None, waiting.visits[0])
    talking = reduce(told(f"{ENTERED}\n9_000 joined changsha -\n9_500 answered changsha 1001"))
    assert (talking.outcome, talking.waiting, talking.talking) == ("going_on", None, talking.visits[0])


def test_the_call_follows_the_centre_that_was_chosen() -> None:
    chosen = f"{ENTERED}\n0 centre - - centre=changsha by=default\n5000 centre - - centre=yueyang by=changed"
    assert reduce(told(chosen)).centre == "yueyang"
    asked = f"{chosen}\n6000 asked_agent yueyang -\n7000 joined yueyang -\n8000 queue_exit yueyang - status=TIMEOUT"
    assert reduce(told(f"{asked}\n9000 centre - - centre=changsha by=changed\n9500 ended - -")).centre == "yueyang"


def test_a_person_wanted_out_of_hours_is_self_service() -> None:
    call = reduce(
        told(f"{ENTERED}\n5000 asked_closed - - centre=changsha reason=key\n9000 message - -\n9500 ended - -")
    )
    assert (call.outcome, call.offered, call.lost, call.message) == ("self_service", False, None, True)


def test_emergency_and_message() -> None:
    call = reduce(told(f"{ENTERED}\n1_000 emergency - - reason=lost\n9_000 message - - file=x.wav\n9_900 ended - -"))
    assert (call.emergency, call.message, call.outcome) == (True, True, "self_service")


def test_a_seen_end_corrects_an_unseen_one() -> None:
    facts = told(f"{ENTERED}\n9_000 ended - - cause=unseen\n12_000 ended - - cause=16")
    call = reduce(facts)
    assert (call.ended, call.cause) == (START + 12_000, "16")


# --- random stories ---------------------------------------------------------------------------------------------------


@dataclass
class Truth:
    """What a story's author knows, written down beside its facts."""

    facts: list[Fact] = field(default_factory=list)
    visits: list[tuple[str, str, str | None, int, int | None]] = field(default_factory=list)
    ended: int | None = None


ENDINGS = {
    "answered": None,
    "waiting": Lost.HUNG_UP_WAITING,
    "ringing": Lost.HUNG_UP_RINGING,
    "TIMEOUT": Lost.TIMED_OUT,
    "LEAVEEMPTY": Lost.NO_AGENT,
    "JOINEMPTY": Lost.NO_AGENT,
    "FULL": Lost.QUEUE_FULL,
    "WITHDRAW": Lost.CALL_BACK,
    "key": Lost.LEFT_BY_KEY,
}


@st.composite
def stories(draw: st.DrawFn) -> Truth:
    """A call with up to four visits, written as Asterisk and the dialplan would tell it."""
    truth, t, call = Truth(), START, "c"

    def tell(kind: str, queue: str = "", agent: str = "", **data: str) -> int:
        nonlocal t
        t += draw(st.integers(1, 100_000))
        truth.facts.append(Fact(f"{len(truth.facts)}", t, kind, call, queue, agent, data))
        return t

    tell("entered", dialled="12329", centre="changsha")
    for _ in range(draw(st.integers(0, 4))):
        queue, ending = draw(st.sampled_from(["changsha", "yueyang"])), draw(st.sampled_from(sorted(ENDINGS)))
        if ending in {"JOINEMPTY", "FULL"}:
            tell("queue_exit", queue, status=ending)
            truth.visits.append((queue, "", ENDINGS[ending], 0, None))
            continue
        joined, agent = tell("joined", queue), ""
        for agent in draw(st.lists(st.sampled_from(["1001", "1002", "1003"]), max_size=3)):
            tell("rang", queue, agent)
            tell("rang_no_answer", queue, agent)
        agent = "1009"
        talk = None
        if ending in {"answered", "ringing"}:
            tell("rang", queue, agent)
        if ending == "answered":
            end = tell("answered", queue, agent)
            late = draw(st.booleans())
            done = None if late else tell("completed", queue, agent)
            left = tell("queue_exit", queue, status="CONTINUE")
            if late:
                tell("completed", queue, agent)
            talk = (left if done is None else done) - end
        else:
            if ending != "key":
                tell("abandoned", queue)
            end = tell("queue_exit", queue, status=ending if ending.isupper() else "")
            agent = ""
        truth.visits.append((queue, agent, ENDINGS[ending], end - joined, talk))
        if ending in {"waiting", "ringing"}:
            break
    truth.ended = tell("ended", cause="16")
    return truth


@given(stories(), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_any_story_in_any_order_however_often_told(truth: Truth, random: Random) -> None:
    told_so = truth.facts + random.choices(truth.facts, k=random.randint(0, 5))
    random.shuffle(told_so)
    call = reduce(told_so)
    assert [(v.queue, v.agent, v.lost, v.wait_ms, v.talk_ms) for v in call.visits] == truth.visits
    assert call.ended == truth.ended
    answered = [visit for visit in truth.visits if visit[1]]
    assert call.outcome == ("self_service" if not truth.visits else "answered" if answered else "lost")
    assert call.lost == (truth.visits[-1][2] if truth.visits and not answered else None)


@given(stories(), st.data())
@settings(max_examples=200, deadline=None)
def test_any_part_of_a_story_makes_a_record(truth: Truth, data: st.DataObject) -> None:
    """Facts are lost in a gap; what is left still makes sense."""
    facts = data.draw(st.lists(st.sampled_from(truth.facts), min_size=1))
    call = reduce(facts)
    assert reduce(reversed(facts)) == call
    assert isinstance(call, Call)
    for visit in call.visits:
        assert (visit.wait_ms or 0) >= 0
        assert (visit.talk_ms or 0) >= 0
        if call.ended is not None:
            assert not visit.is_open
            assert (visit.lost is None) == (visit.answered is not None)
    if call.outcome == "lost":
        assert call.lost is not None
