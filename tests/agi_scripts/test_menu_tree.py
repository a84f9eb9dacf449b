"""menu.toml: two levels, everything reachable, each mistake named with its place."""

from pathlib import Path

import pytest

from agi_scripts import menu_tree
from agi_scripts.leaves import LEAVES
from agi_scripts.menu_tree import MenuError
from sounds import Catalogue

PROMPTS = {"menu.main", "menu.query"}


def test_the_shipped_menu_is_the_domains() -> None:
    root = menu_tree.load(LEAVES, Catalogue.load())
    assert {key: (node.name, len(node.children)) for key, node in root.children.items()} == {
        "1": ("业务查询", 5),
        "2": ("业务指南", 4),
        "3": ("业务受理", 4),
        "4": ("投诉建议", 2),
    }
    leaves = [node for node in root.walk() if node.leaf]
    assert len(leaves) == 15
    assert len({node.path for node in leaves}) == 15


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("", "top", "either prompt"),
        ('prompt = "menu.main"', "top", "has keys below it"),
        ('prompt = "none"\n1 = {name = "a", leaf = "later"}', "top", "no prompt 'none'"),
        ('prompt = "menu.main"\n1 = {leaf = "later"}', "1", "expected a name"),
        ('prompt = "menu.main"\n1 = {name = "a", leaf = "dance"}', "1", "no conversation 'dance'; known: agent"),
        ('prompt = "menu.main"\n9 = {name = "a", leaf = "later"}', "top", "key '9'"),
        ('prompt = "menu.main"\n1 = 5', "top", "key '1'"),
        (
            'prompt = "menu.main"\n[1]\nname = "a"\nprompt = "menu.query"\n[1.1]\nname = "b"\nprompt = "menu.query"\n1 = {name = "c", leaf = "later"}',
            "1/1",
            "two levels",
        ),
        ("prompt = ", "menu.toml", "Invalid value"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, place: str, expected: str) -> None:
    file = tmp_path / "menu.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MenuError) as caught:
        menu_tree.load(LEAVES, PROMPTS, file)
    assert place in str(caught.value)
    assert expected in str(caught.value)
