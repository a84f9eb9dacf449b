"""What is to be said, as one file that Asterisk can play: GET DATA and STREAM FILE take one file only."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.exceptions import UnsafeFolder
from ivr.speech import Utterance
from sounds import Recordings

Spoken = str | Utterance
"""A prompt's id, or a value in words and recordings."""

BYTES_PER_SECOND = 8000
SILENCE = b"\xd5"
BREATH = SILENCE * 1200
"""150 ms between prompts that are joined; the pieces of one value follow each other directly."""

ENDING = ".alaw"


@dataclass(frozen=True, slots=True)
class Clip:
    """Something to play: an absolute path without its ending, and how long it lasts."""

    path: str
    seconds: float


def joined(recordings: Recordings, what: tuple[Spoken, ...]) -> bytes:
    """Join recordings to what is said: A-law."""
    return BREATH.join(
        recordings.audio(part) if isinstance(part, str) else b"".join(recordings.audio(clip) for clip in part.clips)
        for part in what
    )


class Speaker:
    """Joins recordings byte by byte (A-law) in a folder in memory.

    Sequences of fixed prompts are joined once and kept, under a name made from their sound: a prompt that was voiced again
    is a new file. Whatever has a value in it (a balance) is one file of its own that only the owner reads, removed as soon
    as it was played; its name begins with the process, so that what a killed one left is removed by the next.
    """

    def __init__(self, recordings: Recordings, folder: Path) -> None:
        self._recordings, self._folder = recordings, folder
        self._kept: dict[tuple[Spoken, ...], Clip] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.getuid():
            raise UnsafeFolder(f"{folder} belongs to another user")
        folder.chmod(0o700)
        for file in folder.glob("*-*"):
            if not Path(f"/proc/{file.name.partition('-')[0]}").exists():
                file.unlink(missing_ok=True)

    @contextmanager
    def clip(self, what: tuple[Spoken, ...]) -> Iterator[Clip]:
        """Give something that says `what`, for as long as the context lasts."""
        if len(what) == 1 and isinstance(what[0], str):
            yield Clip(self._recordings.path(what[0]), len(self._recordings.audio(what[0])) / BYTES_PER_SECOND)
        elif all(isinstance(part, str) for part in what):
            yield self._lasting(what)
        else:
            clip = self._written(f"{os.getpid()}-{uuid.uuid4().hex}", joined(self._recordings, what))
            try:
                yield clip
            finally:
                Path(clip.path + ENDING).unlink(missing_ok=True)

    def _lasting(self, what: tuple[Spoken, ...]) -> Clip:
        clip = self._kept.get(what)
        if clip is None or not Path(clip.path + ENDING).exists():
            audio = joined(self._recordings, what) or SILENCE * 800
            clip = self._kept[what] = self._written(hashlib.sha256(audio).hexdigest()[:24], audio)
        return clip

    def _written(self, name: str, audio: bytes) -> Clip:
        """Write it under another name first: Asterisk and other workers see all of it or nothing."""
        path, draft = self._folder / name, self._folder / f"{os.getpid()}-{uuid.uuid4().hex}.draft"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(audio)
        draft.replace(f"{path}{ENDING}")
        return Clip(str(path), len(audio) / BYTES_PER_SECOND)
