"""Writes what each caller in the line will hear next, where Queue() looks for it.

Asterisk plays `<folder>/place` every so often to whoever waits, in the language of the caller's channel, and the dialplan makes
that language the call's own: zh_<call>. So each call has a folder, rewritten whenever its place or wait changes, and gone
when the call leaves the line. A caller never leaves the line to hear it, keys work meanwhile, and no phone is kept waiting.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ivr.speaker import ENDING, Spoken, joined
from sounds import Recordings

NAME = "place"


class Announcer:
    """One folder of announcements. Nothing here is a secret: a place and a number of minutes."""

    def __init__(self, folder: Path, recordings: Recordings) -> None:
        self._folder, self._recordings = folder, recordings
        self._told: dict[str, tuple[Spoken, ...]] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.forget_all()

    def tell(self, call: str, what: tuple[Spoken, ...]) -> None:
        """Let the call hear this from now on; writes only what has changed, and whole or not at all."""
        if self._told.get(call) == what:
            return
        place = self._of(call)
        place.mkdir(exist_ok=True, mode=0o700)
        draft = place / f".{os.getpid()}.draft"
        draft.write_bytes(joined(self._recordings, what))
        draft.replace(place / f"{NAME}{ENDING}")
        self._told[call] = what

    def keep(self, calls: Iterable[str]) -> None:
        """Forget all calls but these."""
        for call in self._told.keys() - set(calls):
            shutil.rmtree(self._of(call), ignore_errors=True)
            del self._told[call]

    def forget_all(self) -> None:
        """Nobody's place is known any more: callers hear the common announcement, which names none."""
        for folder in self._folder.glob("zh_*"):
            shutil.rmtree(folder, ignore_errors=True)
        self._told.clear()

    def _of(self, call: str) -> Path:
        """The call's folder; ids are Asterisk's own, and anything else in one stays out of the path."""
        return self._folder / ("zh_" + "".join(sign for sign in call if sign.isalnum() or sign in ".-"))
