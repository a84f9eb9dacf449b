"""Every prompt that a conversation names has a text, and every text is said somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import agi_scripts
import asterisk_conf
import hotline
import ivr
import seats
import waiting
from agi_scripts import menu_tree, whisper
from agi_scripts.leaves import LEAVES
from sounds import Catalogue

CATALOGUE = Catalogue.load()
ROOMS = (agi_scripts, asterisk_conf, hotline, ivr, seats, waiting)
SAYS = {"say", "ask", "menu", "Menu", "_offer", "_asked"}
"""Calls whose plain words are prompts."""

ID = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for room in ROOMS:
        for file in Path(next(iter(room.__path__))).rglob("*.py"):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def words(tree: ast.AST) -> Iterator[str]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def said(tree: ast.AST) -> Iterator[str]:
    """Plain words and tuples of them that are handed to something that speaks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            for argument in node.args if name in SAYS else ():
                parts = argument.elts if isinstance(argument, ast.Tuple) else [argument]
                yield from (
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


def test_the_search_finds_what_conversations_say() -> None:
    found = {word for _, tree in sources() for word in said(tree)}
    assert {"welcome", "verify.wrong", "verify.must_change"} <= found


def test_what_conversations_say_has_a_text() -> None:
    lost = {(file.name, word) for file, tree in sources() for word in said(tree) if word not in CATALOGUE}
    assert lost == set()


def test_whatever_looks_like_a_prompt_of_a_known_kind_has_a_text() -> None:
    """Also where ids travel through variables before they are said."""
    kinds = {name.partition(".")[0] for name in CATALOGUE if "." in name}
    conversations = Path(next(iter(agi_scripts.__path__)))
    lost = {
        (file.name, word)
        for file, tree in sources()
        if file.is_relative_to(conversations)
        for word in words(tree)
        if ID.fullmatch(word) and word.partition(".")[0] in kinds and word not in CATALOGUE and word != "menu.toml"
    }
    assert lost == set()


def test_every_text_is_said_somewhere() -> None:
    menu = (Path(next(iter(agi_scripts.__path__))) / "menu.toml").read_text(encoding="utf-8")
    named = {word for _, tree in sources() for word in words(tree)} | set(re.findall(r'"([a-z0-9_.]+)"', menu))
    tree = menu_tree.load(LEAVES, set(CATALOGUE))
    named |= {whisper.place(node.path) for node in tree.walk() if node.path}
    assert sorted(CATALOGUE.keys() - named) == []
