"""The command `hotline`: one verb a module, this file only lists them."""

import argparse
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

from hotline.exceptions import HotlineError, SettingsError
from hotline.paths import settings_file
from hotline.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb and the module that has its `add_arguments` and `run`: imported only when used, so that --help is quick."""

    name: str
    module: str
    summary: str


VERBS = (
    Verb("up", "hotline.up", "run the hotline in the foreground; Ctrl-C stops all of it"),
    Verb("check", "hotline.check", "validate the settings, menu and prompts, start nothing"),
    Verb("status", "hotline.status", "say what is up"),
    Verb("demo", "hotline.demo", "print the demo world: numbers, depositors, agents, tokens"),
    Verb("agents", "hotline.agents", "add and remove agents, make PINs, list them"),
    Verb("recordings", "hotline.recordings", "list recorded talks, export one, remove expired ones"),
    Verb("call", "hotline.call_command", "place a test call, press keys, print what was heard"),
    Verb("menu", "hotline.menu", "print the menu as callers walk it, as text or with --graph as a picture"),
    Verb("unlock", "hotline.unlock", "give an account that is locked after wrong passwords its tries back"),
    Verb("forget", "hotline.forget", "delete what is remembered of a calling number"),
    Verb("prompts", "hotline.prompts", "voice the prompts, or check that every one is voiced"),
)


def main(argv: list[str] | None = None) -> int:
    """Run one verb; the exit code is 0 when it did what it says, 1 when it could not, 2 for wrong usage."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="hotline", description="The 12329 hotline.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    chosen = next((word for word in words if not word.startswith("-")), None)
    for verb in VERBS:
        sub = verbs.add_parser(verb.name, help=verb.summary, description=verb.summary.capitalize() + ".")
        if verb.name == chosen:
            importlib.import_module(verb.module).add_arguments(sub)
    arguments = parser.parse_args(words)
    module = next(verb.module for verb in VERBS if verb.name == arguments.verb)
    run: Callable[[argparse.Namespace, Settings], int] = importlib.import_module(module).run
    try:
        return run(arguments, load(settings_file()))
    except SettingsError as error:
        _say(f"The settings cannot be used:\n{error}")
    except HotlineError as error:
        _say(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has what it wanted
        return 1
    except KeyboardInterrupt:
        return 130
    return 1


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
