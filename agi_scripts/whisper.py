"""What an agent hears before the caller: centre, verified or not, where in the menu the caller was.

One recording for each combination, joined when the first such caller asks for a person, and named so that no name tells more
than its recording. The bridge plays it to the agent while the caller hears the announcement (dialplan, agent-answered).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from agi_scripts.caller import Caller
from centres import names
from fund.port import Holder
from ivr import variables
from ivr.speaker import ENDING, SILENCE, joined
from sounds import Recordings

KNOWN = {Holder.DEPOSITOR: "whisper.verified", Holder.UNIT: "whisper.verified.unit"}
UNKNOWN = "whisper.unverified"


@dataclass(frozen=True, slots=True)
class Whispers:
    """`announcements`: what callers hear meanwhile; a whisper lasts as long, so that no greeting is lost behind it."""

    recordings: Recordings
    folder: Path
    announcements: Path

    def name(self, what: tuple[str, ...]) -> str:
        """Give the name of the recording that says this; made when it is not there."""
        name = "-".join(part.replace("/", "_").replace(".", "_") for part in what)
        file = self.folder / f"{name}{ENDING}"
        if not file.exists():
            longest = max((one.stat().st_size for one in self.announcements.glob(f"*{ENDING}")), default=0)
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f".{name}.{os.getpid()}.draft"
            draft.write_bytes(joined(self.recordings, what).ljust(longest, SILENCE))
            draft.replace(file)
        return name


def said(caller: Caller, path: str) -> tuple[str, ...]:
    """The recordings of a caller's whisper, in order."""
    verified = [what for holder, what in KNOWN.items() if holder in caller.verified]
    at = (place(path),) if path else ()
    return names.name(caller.centre), *(verified or [UNKNOWN]), *at


def place(path: str) -> str:
    """The recording that names a place in the menu."""
    return f"whisper.at.{path.replace('/', '_')}"


async def prepare(caller: Caller) -> None:
    """Tell whoever answers, and every later leg, of the caller."""
    path = caller.path or await caller.call.get(variables.PATH)
    await caller.call.set(variables.PATH, path)
    if caller.world.whispers is not None:
        await caller.call.set(variables.WHISPER, caller.world.whispers.name(said(caller, path)))
