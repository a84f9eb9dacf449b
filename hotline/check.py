"""`hotline check`: settings, menu, prompts and Asterisk's plan, without starting anything."""

import argparse
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agi_scripts import menu_tree
from agi_scripts.leaves import LEAVES
from asterisk_conf.exceptions import AsteriskConfError
from asterisk_conf.render import render
from asterisk_conf.runtime import Asterisk, asterisk
from hotline import accounts
from hotline.catalogue import GUIDE, catalogue, guide_of
from hotline.exceptions import Problem, SettingsError
from hotline.paths import Paths
from hotline.secrets import open_secrets
from hotline.settings import Settings
from hotline.telephony import plan
from sounds import FOLDER, Catalogue, Recordings, SoundsError
from sounds import check as check_sounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: none."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what was checked; SettingsError when something is wrong."""
    check(settings)
    if mistakes := guide_of(settings).mistakes:
        raise SettingsError([Problem(mistake.place, mistake.key, mistake.what) for mistake in mistakes])
    print(
        f"settings, menu, guide and prompts are good: {len(settings.centres)} centres, {settings.hotline.profile} profile"
    )
    for warning in warnings(settings, dt.datetime.now(settings.hotline.zone).date()):
        print(f"warning: {warning}")
    return 0


def warnings(settings: Settings, today: dt.date) -> list[str]:
    """What works today, but needs somebody before it stops."""
    return [
        *(warning for warning in (settings.business_calendar.runs_out(today),) if warning),
        *_guide(settings, today),
    ]


def _guide(settings: Settings, today: dt.date) -> Iterator[str]:
    """What staff wrote and callers do not hear: a centre's slip of the pen must not keep fifteen centres from starting."""
    guide = guide_of(settings)
    yield from map(str, guide.mistakes)
    recordings = Recordings(FOLDER / settings.ivr.voice)
    amiss = {finding.id for finding in check_sounds(catalogue(settings, guide.prompts(today)), recordings)}
    for entry in guide.to_voice(today):
        if any(prompt.id in amiss for prompt in entry.prompts):
            yield f"{entry.file}: is not voiced; run `hotline prompts build`"


def check(settings: Settings) -> None:
    """Check everything that can be checked before a start; SettingsError with every problem found."""
    problems: list[Problem] = []
    try:
        texts = catalogue(settings)
        problems += _voice(settings, texts)
        menu = menu_tree.load(LEAVES, texts)
        problems += _skills(settings, {node.path for node in menu.walk()})
        problems += [
            Problem("hotline.toml", f"seats.pauses ({pause.name})", f"there is no prompt {pause.prompt!r}")
            for pause in settings.seats.pauses
            if pause.prompt and pause.prompt not in texts
        ]
    except SoundsError as error:
        problems.append(Problem("sounds/catalogue.toml", "-", str(error)))
    except menu_tree.MenuError as error:
        problems.append(Problem("agi_scripts/menu.toml", "-", str(error)))
    problems += accounts.problems(settings)
    problems += _rendering(settings)
    if problems:
        raise SettingsError(problems)


def _skills(settings: Settings, paths: set[str]) -> list[Problem]:
    """Places of the menu that lead to a skill's queue and are not there."""
    return [
        Problem("hotline.toml", f"waiting.skills ({skill.name})", f"there is no place {path!r} in agi_scripts/menu.toml")
        for skill in settings.waiting.skills
        for path in skill.paths
        if path not in paths
    ]


def _voice(settings: Settings, texts: Catalogue) -> list[Problem]:
    """What the chosen voice lacks. The guide's recordings are another matter: what no file of it says any more may stay."""
    recordings = Recordings(FOLDER / settings.ivr.voice)
    if not recordings.folder.is_dir():
        known = ", ".join(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))
        return [Problem("hotline.toml", "ivr.voice", f"there is no folder {recordings.folder}; voices are {known}")]
    return [
        Problem(str(recordings.folder), finding.id, finding.what)
        for finding in check_sounds(texts, recordings)
        if not finding.id.startswith(GUIDE)
    ]


def _rendering(settings: Settings) -> list[Problem]:
    """Render once into a folder that is thrown away: what Asterisk could not take is found here."""
    try:
        found = asterisk()
    except AsteriskConfError:
        # Where Asterisk is does not change what is right.
        found = Asterisk(("asterisk",), "22", Path("/usr/lib/asterisk/modules"), Path("/usr/share/asterisk"))
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        paths = Paths(Path(folder))
        paths.make()
        try:
            render(plan(settings, paths, open_secrets(paths.secrets), found), paths.asterisk)
        except AsteriskConfError as error:
            return [Problem("hotline.toml", "-", str(error))]
        finally:
            shutil.rmtree(paths.memory, ignore_errors=True)
    return []
