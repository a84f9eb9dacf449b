"""2: the guide: policy articles by category, branches by district, told to anybody."""

from collections.abc import Sequence

from agi_scripts.caller import Caller, Up, choose, offer_agent
from agi_scripts.several import chosen
from guide.article import Article, Category
from guide.branch import Branch, by_district
from ivr.speaker import Spoken


async def deposit_policy(caller: Caller) -> None:
    """2 → 1: 缴存."""
    await _policy(caller, Category.DEPOSIT)


async def withdrawal_policy(caller: Caller) -> None:
    """2 → 2: 提取."""
    await _policy(caller, Category.WITHDRAWAL)


async def loan_policy(caller: Caller) -> None:
    """2 → 3: 贷款."""
    await _policy(caller, Category.LOAN)


async def branches(caller: Caller) -> None:
    """2 → 4: 业务网点, by district; in a district with more than one, by name."""
    found = caller.world.guide.branches(caller.centre.code)
    if not found:
        await offer_agent(caller, "guide.branch.none", reason="guide")
    districts = by_district(found)
    while True:
        there = districts[await chosen(caller, "guide.districts", [(one[0].said_district,) for one in districts])]
        try:
            await _branch(caller, there)
        except Up:
            if len(districts) == 1:
                raise


async def _branch(caller: Caller, there: Sequence[Branch]) -> None:
    while True:
        one = there[await chosen(caller, "guide.branches", [(one.said_name,) for one in there])]
        caller.call.note("guide", what="branch", branch=one.code)
        await _tell(caller, (one.said_name, *one.said_more), several=len(there) > 1)


async def _policy(caller: Caller, category: Category) -> None:
    """Let the caller choose among the titles, read the article, and come back to the titles by *."""
    found = _articles(caller, category)
    if not found:
        await offer_agent(caller, "guide.none", reason="guide")
    while True:
        one = found[await chosen(caller, "guide.articles", [(one.said_title.id,) for one in found])]
        caller.call.note("guide", what=category, article=one.id, owner=one.owner, effective=f"{one.effective}")
        await _tell(caller, tuple(prompt.id for prompt in one.prompts), several=len(found) > 1)


def _articles(caller: Caller, category: Category) -> list[Article]:
    today = caller.world.clock().astimezone(caller.world.zone).date()
    return caller.world.guide.articles(caller.centre.code, category, today)


async def _tell(caller: Caller, said: tuple[Spoken, ...], *, several: bool) -> None:
    """Read it, as often as the caller wants; * leads back to what there was to choose from."""
    try:
        await choose(caller, "menu.again", told=said)
    except Up:
        if not several:
            raise
