"""`hotline prompts`: voice the catalogue, check that every text has its recording, or measure how it is understood."""

import argparse
import datetime as dt
import sys
from pathlib import Path

from hotline.catalogue import everything
from hotline.exceptions import CannotStart
from hotline.listen import TARGET, listen, report, whole
from hotline.paths import PROJECT
from hotline.settings import Settings
from sounds import DEFAULT_VOICE, FOLDER, Catalogue, Prompt, Recordings, SoundsError, check
from sounds.build import build
from sounds.engines import Engine
from sounds.engines.gtts import Gtts
from sounds.engines.kokoro import Kokoro
from sounds.engines.studio import Studio
from sounds.engines.whisper import Whisper


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "action", choices=("build", "check", "listen"), help="voice what changed, say what did, or measure"
    )
    parser.add_argument(
        "--voice", default=DEFAULT_VOICE, help="voice, and folder below sounds/zh (default: %(default)s)"
    )
    parser.add_argument("--engine", choices=("kokoro", "gtts"), default="kokoro", help="default: %(default)s, offline")
    parser.add_argument("--studio", type=Path, metavar="FOLDER", help="take <id>.wav from here before the engine")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Build, check or listen; 1 when something is found; CannotStart when there is no voice or no usable catalogue."""
    try:
        return _done(arguments, everything(settings, dt.datetime.now(settings.hotline.zone).date()))
    except SoundsError as error:
        raise CannotStart(str(error)) from None


def _done(arguments: argparse.Namespace, texts: Catalogue) -> int:
    recordings = Recordings(FOLDER / arguments.voice)
    if arguments.action == "build":
        studio = Studio(arguments.studio) if arguments.studio else None
        made = build(texts, recordings, lambda: _engine(arguments), _progress, studio)
        print(f"{made} voiced, {len(texts) - made} unchanged, in {recordings.folder}", file=sys.stderr)
        return 0
    if arguments.action == "listen":
        scores = listen(texts, recordings, Whisper())
        print(report(scores))
        return 0 if whole(scores).share <= TARGET else 1
    findings = list(check(texts, recordings))
    print("\n".join(map(str, findings)) or f"all {len(texts)} prompts are voiced from their present text")
    return 1 if findings else 0


def _engine(arguments: argparse.Namespace) -> Engine:
    return Gtts() if arguments.engine == "gtts" else Kokoro(arguments.voice, PROJECT / ".runtime" / "voice")


def _progress(done: int, total: int, prompt: Prompt) -> None:
    print(f"[{done + 1}/{total}] {prompt.id}: {prompt.text}", file=sys.stderr)
