"""The guide as shipped: no mistakes, and something to tell in every category and at every centre of the demo."""

import datetime as dt

import pytest

from guide.article import SHARED, Category, in_effect
from guide.shelf import SHIPPED, contents
from hotline.paths import PROJECT
from hotline.settings import load

CENTRES = [centre.code for centre in load(PROJECT / "hotline.toml", {}).centres]
DEMO = load(PROJECT / "hotline.toml", {}).demo_centres
GUIDE = contents(SHIPPED, CENTRES)
TODAY = dt.date(2026, 11, 23)


def test_it_is_without_mistakes() -> None:
    assert [str(mistake) for mistake in GUIDE.mistakes] == []


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("centre", [DEMO[0], CENTRES[-1]])
def test_every_category_has_articles_everywhere(centre: str, category: Category) -> None:
    found = [one for one in GUIDE.articles if one.category == category and one.owner in {SHARED, centre}]
    assert 3 <= len(in_effect(found, TODAY)) <= 8


def test_a_centre_s_own_article_stands_for_the_shared_one() -> None:
    amounts = [one for one in GUIDE.articles if (one.category, one.id) == (Category.LOAN, "amount")]
    ((own, shared),) = in_effect(amounts, TODAY)
    assert (own.owner, shared.owner) == ("changsha", SHARED)


@pytest.mark.parametrize("centre", DEMO)
def test_every_centre_of_the_demo_has_branches_in_three_districts(centre: str) -> None:
    found = [one for one in GUIDE.branches if one.centre == centre]
    assert len({one.district for one in found}) == 3
