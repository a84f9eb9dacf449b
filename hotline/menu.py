"""`hotline menu`: the menu as callers walk it, as text or as a picture."""

import argparse

from agi_scripts import menu_graph, menu_tree
from agi_scripts.leaves import LEAVES
from hotline.exceptions import Problem, SettingsError
from hotline.settings import Settings
from ivr import speech
from sounds import Catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--graph", action="store_true", help="print a picture (SVG) instead of text")


def run(arguments: argparse.Namespace, _settings: Settings) -> int:
    """Print the menu; SettingsError when menu.toml cannot be used."""
    try:
        menu = menu_tree.load(LEAVES, Catalogue.load(pieces=speech.clips()))
    except menu_tree.MenuError as error:
        raise SettingsError([Problem("agi_scripts/menu.toml", "-", str(error))]) from None
    print(menu_graph.svg(menu) if arguments.graph else "\n".join(menu_graph.lines(menu)))
    return 0
