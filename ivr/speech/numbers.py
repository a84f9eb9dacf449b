"""Whole numbers and sums of money, as 12329 reads them aloud.

Rules: inner zeros fall together into one 零; 十 stands without 一 only at the very start; 二, never 两; a zero 角 before a
分 is said; the 元 is always said.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from ivr.speech.clips import DIGITS, ids, tens
from ivr.speech.utterance import Utterance

LARGEST = Decimal("999999999999.99")
"""The largest sum that is read, in 元."""

SECTIONS = (("亿", 10**8), ("万", 10**4), ("", 1))


class Unspeakable(ValueError):  # noqa: N818 - says what the value is
    """The value is beyond what can be read aloud, or is no value at all."""


def amount(value: Decimal) -> Utterance:
    """A sum in 元 with at most two places: 16409.02 → 一万六千四百零九元零二分."""
    if not value.is_finite() or abs(value) > LARGEST or value != value.quantize(Decimal("0.01")):
        raise Unspeakable("a sum has at most two places and is below a million million 元")
    fen = int(abs(value) * 100)
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    pieces = ["负"] if value < 0 else []
    pieces += _grouped(yuan, "元") if yuan else ["零元"]
    if jiao:
        pieces.append(DIGITS[jiao] + "角")
    if fen:
        pieces.append(("" if jiao else "零") + DIGITS[fen] + "分")
    return _said(pieces)


def number(value: int) -> Utterance:
    """A whole number: 1015 → 一千零一十五."""
    if abs(value) > LARGEST:
        raise Unspeakable("a number has at most twelve digits")
    pieces = ["负"] if value < 0 else []
    pieces += _grouped(abs(value), "") if value else ["零"]
    return _said(pieces)


def _grouped(value: int, unit: str) -> list[str]:
    """Cut a positive number into the groups it is spoken in, the last one with its unit: 二百|一十五元."""
    pieces: list[str] = []
    gap = False
    for sign, size in SECTIONS:
        section = value // size % 10**4
        if not section:
            gap = bool(pieces)
            continue
        groups = list(_section(section, first=not pieces, zero=bool(pieces) and (gap or section < 1000)))
        groups[-1] += sign
        pieces += groups
        gap = False
    pieces[-1] += unit
    return pieces


def _section(value: int, *, first: bool, zero: bool) -> Iterator[str]:
    """The groups of 1–9999; `zero`: an empty place stands before it."""
    thousand, hundred, rest = value // 1000, value // 100 % 10, value % 100
    said = "零" if zero else ""
    if thousand:
        yield said + DIGITS[thousand] + "千"
        said = ""
    if hundred:
        yield said + DIGITS[hundred] + "百"
        said = ""
    if rest:
        if (thousand and not hundred) or (hundred and rest < 10):
            said = "零"
        yield said + tens(rest, inner=not first or bool(thousand or hundred))


def _said(pieces: list[str]) -> Utterance:
    return sum((_recorded(piece) for piece in pieces), Utterance.silence())


@lru_cache(maxsize=4096)
def _recorded(piece: str) -> Utterance:
    """Find the recordings of a group: the whole, else its longest end ("元") after what remains ("十万")."""
    for start in range(len(piece)):
        if clip := ids().get(piece[start:]):
            here = Utterance(piece[start:], (clip,))
            return _recorded(piece[:start]) + here if start else here
    raise Unspeakable(f"no recording ends {piece!r}")
