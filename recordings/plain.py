"""What Asterisk leaves: for each part of a talk `<call>[-<visit>][_<again>].raw`, and `.talk` beside it, written by the dialplan.

A part begins when an agent answers, and again when the talk is handed on.

`.talk` is one line, `<ms of the answer>,<seconds until the recording began>,<queue>,<agent>`. It lies beside the sound because
Asterisk alone is surely alive when an agent answers.
"""

import datetime as dt
import fcntl
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RAW, TALK = ".raw", ".talk"
NAME = re.compile(r"(?P<call>[0-9]{1,20}\.[0-9]{1,20})(?:-(?P<visit>[0-9]{1,6}))?(?:_(?P<again>[0-9]{1,3}))?")
LINE = re.compile(r"(?P<ms>[0-9]{1,15}),(?P<skip>[0-9.]{1,8}),(?P<queue>[a-z0-9_]{0,80}),(?P<agent>[0-9]{0,8})")

LONGEST_CALL = 7200 + 600
"""Seconds; only on file systems without leases: what was not written to for so long is over."""

LOST_TALK = 86400
"""Seconds after which a `.talk` whose recording never began is removed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One recorded part of a call, in the clear. Numbers only grow within a call: 1000 × visit to a queue + times handed on."""

    call: str
    number: int
    raw: Path

    @property
    def talk(self) -> Path:
        """The line about it."""
        return self.raw.with_suffix(TALK)

    @property
    def name(self) -> str:
        """Name of the part, as its files have it."""
        return self.raw.stem

    def told(self) -> "Told":
        """Give what the dialplan wrote about it; nothing is known when that is missing."""
        try:
            found = LINE.fullmatch(self.talk.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError):
            found = None
        if found is None:
            return Told()
        began = int(found["ms"]) / 1000 + float(found["skip"])
        return Told(dt.datetime.fromtimestamp(began, dt.UTC), found["queue"], found["agent"])

    def remove(self) -> None:
        """Remove the plain sound and its line."""
        self.raw.unlink(missing_ok=True)
        self.talk.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Told:
    """When a part began, in which queue, with whom; unknown parts are empty."""

    began: dt.datetime | None = None
    queue: str = ""
    agent: str = ""


def finished(folder: Path) -> list[Part]:
    """Give the parts nobody writes to any more, in the order of calls and parts."""
    return sorted(_finished(folder), key=lambda one: (one.call, one.number))


def _finished(folder: Path) -> Iterator[Part]:
    for raw in folder.glob(f"*{RAW}"):
        named = NAME.fullmatch(raw.stem)
        if named is not None and raw.is_file() and not raw.is_symlink() and not being_written(raw):
            yield Part(named["call"], 1000 * int(named["visit"] or 1) + int(named["again"] or 0), raw)


def tidy(folder: Path, now: float) -> None:
    """Remove lines whose recording never began: the call ended during the announcement. `now`: seconds since 1970."""
    for talk in folder.glob(f"*{TALK}"):
        if not talk.with_suffix(RAW).exists() and now - talk.stat().st_mtime > LOST_TALK:
            talk.unlink(missing_ok=True)


def being_written(file: Path) -> bool:
    """Ask the kernel: a lease for reading is refused while anybody has the file open for writing (fcntl(2), F_SETLEASE).

    That holds whoever was killed or restarted meanwhile, and when Asterisk runs in another container of this machine.
    """
    descriptor = os.open(file, os.O_RDONLY)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return time.time() - os.fstat(descriptor).st_mtime < LONGEST_CALL
    finally:
        os.close(descriptor)
    return False
