"""Holes that a stalled machine tears into sound are closed; silence that was sent, or nothing sent, stays."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from robot.reception import FRAME, QUIET, STALL, Reception


def frame(number: int) -> bytes:
    """One that is told from the others."""
    return number.to_bytes(2, "little") * FRAME


def heard(frames: Sequence[bytes]) -> list[bytes]:
    reception = Reception()
    return [one for given in frames for one in reception.put(given)]


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, STALL - 1)), min_size=1))
def test_sound_torn_by_stalls_is_whole_again_and_the_next_silence_gives_the_time_back(
    stretches: list[tuple[int, int]],
) -> None:
    torn: list[bytes] = []
    sent: list[bytes] = []
    for length, hole in stretches:
        sent += [frame(len(sent) + n + 1) for n in range(length)]
        torn += [*sent[-length:], *[QUIET] * hole]
    lost = sum(hole for _, hole in stretches[:-1])
    assert heard([*torn, frame(60000)]) == [*sent, frame(60000)]
    last = stretches[-1][1]
    assert heard([*torn, *[QUIET] * (STALL - last)]) == [*sent, *[QUIET] * (lost + STALL)]


@given(st.integers(STALL, 4 * STALL), st.integers(0, 3 * STALL))
def test_a_silence_longer_than_a_stall_keeps_its_length(silence: int, before: int) -> None:
    frames = [*[QUIET] * before, frame(1), *[QUIET] * silence, frame(2)]
    assert heard(frames) == frames
