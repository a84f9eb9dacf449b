"""Sums and numbers against the rules of the domain and an independent reading."""

import re
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech import LARGEST, Unspeakable, Utterance, amount, clips, number

CASES = {
    "23456.78": "二万三千四百五十六元七角八分",
    "16409.02": "一万六千四百零九元零二分",
    "215.00": "二百一十五元",
    "15.50": "十五元五角",
    "100000": "十万元",
    "107000.53": "十万七千元五角三分",
    "1000001": "一百万零一元",
    "100010000": "一亿零一万元",
    "0.05": "零元零五分",
    "0": "零元",
    "-20.00": "负二十元",
    "-0.00": "零元",
    "2E+3": "二千元",
    "0.10": "零元一角",
    "1010": "一千零一十元",
    "110": "一百一十元",
    "100003000": "一亿零三千元",
    "20030004": "二千零三万零四元",
    "999999999999.99": "九千九百九十九亿九千九百九十九万九千九百九十九元九角九分",
}


def independent(value: int) -> str:
    """cn2an's reading. Only after an empty 万 it forgets the 零 before a 千 (一亿一千 for 100,001,000): put there."""
    hundred_million, rest = divmod(value, 10**8)
    if hundred_million and 1000 <= rest < 10**4:
        return f"{cn2an.an2cn(hundred_million)}亿零{cn2an.an2cn(rest)}"
    return str(cn2an.an2cn(value))


@pytest.mark.parametrize(("value", "spoken"), CASES.items())
def test_the_cases_of_the_domain(value: str, spoken: str) -> None:
    assert amount(Decimal(value)).text == spoken


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_whole_numbers_agree_with_an_independent_reading(value: int) -> None:
    assert number(value).text == independent(value)


@pytest.mark.parametrize("digit", [1, 2])
def test_every_pattern_of_empty_places_agrees_with_an_independent_reading(digit: int) -> None:
    """Chance seldom hits 100,010,000: all 4,095 ways of leaving places of twelve empty."""
    for pattern in range(1, 2**12):
        value = int(f"{pattern:b}") * digit
        spoken = number(value)
        assert spoken.text == independent(value)
        assert amount(Decimal(value)).text == f"{spoken.text}元"


@given(st.integers(min_value=1, max_value=99_999_999_999_999))
def test_a_debt_is_the_sum_after_minus(fen: int) -> None:
    value = Decimal(fen) / 100
    assert amount(-value) == Utterance("负", ("value/word/minus",)) + amount(value)


@given(st.integers(min_value=0, max_value=99_999_999_999_999))
def test_sums_agree_with_an_independent_reading(fen: int) -> None:
    """cn2an writes sums for cheques (capital figures, 整); in plain figures that is what is spoken."""
    value = Decimal(fen) / 100
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    expected = f"{independent(yuan)}元" + (f"{cn2an.an2cn(jiao)}角" if jiao else "")
    expected += f"{'' if jiao else '零'}{cn2an.an2cn(cent)}分" if cent else ""
    assert amount(value).text == expected
    assert cn2an.cn2an(re.sub("元.*", "", amount(value).text), "normal") == yuan


@given(st.integers(min_value=-99_999_999_999_999, max_value=99_999_999_999_999))
def test_the_recordings_say_exactly_the_words(fen: int) -> None:
    spoken = amount(Decimal(fen) / 100)
    assert "".join(clips()[clip] for clip in spoken.clips) == spoken.text


@given(st.integers(min_value=0, max_value=99_999_999_999_999))
def test_no_two_sums_sound_alike(fen: int) -> None:
    assert amount(Decimal(fen) / 100).text != amount(Decimal(fen + 1 if fen < 99_999_999_999_999 else 0) / 100).text


@given(st.integers(min_value=0, max_value=99_999_999))
def test_everyday_sums_need_few_recordings(fen: int) -> None:
    """Below a million 元 no piece is a single syllable but 负 and 零 at odd places."""
    assert len(amount(Decimal(fen) / 100).clips) <= 9


@pytest.mark.parametrize("value", ["NaN", "Infinity", "0.001", "1E+12", str(LARGEST + 1)])
def test_what_cannot_be_said_is_refused(value: str) -> None:
    with pytest.raises(Unspeakable):
        amount(Decimal(value))


def test_a_number_beyond_twelve_digits_is_refused() -> None:
    with pytest.raises(Unspeakable):
        number(10**12)
