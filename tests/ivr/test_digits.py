"""Digits are shown by nobody who did not ask for them."""

import pickle
import traceback

import pytest

from ivr.digits import Digits

CANARY = "246813"


@pytest.mark.parametrize(
    "shown",
    [
        str(Digits(CANARY)),
        repr(Digits(CANARY)),
        f"{Digits(CANARY)}",
        f"{Digits(CANARY):>20}",
        "%s" % Digits(CANARY),  # noqa: UP031 - as logging does
        str([Digits(CANARY)]),
        str({"password": Digits(CANARY)}),
    ],
)
def test_every_way_of_printing_shows_the_length_only(shown: str) -> None:
    assert CANARY not in shown
    assert "••••••" in shown


def test_they_are_compared_counted_and_revealed() -> None:
    digits = Digits(CANARY)
    assert digits.reveal() == CANARY
    assert digits == Digits(CANARY)
    assert digits != Digits("1")
    assert digits != CANARY
    assert len({digits, Digits(CANARY)}) == 1
    assert len(digits) == 6
    assert not Digits("")


def test_a_traceback_with_locals_does_not_show_them() -> None:
    def check(password: Digits) -> None:
        raise ValueError(f"{password} is wrong")

    with pytest.raises(ValueError, match="is wrong") as caught:
        check(Digits(CANARY))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "password = Digits" in shown
    assert CANARY not in shown.replace("Digits(CANARY)", "")


def test_they_go_nowhere_by_accident() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Digits(CANARY), protocol=1)
