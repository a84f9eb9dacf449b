"""Shapes, check characters and masks of the numbers people identify themselves with."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fund.identity import (
    Login,
    check_character,
    id_number_holds,
    kind_of_login,
    looks_like_id_number,
    luhn_digit,
    luhn_holds,
    masked_id_number,
    masked_phone,
)

# Printed in GB 11643-1999 as its two worked examples, one of them ending in X.
STANDARD_EXAMPLES = ["11010519491231002X", "440524188001010014"]
digits = st.text("0123456789", min_size=1, max_size=20)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(2026, 12, 31)))
    body = f"43{draw(st.integers(0, 9999)):04d}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


@pytest.mark.parametrize("number", STANDARD_EXAMPLES)
def test_the_check_character_is_the_standards(number: str) -> None:
    assert check_character(number[:-1]) == number[-1]


@given(id_numbers())
def test_a_right_id_number_holds_and_is_told_as_one(number: str) -> None:
    assert id_number_holds(number)
    assert kind_of_login(number) is Login.ID_NUMBER
    assert kind_of_login(number.lower()) is Login.ID_NUMBER


@given(id_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_holds(number: str, at: int, wrong: str) -> None:
    changed = number[:at] + wrong + number[at + 1 :]
    assert id_number_holds(changed) == (changed == number)


@given(id_numbers(), st.sampled_from("0123456789X"))
def test_a_wrong_check_character_never_turns_into_a_card(number: str, wrong: str) -> None:
    """Else one in ten callers would hear that the password is wrong, not the ID number."""
    if wrong != number[-1]:
        assert kind_of_login(number[:-1] + wrong) is None
        assert looks_like_id_number(number[:-1] + wrong)


@pytest.mark.parametrize(
    "number", ["110105194902300021", "11010518991231002X", "110105194913310021", "", "1101051949123100", "X" * 18]
)
def test_what_is_no_id_number(number: str) -> None:
    assert not id_number_holds(number)


@given(digits)
def test_luhn_finds_every_single_wrong_digit(body: str) -> None:
    card = body + luhn_digit(body)
    assert luhn_holds(card)
    assert not any(
        luhn_holds(card[:at] + other + card[at + 1 :])
        for at in range(len(card))
        for other in "0123456789"
        if other != card[at]
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6222021234567890128", Login.CARD),
        ("6222021234567890127", None),
        ("4111111111111111", Login.CARD),
        ("1000100001", Login.ACCOUNT),
        ("123456", Login.ACCOUNT),
        ("12345", None),
        ("", None),
        ("12345678901234567", None),
        ("٤٣٠١٠٢٤٣٠١", None),
        ("43010219900307*", None),
        ("1" * 60, None),
    ],
)
def test_the_kind_follows_from_the_shape(text: str, kind: Login | None) -> None:
    assert kind_of_login(text) is kind


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    kind_of_login(text)
    looks_like_id_number(text)
    luhn_holds(text)


def test_masks() -> None:
    assert masked_id_number("11010519491231002X") == "1101****002X"
    assert masked_phone("13812345678") == "138****5678"
    assert masked_phone("12329") == "*****"
