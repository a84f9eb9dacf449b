"""The breaker, tick by tick, and against chance."""

from hypothesis import given
from hypothesis import strategies as st

from fund.core.breaker import Breaker
from tests.fund.core.conftest import Seconds


def test_it_opens_after_failures_in_a_row_and_lets_one_try_after_a_pause() -> None:
    seconds = Seconds()
    breaker = Breaker(2, 10, seconds)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.admits(), "not in a row"
    breaker.failed()
    assert not breaker.admits()
    seconds.now = 9.9
    assert not breaker.admits()
    seconds.now = 10.0
    assert breaker.admits()
    assert not breaker.admits(), "one alone"
    breaker.failed()
    seconds.now = 19.9
    assert not breaker.admits()
    seconds.now = 20.0
    assert breaker.admits()
    breaker.gave_up()
    assert breaker.admits(), "who gave up lets the next one try"
    breaker.succeeded()
    assert breaker.admits()
    assert breaker.admits()


@given(st.lists(st.sampled_from(["ok", "fail", "wait", "leave"])))
def test_it_never_stays_shut_for_ever(events: list[str]) -> None:
    seconds = Seconds()
    breaker = Breaker(3, 5, seconds)
    for event in events:
        if event == "wait":
            seconds.now += 1
        elif breaker.admits():
            {"ok": breaker.succeeded, "fail": breaker.failed, "leave": breaker.gave_up}[event]()
    seconds.now += 5
    assert breaker.admits()
