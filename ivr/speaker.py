"""What is to be said, as one file that Asterisk can play: GET DATA and STREAM FILE take one file only."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.speech import Utterance
from sounds import Recordings

Spoken = str | Utterance
"""A prompt's id, or a value in words and recordings."""

BYTES_PER_SECOND = 8000
SILENCE = b"\xd5"
BREATH = SILENCE * 1200
"""150 ms between prompts that are joined; the pieces of one value follow each other directly."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Something to play: an absolute path without its ending, and how long it lasts."""

    path: str
    seconds: float


class Speaker:
    """Joins recordings byte by byte (A-law) in a folder in memory.

    Sequences of fixed prompts are joined once and kept; whatever has a value in it (a balance) is one file of its own
    that only the owner reads, removed as soon as it was played.
    """

    def __init__(self, recordings: Recordings, folder: Path) -> None:
        self._recordings, self._folder = recordings, folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextmanager
    def clip(self, what: tuple[Spoken, ...]) -> Iterator[Clip]:
        """Give something that says `what`, for as long as the context lasts."""
        if not what:
            yield self._kept("silence", SILENCE * 800)
        elif len(what) == 1 and isinstance(what[0], str):
            yield Clip(self._recordings.path(what[0]), len(self._recordings.audio(what[0])) / BYTES_PER_SECOND)
        elif all(isinstance(part, str) for part in what):
            name = hashlib.sha256("|".join(map(str, what)).encode()).hexdigest()[:24]
            yield self._kept(name, self._joined(what))
        else:
            path = self._folder / uuid.uuid4().hex
            audio = self._joined(what)
            self._write(path, audio)
            try:
                yield Clip(str(path), len(audio) / BYTES_PER_SECOND)
            finally:
                path.with_suffix(".alaw").unlink(missing_ok=True)

    def _joined(self, what: tuple[Spoken, ...]) -> bytes:
        return BREATH.join(
            self._recordings.audio(part)
            if isinstance(part, str)
            else b"".join(self._recordings.audio(clip) for clip in part.clips)
            for part in what
        )

    def _kept(self, name: str, audio: bytes) -> Clip:
        path = self._folder / name
        if not path.with_suffix(".alaw").exists():
            self._write(path, audio)
        return Clip(str(path), len(audio) / BYTES_PER_SECOND)

    @staticmethod
    def _write(path: Path, audio: bytes) -> None:
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(audio)
        draft.replace(path.with_suffix(".alaw"))
