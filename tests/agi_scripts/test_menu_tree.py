"""menu.toml: two levels, everything reachable, each mistake named with its place."""

import re
from pathlib import Path

import pytest

from agi_scripts import menu_graph, menu_tree
from agi_scripts.leaves import LEAVES
from agi_scripts.menu_tree import MenuError
from sounds import Catalogue
from tests.agi_scripts.conftest import Hotline

PROMPTS = {"menu.main": "…", "menu.query": "…"}
MENU = 'prompt = "menu.main"\n'
TREE = menu_tree.load(LEAVES, Catalogue.load())
MENUS = [node for node in TREE.walk() if node.children]


def test_the_shipped_menu_is_the_domains() -> None:
    assert {key: (node.name, [child.name for child in node.children.values()]) for key, node in TREE.children.items()} == {
        "1": ("业务查询", ["个人账户", "个人贷款", "贷款办理进度", "单位账户", "修改密码"]),
        "2": ("业务指南", ["缴存政策", "提取政策", "贷款政策", "业务网点"]),
        "3": ("业务受理", ["贷款预约", "还款预约", "提取预约", "短信订阅"]),
        "4": ("投诉建议", ["投诉", "建议"]),
    }  # fmt: skip


def test_every_way_has_one_end() -> None:
    paths = [node.path for node in TREE.walk()]
    assert len(set(paths)) == len(paths) == 20
    assert {bool(node.leaf) for node in TREE.walk() if not node.children} == {True}


def test_each_menu_says_its_keys() -> None:
    """What is read offers each key there is, in order, and no other."""
    figures = dict(zip("一二三四五六七八", "12345678", strict=True))
    for menu in MENUS:
        text = Catalogue.load()[menu.prompt].text
        offered = [figures[after[0]] for after in text.split("请按")[1:] if after[0] in figures]
        assert offered == list(menu.children), menu.path


@pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu.path or "top")
async def test_zero_nine_and_star_mean_the_same_in_each_menu(hotline: Hotline, menu: menu_tree.Node) -> None:
    way = menu.path.split("/") if menu.path else []
    above = TREE.prompt
    line = await hotline.call(*way, "9", "*", "0")
    expected = [TREE.prompt, menu.prompt][-1 - len(way) :] if way else [TREE.prompt]
    assert line.heard == ["welcome", *expected, menu.prompt, above, "agent.connecting"]
    assert line.variables["HL_QUEUE"] == "changsha"


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("", "top", "either prompt"),
        (MENU, "top", "has keys below it"),
        ('prompt = "none"\n1 = {name = "a", leaf = "loan"}', "top: prompt", "'none'"),
        ('prompt = ["menu.main"]\n1 = {name = "a", leaf = "loan"}', "top: prompt", "text in quotes"),
        (MENU + '1 = {leaf = "loan"}', "1: name", "expected what operators call it"),
        (MENU + '1 = {name = 5, leaf = "loan"}', "1: name", "text in quotes"),
        (MENU + '1 = {name = "a", leaf = "dance"}', "1: leaf", "expected one of branches"),
        (MENU + '1 = {name = "a", leaf = "loan", prompt = "menu.query"}', "1", "either prompt"),
        (MENU + '1 = {name = "a", leaf = "loan", 1 = {name = "b", leaf = "loan"}}', "1", "a leaf has none"),
        (MENU + '9 = {name = "a", leaf = "loan"}', "top: 9", "one of the keys 1, 2"),
        (MENU + '12 = {name = "a", leaf = "loan"}', "top: 12", "one of the keys 1, 2"),
        (MENU + '"" = {name = "a", leaf = "loan"}', "top: ", "one of the keys 1, 2"),
        (MENU + "1 = 5", "top: 1", "with a table"),
        (
            MENU + '[1]\nname = "a"\nprompt = "menu.query"\n[1.1]\nname = "b"\nprompt = "menu.query"\n1 = {name = "c", leaf = "loan"}',
            "1/1",
            "two levels",
        ),
        ("prompt = ", "menu.toml", "Invalid value"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, place: str, expected: str) -> None:
    file = tmp_path / "menu.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MenuError) as caught:
        menu_tree.load(LEAVES, PROMPTS, file)
    assert str(file) in str(caught.value)
    assert place in str(caught.value)
    assert expected in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MenuError, match=r"none\.toml"):
        menu_tree.load(LEAVES, PROMPTS, tmp_path / "none.toml")


def test_the_picture_in_the_docs_is_of_this_menu() -> None:
    drawn = (Path(__file__).parents[2] / "docs/pictures/menu.svg").read_text(encoding="utf-8")
    assert drawn == menu_graph.svg(TREE) + "\n", "run: hotline menu --graph > docs/pictures/menu.svg"
    boxes = re.findall(r'<text [^>]*>(?:<tspan class="key">(\d) </tspan>)?([^<]+)<tspan class="note"> ([^<]+)', drawn)
    assert sorted(boxes) == sorted(
        (node.path.rpartition("/")[2], node.name, node.leaf or node.prompt) for node in TREE.walk()
    )


def test_the_menu_as_text() -> None:
    told = list(menu_graph.lines(TREE))
    assert told[:3] == ["主菜单", "  1 业务查询", "    1 个人账户  (personal_account)"]
