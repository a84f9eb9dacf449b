"""What is to be done until the queues agree: done, they do, and nothing is left to do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from seats.membership import Action, Chair, Member, agree, member

DESK, OTHER = "PJSIP/ag8001", "PJSIP/ag8002"
MANAGED = frozenset({"changsha", "changsha_loan", "yueyang"})
CHAIR = Chair(DESK, "1001", (("changsha", 0), ("changsha_loan", 10)))
SEATED = [Member("changsha", DESK, "1001"), Member("changsha_loan", DESK, "1001", 10)]


def after(members: list[Member], actions: list[Action]) -> list[Member]:
    """Asterisk's part."""
    found = {(one.queue, one.interface): one for one in members}
    for name, fields in actions:
        interface, queue = fields["Interface"], fields.get("Queue", "")
        match name:
            case "QueueAdd":
                assert (queue, interface) not in found
                paused = fields["Paused"] == "true"
                reason = fields.get("Reason", "") if paused else ""
                found[queue, interface] = Member(
                    queue, interface, fields["MemberName"], int(fields["Penalty"]), paused, reason
                )
            case "QueueRemove":
                del found[queue, interface]
            case "QueuePenalty":
                found[queue, interface] = replace(found[queue, interface], penalty=int(fields["Penalty"]))
            case "QueuePause":
                paused = fields["Paused"] == "true"
                for key, one in found.items():
                    if key[1] == interface:
                        found[key] = replace(one, paused=paused, reason=fields.get("Reason", "") if paused else "")
    return list(found.values())


def test_nothing_is_done_when_they_agree() -> None:
    assert list(agree([CHAIR], SEATED, MANAGED)) == []


def test_one_pause_for_all_queues_of_a_seat() -> None:
    paused = replace(CHAIR, paused=True, reason="用餐")
    assert list(agree([paused], SEATED, MANAGED)) == [
        ("QueuePause", {"Interface": DESK, "Paused": "true", "Reason": "用餐"})
    ]


def test_members_of_queues_that_others_manage_stay_while_their_agent_sits_there() -> None:
    """An expert's queue, or a queue of one."""
    elsewhere = [*SEATED, Member("expert_loan", DESK, "1001"), Member("expert_loan", OTHER, "1002")]
    assert list(agree([CHAIR], elsewhere, MANAGED)) == [("QueueRemove", {"Queue": "expert_loan", "Interface": OTHER})]


def test_an_event_is_read() -> None:
    event = {
        "Queue": "changsha",
        "Location": DESK,
        "Name": "1001",
        "Penalty": "3",
        "Paused": "1",
        "PausedReason": "会议",
    }
    assert member(event) == Member("changsha", DESK, "1001", 3, paused=True, reason="会议")
    assert member({**event, "Paused": "0"}).reason == "", "Asterisk keeps the last pause's reason"


queues = st.sampled_from([*sorted(MANAGED), "expert_loan"])
interfaces = st.sampled_from([DESK, OTHER, "PJSIP/ag8003"])
agents = st.sampled_from(["1001", "1002", "1003"])
reasons = st.sampled_from(["", "用餐", "wrap_up"])
members_st = st.lists(
    st.builds(Member, queues, interfaces, agents, st.integers(0, 10), st.just(value=False)),
    unique_by=lambda one: (one.queue, one.interface),
)
chairs_st = st.lists(
    st.builds(
        Chair,
        interfaces,
        agents,
        st.lists(st.tuples(st.sampled_from(sorted(MANAGED)), st.integers(0, 10)), unique_by=lambda one: one[0]).map(
            tuple
        ),
        st.booleans(),
        reasons,
    ),
    unique_by=(lambda one: one.interface, lambda one: one.agent),
)


@given(chairs_st, members_st)
def test_done_once_nothing_is_left_to_do(chairs: list[Chair], members: list[Member]) -> None:
    found = after(members, list(agree(chairs, members, MANAGED)))
    assert list(agree(chairs, found, MANAGED)) == []
    seats = {(chair.interface, chair.agent) for chair in chairs}
    assert all((one.interface, one.agent) in seats for one in found), "nobody is counted present who is not"
