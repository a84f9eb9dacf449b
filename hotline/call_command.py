"""`hotline call`: place a real call, press keys after the prompts they answer, and print what was heard."""

import argparse
import asyncio
import dataclasses
import datetime as dt
import json
import os
import sys
from pathlib import Path

from hotline.catalogue import everything
from hotline.exceptions import HotlineError
from hotline.paths import Paths
from hotline.settings import Settings
from robot.caller import Caller, Pressed, Story
from robot.ear import recording
from robot.exceptions import RobotError
from robot.keys import KeysError, Step, parse
from robot.lexicon import Lexicon
from robot.phone import Phone
from robot.recogniser import Heard
from sounds import FOLDER, Catalogue, Recordings

SECRET = "ROBOT_SECRET"  # noqa: S105 - the name of a variable
GRAMMAR = """\
keys: steps separated by blanks or commas, each pressed in its turn
  1                      as soon as something is being asked
  menu.query:1           as soon as that prompt is heard (ids: sounds/catalogue.toml)
  @25:0                  25 s after the call was answered
  +2:9                   2 s after the step before
  hangup                 instead of keys: hang up
for example:  hotline call 12329 --keys "1 1 verify.account:1000000001# verify.password:…"
`--keys -` reads them from stdin, where no other user of the machine sees them. Passwords are never printed.
exit code: 0 when the call went through and everything in it was recognised, 1 with a sentence when not.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = GRAMMAR
    parser.add_argument("number", nargs="?", help="number to dial; the hotline's own if it is left out")
    parser.add_argument("--keys", default="", help="what to press and when; - reads stdin")
    parser.add_argument(
        "--from", dest="caller", default="13800000000", help="the caller's number (default: %(default)s)"
    )
    parser.add_argument("--account", metavar="SIP_USER", help=f"call as a registered phone; its secret in ${SECRET}")
    parser.add_argument("--server", metavar="HOST:PORT", help="instead of the address in the settings")
    parser.add_argument("--timeout", type=float, default=120, help="longest call in seconds (default: %(default)g)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep what was heard as a WAV file")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end instead")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make the call; 0 when it went through and everything heard was recognised."""
    try:
        steps = parse(sys.stdin.read() if arguments.keys == "-" else arguments.keys)
    except KeysError as error:
        raise HotlineError(f"--keys: {error}") from None
    story = asyncio.run(_call(arguments, settings, steps))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(story), ensure_ascii=False, indent=1))
    elif not story.trouble:
        print(f"{story.seconds:6.1f} s  the call is over")
    if story.trouble:
        print(f"The call did not go as it should: {story.trouble}", file=sys.stderr)
        return 1
    return 0


async def _call(arguments: argparse.Namespace, settings: Settings, steps: tuple[Step, ...]) -> Story:
    server = arguments.server or f"{_reachable(settings.sip.bind)}:{settings.sip.port}"
    number = arguments.number or settings.trunk.number
    lexicon = _lexicon(settings)
    try:
        async with Phone(server) as phone:
            if arguments.account:
                await phone.register(arguments.account, _secret())
            caller = Caller(phone, lexicon, (lambda _: None) if arguments.json else _print)
            story = await caller.make(
                number, steps, caller=None if arguments.account else arguments.caller, longest=arguments.timeout
            )
            if arguments.record:
                caller.ear.keep(arguments.record)
            return story
    except (RobotError, TimeoutError) as error:
        raise HotlineError(f"No call to {number} at {server}: {error}") from None


def _lexicon(settings: Settings) -> Lexicon:
    """Know what the product says, and the music it lets callers wait with."""
    texts = everything(settings, dt.datetime.now(settings.hotline.zone).date())
    recordings = Recordings(FOLDER / settings.ivr.voice)
    voiced = Catalogue({name: prompt for name, prompt in texts.items() if recordings.file(name).is_file()})
    lexicon = Lexicon.of_recordings(voiced, recordings)
    music = sorted(Paths(Path(settings.hotline.var)).asterisk.rglob("waiting.wav"))
    known = lexicon.plus({"music": ("（等候音乐）", recording(music[0]))}) if music else lexicon
    return known.prepare()


def _reachable(bind: str) -> str:
    return "127.0.0.1" if bind in {"0.0.0.0", ""} else bind


def _secret() -> str:
    try:
        return os.environ[SECRET]
    except KeyError:
        raise HotlineError(f"--account: put the phone's secret into the environment variable {SECRET}") from None


def _print(what: Heard | Pressed) -> None:
    if isinstance(what, Pressed):
        print(f"{what.at:6.1f} s  pressed {what.keys}" + (f"  ({what.prompt})" if what.prompt else ""), flush=True)
    else:
        cut = "  (cut short)" if what.cut and not what.going_on else ""
        print(f"{what.at:6.1f} s  {what.id or 'unknown':<24} {what.text}{cut}", flush=True)
