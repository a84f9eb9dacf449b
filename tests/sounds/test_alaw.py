"""A-law against the tables of ITU-T G.711."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from sounds import alaw


def table_1a() -> list[tuple[int, int]]:
    """Positive values of G.711 table 1a, as (decision value, value at the decoder's output) of 13-bit samples.

    The segments, from zero outwards: how many intervals, and how wide. Codes count the intervals from 128 on; on the
    line every second bit is inverted.
    """
    rows, decision = [], 0
    for intervals, width in ((32, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128)):
        for _ in range(intervals):
            rows.append((decision, decision + width // 2))
            decision += width
    assert decision == 4096
    return rows


def test_every_code_is_decoded_as_the_table_says() -> None:
    for interval, (_, output) in enumerate(table_1a()):
        positive, negative = (128 + interval) ^ 0x55, interval ^ 0x55
        assert alaw.decode(bytes([positive, negative])).tolist() == [output * 8, -output * 8]


def test_every_code_survives_the_round_trip() -> None:
    codes = bytes(range(256))
    assert alaw.encode(alaw.decode(codes)) == codes


def test_a_sample_inside_an_interval_gets_the_interval_s_code() -> None:
    """Only where intervals of two widths meet, the nearest output may be the neighbour's: that is kept, being nearer."""
    rows = table_1a()
    for interval, (decision, output) in enumerate(rows):
        quarter = (output - decision) * 4
        inside = np.array([output * 8 - quarter, output * 8, output * 8 + quarter], dtype=np.int16)
        assert alaw.encode(inside) == bytes([(128 + interval) ^ 0x55] * 3)
        assert alaw.encode(-inside) == bytes([interval ^ 0x55] * 3)


@given(npst.arrays(np.int16, st.integers(0, 400)))
def test_the_error_is_at_most_half_the_widest_interval_there(samples: alaw.Samples) -> None:
    back = alaw.decode(alaw.encode(samples)).astype(np.int32)
    magnitude = np.abs(samples.astype(np.int32))
    width = np.maximum(16, 2.0 ** np.ceil(np.log2(np.maximum(magnitude, 1) / 16)))
    assert (np.abs(back - samples) <= width / 2 + (magnitude > 32256) * 512).all()
    assert alaw.encode(back.astype(np.int16)) == alaw.encode(samples)


@pytest.mark.parametrize(("code", "sample"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256)])
def test_the_ends_of_the_scale(code: int, sample: int) -> None:
    assert alaw.decode(bytes([code])).tolist() == [sample]


def test_silence_is_the_smallest_code() -> None:
    assert alaw.encode(np.zeros(3, dtype=np.int16)) in {bytes([alaw.SILENCE] * 3), bytes([0x55] * 3)}
