"""An unknown account and a wrong password take the same time: nobody learns from a clock which accounts exist."""

import statistics
import time
from typing import Any

import pytest

from fund.port import Refusal
from tests.fund.conftest import Bench

ROUNDS = 31
CLOSE = 0.020
"""Seconds between the medians, at most."""


async def test_the_same_time_for_an_unknown_account_and_a_wrong_password(
    bench: Bench, people: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    known: list[float] = []
    unknown: list[float] = []
    for at in range(ROUNDS):
        one = people[at % len(people)]
        # Interleaved, so that whatever else the machine does falls on both alike; a new day leaves every try untaken.
        for number, times in ((one["account"], known), ("9999999999", unknown)):
            start = time.perf_counter()
            answer = await bench.verify("changsha", number, "xxxxxx", "")
            times.append(time.perf_counter() - start)
            assert answer is Refusal.WRONG
        if at % 2:
            bench.clock.next_day()
            bench.clock.next_day()
    apart = abs(statistics.median(known) - statistics.median(unknown))
    with capsys.disabled():
        print(
            f"\nwrong password {statistics.median(known) * 1000:.1f} ms, unknown account "
            f"{statistics.median(unknown) * 1000:.1f} ms: medians of {ROUNDS}, {apart * 1000:.1f} ms apart"
        )
    assert apart <= CLOSE
