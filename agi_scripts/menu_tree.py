"""The menu as data: menu.toml → a checked tree. Pure but for reading the file."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "menu.toml"
KEYS = frozenset("12345678")
"""0, 9 and * mean the same everywhere and lead nowhere else."""

DEEPEST = 2

FIELDS = ("name", "prompt", "leaf")


class MenuError(ValueError):
    """menu.toml cannot be used; says file, place and what was expected."""


@dataclass(frozen=True, slots=True)
class Node:
    """A menu (prompt and children) or a leaf (the name of a conversation). `path` is the keys to it: 1/1."""

    path: str
    name: str
    prompt: str
    leaf: str
    children: Mapping[str, "Node"]

    def walk(self) -> Iterator["Node"]:
        """This node and all below it."""
        yield self
        for child in self.children.values():
            yield from child.walk()


def load(leaves: Collection[str], prompts: Collection[str], file: Path = FILE) -> Node:
    """Read and check the tree against the conversations and prompts there are."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MenuError(f"{file}: {error}") from None
    return _node(str(file), table | {"name": "主菜单"}, "", leaves, prompts)


def _node(file: str, table: dict[str, Any], path: str, leaves: Collection[str], prompts: Collection[str]) -> Node:
    place = f"{file}: {path or 'top'}"
    name, prompt, leaf = _fields(place, table, leaves, prompts)
    children = {key: value for key, value in table.items() if key not in FIELDS}
    if bool(children) != bool(prompt):
        raise MenuError(f"{place}: a menu has keys below it, a leaf has none")
    if children and path.count("/") + bool(path) >= DEEPEST:
        raise MenuError(f"{place}: the menu has two levels")
    for key, child in children.items():
        if key not in KEYS or not isinstance(child, dict):
            raise MenuError(f"{place}: {key}: expected one of the keys {', '.join(sorted(KEYS))} with a table")
    below = {
        key: _node(file, child, f"{path}/{key}".strip("/"), leaves, prompts) for key, child in sorted(children.items())
    }
    return Node(path, name, prompt, leaf, below)


def _fields(
    place: str, table: dict[str, Any], leaves: Collection[str], prompts: Collection[str]
) -> tuple[str, str, str]:
    """What a node says of itself: name, prompt, leaf."""
    found = [table.get(field, "") for field in FIELDS]
    for field, value in zip(FIELDS, found, strict=True):
        if not isinstance(value, str):
            raise MenuError(f"{place}: {field}: expected text in quotes")
    name, prompt, leaf = found
    if not name:
        raise MenuError(f"{place}: name: expected what operators call it, such as 个人账户")
    if bool(prompt) == bool(leaf):
        raise MenuError(f"{place}: expected either prompt (a menu) or leaf (a conversation)")
    if leaf and leaf not in leaves:
        raise MenuError(
            f"{place}: leaf: there is no conversation {leaf!r}; expected one of {', '.join(sorted(leaves))}"
        )
    if prompt and prompt not in prompts:
        raise MenuError(f"{place}: prompt: there is no {prompt!r} in sounds/catalogue.toml")
    return name, prompt, leaf
