"""A policy article (政策), and which of its versions is read on a day. Pure.

An article is known by its id, the file's name up to the first dot, so rent.md and rent.2027.md are versions of one. Its
category is the folder it lies in. What a centre writes goes before what all share.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from guide.exceptions import GuideError
from guide.page import Page
from guide.wording import Wording
from sounds import Prompt

SHARED = "shared"
"""Whose articles hold for every centre that has none of its own."""

LONGEST_TITLE = 12
"""Characters: eight titles are heard before a key is pressed."""

KEYS = frozenset({"title", "effective", "until", "order", "pinyin"})


class Category(StrEnum):
    """What a policy is about."""

    DEPOSIT = "deposit"
    """缴存"""
    WITHDRAWAL = "withdrawal"
    """提取"""
    LOAN = "loan"
    """贷款"""


@dataclass(frozen=True, slots=True)
class Article:
    """One version. In effect from `effective` to `until`, both days included; no `until`: until another takes over."""

    id: str
    owner: str
    category: Category
    title: str
    effective: dt.date
    until: dt.date | None
    order: int
    said_title: Prompt
    said: tuple[Prompt, ...]
    file: str

    def holds(self, day: dt.date) -> bool:
        """True from its first to its last day."""
        return self.effective <= day and not self.is_over(day)

    def is_over(self, day: dt.date) -> bool:
        """True after its last day."""
        return self.until is not None and self.until < day

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Everything that must be voiced to read it."""
        return self.said_title, *self.said


def article(page: Page, owner: str, category: Category, name: str) -> Article:
    """Check a file's content; GuideError names every mistake."""
    wording = Wording(page, f"guide/{owner}/{category}/{name}", KEYS)
    title = wording.line("title", LONGEST_TITLE)
    effective = wording.date("effective")
    until = wording.date("until") if "until" in page.keys else None
    if effective and until and until < effective:
        wording.wrong("until", f"expected a day not before effective, {effective}")
    order = wording.number("order", 100)
    said = wording.paragraphs()
    if not said and not wording.mistakes:
        wording.wrong("text", "expected at least one paragraph to be read")
    if wording.mistakes or not (title and effective):
        raise GuideError(wording.mistakes)
    return Article(name, owner, category, title.written, effective, until, order, title.prompt, said, page.file)


def in_effect(articles: Iterable[Article], day: dt.date) -> list[tuple[Article, ...]]:
    """Give the versions of each article that may be read on a day, the best first; articles by their order.

    A centre's own go before the shared ones, the later effective before the earlier.
    """
    chosen = sorted((one for one in articles if one.holds(day)), key=lambda one: one.id)
    versions = [tuple(sorted(group, key=_rank, reverse=True)) for _, group in groupby(chosen, key=lambda one: one.id)]
    return sorted(versions, key=lambda found: (found[0].order, found[0].id))


def _rank(one: Article) -> tuple[bool, dt.date, str]:
    return one.owner != SHARED, one.effective, one.file


def clashes(articles: Iterable[Article]) -> Mapping[str, str]:
    """Files that begin to hold on the day another version of the same article does: file → the other file."""
    first: dict[tuple[str, Category, str, dt.date], str] = {}
    found = {}
    for one in sorted(articles, key=lambda one: one.file):
        other = first.setdefault((one.owner, one.category, one.id, one.effective), one.file)
        if other != one.file:
            found[one.file] = other
    return found
