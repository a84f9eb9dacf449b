"""Which version of an article is read on which day, and every mistake in one file."""

import datetime as dt

import pytest

from guide.article import Article, Category, article, clashes, in_effect
from guide.branch import branch
from guide.exceptions import GuideError
from guide.page import read

DAY = dt.date(2026, 11, 23)
ONE = dt.timedelta(days=1)


def version(
    effective: dt.date,
    until: dt.date | None = None,
    *,
    name: str = "rent",
    owner: str = "shared",
    order: int = 100,
    file: str = "",
) -> Article:
    text = f"---\ntitle: 租房提取\neffective: {effective}\norder: {order}\n" + (f"until: {until}\n" if until else "")
    page = read(f"{text}---\n{owner}的规定\n".replace("shared", "全省"), file or f"{owner}/{name}.{effective}.md")
    return article(page, owner, Category.WITHDRAWAL, name)


def chosen(*articles: Article, day: dt.date = DAY) -> list[list[str]]:
    return [[one.file for one in versions] for versions in in_effect(articles, day)]


def test_the_latest_that_has_begun_is_read_and_takes_over_on_its_day() -> None:
    old, new = version(DAY - 300 * ONE, file="old"), version(DAY, file="new")
    assert chosen(old, new, day=DAY - ONE) == [["old"]]
    assert chosen(old, new, day=DAY) == [["new", "old"]]
    assert chosen(old, new, day=DAY - 301 * ONE) == []


def test_the_last_day_is_included_and_then_the_one_before_holds_again() -> None:
    usual, campaign = version(DAY - 300 * ONE, file="usual"), version(DAY - 3 * ONE, DAY, file="campaign")
    assert chosen(usual, campaign, day=DAY) == [["campaign", "usual"]]
    assert chosen(usual, campaign, day=DAY + ONE) == [["usual"]]
    assert chosen(campaign, day=DAY + ONE) == []


def test_a_centre_s_own_goes_before_what_all_share_from_its_first_day() -> None:
    shared, own = version(DAY, file="shared"), version(DAY - ONE, owner="长沙", file="own")
    assert chosen(shared, own) == [["own", "shared"]]
    assert chosen(shared, version(DAY + ONE, owner="长沙", file="own")) == [["shared"]]


def test_articles_come_in_their_order_then_by_name() -> None:
    found = [version(DAY, name=name, order=order, file=name) for name, order in (("c", 1), ("b", 2), ("a", 2))]
    assert chosen(*found) == [["c"], ["a"], ["b"]]


def test_two_versions_of_one_day_are_a_mistake() -> None:
    assert clashes([version(DAY, file="a"), version(DAY, file="b"), version(DAY, name="buy", file="c")]) == {"b": "a"}
    assert clashes([version(DAY, file="a"), version(DAY, owner="长沙", file="b")]) == {}


def test_a_changed_text_is_another_recording() -> None:
    before = article(
        read("---\ntitle: 租房\neffective: 2026-01-01\n---\n一段\n\n二段\n", "a"), "shared", Category.LOAN, "x"
    )
    after = article(
        read("---\ntitle: 租房\neffective: 2026-05-01\n---\n一段\n\n三段\n", "a"), "shared", Category.LOAN, "x"
    )
    assert [prompt.id for prompt in before.prompts][:2] == [prompt.id for prompt in after.prompts][:2]
    assert before.said[1].id != after.said[1].id


def test_the_page_s_own_readings_are_kept_where_they_occur() -> None:
    text = "---\ntitle: 租房\neffective: 2026-01-01\npinyin:\n  行长: hang2 zhang3\n---\n找行长\n\n找人\n"
    found = article(read(text, "a"), "shared", Category.LOAN, "x")
    assert [dict(prompt.pinyin) for prompt in found.prompts] == [{}, {"行长": "hang2 zhang3"}, {}]


GOOD = {"title": "租房提取", "effective": "2026-01-01"}


@pytest.mark.parametrize(
    ("keys", "body", "told"),
    [
        ({"title": ""}, "可以", ["a:2: title: expected a text"]),
        ({"title": "很长很长很长很长很长很长的标题"}, "可以", ["a:2: title: expected at most 12 characters"]),
        ({"title": "VIP"}, "可以", ["a:2: title: 'VIP' cannot be said"]),
        ({"effective": "2026-13-01"}, "可以", ["a:3: effective: expected a day such as 2026-07-01, not '2026-13-01'"]),
        ({"effective": "昨天"}, "可以", ["a:3: effective: expected a day"]),
        ({"until": "2025-12-31"}, "可以", ["a:4: until: expected a day not before effective"]),
        ({"order": "first"}, "可以", ["a:4: order: expected a whole number such as 10, not 'first'"]),
        ({"author": "张三"}, "可以", ["a:4: author: there is no such key; expected effective, order"]),
        ({"pinyin": "x"}, "可以", ["a:4: pinyin: expected word"]),
        ({}, "", ["a:1: text: expected at least one paragraph"]),
        ({}, "一次。\n\n用WiFi办理", ["a:7: text: 'WiFi' cannot be said"]),
        ({}, "长" * 101, ["a:5: text: expected at most 100 characters as they are said, not 101"]),
        ({}, "长" * 71, ["a:5: text: expected sentences of at most 70 characters"]),
        ({"title": "", "effective": "", "order": "-1"}, "B座", ["a:2: ", "a:3: ", "a:4: ", "a:6: "]),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_line(keys: dict[str, str], body: str, told: list[str]) -> None:
    front = "".join(f"{key}: {value}\n" for key, value in {**GOOD, **keys}.items())
    with pytest.raises(GuideError) as refused:
        article(read(f"---\n{front}---\n{body}\n", "a"), "shared", Category.LOAN, "x")
    mistakes = list(map(str, refused.value.mistakes))
    assert len(mistakes) == len(told)
    assert all(mistake.startswith(start) for mistake, start in zip(mistakes, told, strict=True)), mistakes


def test_a_branch_says_where_when_and_what_else() -> None:
    text = "---\ndistrict: 芙蓉区\nname: 芙蓉管理部\naddress: 韶山北路88号\nhours: 9:00-17:00\n---\n只办提取。\n"
    found = branch(read(text, "a"), "changsha", "furong")
    assert [prompt.text for prompt in found.prompts] == [
        "芙蓉区",
        "芙蓉管理部",
        "韶山北路八十八号",
        "上午九点到下午五点",
        "只办提取。",
    ]
    assert (found.address, found.phone, found.order) == ("韶山北路88号", "", 100)
    assert [prompt.id for prompt in found.prompts] == [found.said_district, found.said_name, *found.said_more]


def test_a_branch_without_hours_is_a_mistake() -> None:
    with pytest.raises(GuideError, match="a:1: hours: expected a text"):
        branch(read("---\ndistrict: 区\nname: 部\naddress: 路\n---\n", "a"), "changsha", "furong")
