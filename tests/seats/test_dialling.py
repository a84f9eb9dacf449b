"""Which outside numbers may be dialled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seats.dialling import Allowed, Refused, Rules, dialled, patterns

PLAN = Rules(area_codes=("0731", "0730"), refused=("1349",))


@pytest.mark.parametrize(
    ("number", "dial"),
    [
        ("13812345678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("013812345678", "13812345678"),
        ("88887777", "073188887777"),
        ("8887777", "07318887777"),
        ("073188887777", "073188887777"),
        ("07308887777", "07308887777"),
        ("+86073188887777", "073188887777"),
    ],
)
def test_allowed(number: str, dial: str) -> None:
    assert dialled(number, PLAN) == Allowed(dial)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "malformed"), ("12329", "service"), ("110", "service"), ("95588", "service"), ("16812345678", "listed"),
        ("96812345", "service"), ("4008001234", "service"), ("8008101234", "service"), ("01088887777", "other_area"),
        ("02088887777", "other_area"), ("0085212345678", "foreign"), ("+14155550123", "foreign"), ("+447700900123", "foreign"),
        ("0044770090012", "foreign"), ("13491234567", "listed"), ("+8613491234567", "listed"), ("1381234567", "service"),
        ("138123456789", "service"), ("138 1234 5678", "malformed"), ("13812345678,00", "malformed"), ("13812345678&PJSIP/x", "malformed"),
        ("sip:x@y", "malformed"), ("13812345678@evil", "malformed"), ("１３８１２３４５６７８", "malformed"), ("13812345678\n", "malformed"),
        ("073112329", "other_area"), ("0731912345678", "other_area"), ("123456789012345678901", "malformed"),
    ],
)  # fmt: skip
def test_refused(number: str, why: str) -> None:
    rules = Rules(PLAN.area_codes, refused=("1349", "168"))
    assert dialled(number, rules) == Refused(why)


def test_mobiles_can_be_switched_off() -> None:
    assert dialled("13812345678", Rules(("0731",), mobiles=False)) == Refused("mobiles_off")


def test_without_areas_only_mobiles() -> None:
    assert dialled("88887777", Rules()) == Refused("malformed")


def fits(pattern: str, number: str) -> bool:
    """Asterisk's pattern as a regular expression."""
    return re.fullmatch(pattern.replace("X", "[0-9]"), number) is not None


@given(
    st.one_of(st.from_regex(r"[0-9]{1,14}", fullmatch=True), st.from_regex(r"(1[3-9]|0731)[0-9]{7,9}", fullmatch=True))
)
def test_what_is_dialled_fits_the_dialplans_patterns(number: str) -> None:
    found = dialled(number, PLAN)
    if isinstance(found, Allowed):
        assert any(fits(pattern, found.number) for pattern in patterns(PLAN))
        assert dialled(found.number, PLAN) == found, "what was judged once is judged the same again"


@given(st.text(max_size=20))
def test_whatever_is_dialled_is_digits(number: str) -> None:
    found = dialled(number, PLAN)
    assert isinstance(found, Refused) or re.fullmatch("[0-9]{11,12}", found.number)
