"""Transcripts of AGI as Asterisk 22 speaks it, in wire/: `>` we ask, `<` Asterisk says, `!` the caller does, `#` why.

Each is played against a real Asterisk (test_wire_live.py), so what is replayed (test_wire.py) is what Asterisk says.
"""

import re
from dataclasses import dataclass
from pathlib import Path

WIRE = Path(__file__).parent / "wire"
NAMES = sorted(file.stem for file in WIRE.glob("*.txt"))
VARYING = re.compile(r"(?<=endpos=)[1-9]\d*|(?<=result=)(\d{4,}|[01]?\d|20)(?= \(timeout\) endpos)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who, and what."""

    who: str
    what: str


def lines(name: str) -> list[Line]:
    """The lines of a transcript, without comments."""
    text = (WIRE / f"{name}.txt").read_text(encoding="utf-8")
    found = (Line(line[0], line[2:]) for line in text.splitlines())
    return [line for line in found if line.who != "#"]


def alike(said: str) -> str:
    """What two runs have in common: how far a file was when something came is a matter of milliseconds."""
    return VARYING.sub("…", said)
