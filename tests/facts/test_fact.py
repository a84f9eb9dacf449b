"""A fact's line in a journal, and lines that are none."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts import BadFact, Fact, masked_number, parse

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80)
VALUES = st.one_of(st.booleans(), st.integers(-(2**60), 2**60), TEXT, st.none())
NAMES = TEXT.filter(lambda name: name not in {"id", "t", "kind", "call", "queue", "agent"})
FACTS = st.builds(
    Fact,
    id=TEXT.filter(bool),
    t=st.integers(0, 4_102_444_800_000),
    kind=st.sampled_from(["entered", "joined", "名"]),
    call=TEXT,
    queue=TEXT,
    agent=TEXT,
    data=st.dictionaries(NAMES, VALUES, max_size=4),
)


@given(FACTS.filter(lambda fact: "\\u0000" not in fact.line()))
def test_there_and_back(fact: Fact) -> None:
    assert "\n" not in fact.line()
    assert parse(fact.line()) == fact


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "is not JSON"),
        ('{"id": "1", "t": 1, "ki', "is not JSON"),
        ("[]", "is not an object"),
        ("[" * 100_000, "is not JSON"),
        ('{"t": 1, "kind": "menu"}', "no id"),
        ('{"id": "1", "t": 1}', "no kind"),
        ('{"id": 1, "t": 1, "kind": "menu"}', "id is not text"),
        ('{"id": "1", "kind": "menu"}', "t is no time"),
        ('{"id": "1", "t": true, "kind": "menu"}', "t is no time"),
        ('{"id": "1", "t": 1.5, "kind": "menu"}', "t is no time"),
        ('{"id": "1", "t": -1, "kind": "menu"}', "t is no time"),
        ('{"id": "1", "t": 99999999999999, "kind": "menu"}', "t is no time"),
        ('{"id": "1", "t": 1, "kind": "menu", "call": null}', "call is not text"),
        ('{"id": "1", "t": 1, "kind": "menu", "x": NaN}', "is not JSON"),
        ('{"id": "1", "t": 1, "kind": "menu", "x": "\\u0000"}', "zero character"),
        ('{"id": "1", "t": 1, "kind": "menu", "x": "\\ud800"}', "is not JSON"),
        (json.dumps({"id": "1" * 121, "t": 1, "kind": "menu"}), "id is not text of at most 120"),
        (json.dumps({"id": "1", "t": 1, "kind": "k" * 25}), "kind is not text of at most 24"),
    ],
)
def test_no_fact(line: str, says: str) -> None:
    """Whatever the database would refuse is refused here: one such line would hold up all that follow."""
    with pytest.raises(BadFact, match=says):
        parse(line)


@given(st.text(max_size=200))
def test_any_text_is_a_fact_or_a_bad_one(line: str) -> None:
    with contextlib.suppress(BadFact):
        parse(line)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("073188888888", "073****8888"),
        ("138****5678", "138****5678"),
        ("8001", "8001"),
        ("1234567", "****67"),
        ("", ""),
    ],
)
def test_masked(number: str, shown: str) -> None:
    assert masked_number(number) == shown
