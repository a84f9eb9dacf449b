"""The menu as data: menu.toml → a checked tree. Pure but for reading the file."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "menu.toml"
KEYS = "12345678"
"""0, 9 and * mean the same everywhere and lead nowhere else."""

DEEPEST = 2


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
    children = {key: value for key, value in table.items() if key not in {"name", "prompt", "leaf"}}
    prompt, leaf = table.get("prompt", ""), table.get("leaf", "")
    if not isinstance(table.get("name"), str) or not table["name"]:
        raise MenuError(f"{place}: expected a name")
    if bool(prompt) == bool(leaf):
        raise MenuError(f"{place}: expected either prompt (a menu) or leaf (a conversation)")
    if leaf and leaf not in leaves:
        raise MenuError(f"{place}: there is no conversation {leaf!r}; known: {', '.join(sorted(leaves))}")
    if prompt and prompt not in prompts:
        raise MenuError(f"{place}: there is no prompt {prompt!r} in sounds/catalogue.toml")
    if bool(children) != bool(prompt):
        raise MenuError(f"{place}: a menu has keys below it, a leaf has none")
    if children and path.count("/") + bool(path) >= DEEPEST:
        raise MenuError(f"{place}: the menu has two levels")
    for key, child in children.items():
        if key not in KEYS or not isinstance(child, dict):
            raise MenuError(f"{place}: key {key!r}: expected one of {', '.join(KEYS)} with a table")
    return Node(
        path,
        table["name"],
        prompt,
        leaf,
        {
            key: _node(file, child, f"{path}/{key}".strip("/"), leaves, prompts)
            for key, child in sorted(children.items())
        },
    )
