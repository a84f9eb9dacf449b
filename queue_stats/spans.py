"""Stretches of time: how long several are together, and where two lots of them overlap. Pure."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""From, until; ms since 1970."""


def length(spans: Iterable[Span]) -> int:
    """How long they are; a moment that several hold counts once."""
    total, reached = 0, None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        total += max(0, end - begin)
        reached = end if reached is None else max(reached, end)
    return total


def overlap(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Where one of these and one of those hold both."""
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return [span for span in both if span[0] < span[1]]
