"""The guide through real calls: every category and the branches, with the words of the files that are shipped."""

import asyncio
import datetime as dt

import pytest

from guide.article import SHARED, Category, in_effect
from guide.shelf import SHIPPED, contents
from robot.lexicon import Lexicon
from tests.calls.talk import Talk, calling
from tests.fixtures.instance import Instance

pytestmark = pytest.mark.xdist_group("calls")

LONG = 60.0
"""Seconds a whole article may take."""

GUIDE = contents(SHIPPED, ["changsha", "yueyang", "changde"])
KEYS = {Category.DEPOSIT: "1", Category.WITHDRAWAL: "2", Category.LOAN: "3"}


async def told(talk: Talk, keys: str, texts: list[str]) -> None:
    """Press through the guide's menu and hear exactly these words, then what may be done next."""
    await talk.answers("menu.main", "2")
    await talk.answers("menu.guide", keys[0])
    for key in keys[1:]:
        await talk.answers(f"press.{key}", key)
    await talk.hears("menu.again", within=LONG)
    said = "".join(entry.text for entry in talk.ear.transcript())
    assert "".join(texts) in said


async def test_articles_and_branches_are_told_word_by_word(hotline: Instance, lexicon: Lexicon) -> None:
    day = dt.datetime.now(dt.UTC).date()
    wanted: list[tuple[str, list[str]]] = []
    for category, key in KEYS.items():
        found = [one for one in GUIDE.articles if one.owner in {SHARED, "changsha"} and one.category == category]
        second = in_effect(found, day)[1][0]
        wanted.append((f"{key}2", [prompt.text for prompt in second.prompts]))
    branch = min((one for one in GUIDE.branches if one.centre == "changsha"), key=lambda one: one.order)
    wanted.append(("41", [prompt.text for prompt in branch.prompts[1:]]))

    async def call(keys: str, texts: list[str]) -> None:
        async with calling(hotline, lexicon) as talk:
            await told(talk, keys, texts)

    await asyncio.gather(*(call(keys, texts) for keys, texts in wanted))
