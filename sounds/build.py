"""Voice what changed: catalogue → recordings, one at a time, each written whole or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sounds import mastering
from sounds.catalogue import Catalogue, Prompt
from sounds.engines import Engine
from sounds.engines.studio import Studio
from sounds.exceptions import NothingHeard
from sounds.recordings import ENDING, Recordings, made_from

Progress = Callable[[int, int, Prompt], None]
"""Told (done, all, the prompt being voiced)."""


def stale(catalogue: Catalogue, recordings: Recordings, studio: Studio | None = None) -> list[Prompt]:
    """The prompts whose recording is missing, older than their text, or not yet the studio's take."""
    manifest = recordings.manifest
    return [
        prompt
        for name, prompt in catalogue.items()
        if not recordings.file(name).is_file()
        or made_from(manifest.get(name, "")) != prompt.fingerprint
        or (studio is not None and (take := studio.take(prompt)) and manifest[name] != _entry(prompt, take))
    ]


def build(
    catalogue: Catalogue,
    recordings: Recordings,
    engine: Callable[[], Engine],
    progress: Progress,
    studio: Studio | None = None,
) -> int:
    """Voice what is stale, remove what stands in no catalogue; give how many were voiced.

    The engine is made only when it has something to say. The manifest is written after each recording, so that an
    interrupted build goes on where it stopped.
    """
    work = stale(catalogue, recordings, studio)
    manifest = {name: made for name, made in recordings.manifest.items() if name in catalogue}
    recordings.folder.mkdir(parents=True, exist_ok=True)
    voices = _Voices(engine, studio)
    for done, prompt in enumerate(work):
        progress(done, len(work), prompt)
        audio, take = voices.voiced(prompt)
        _write(recordings.file(prompt.id), audio)
        manifest[prompt.id] = _entry(prompt, take)
        _write_manifest(recordings, manifest)
    for file in list(recordings.folder.rglob(f"*{ENDING}")):
        if str(file.relative_to(recordings.folder)).removesuffix(ENDING) not in catalogue:
            file.unlink()
    _write_manifest(recordings, manifest)
    return len(work)


@dataclass
class _Voices:
    """Who speaks a prompt: nobody (a tone), the studio's speaker, or the engine."""

    make: Callable[[], Engine]
    studio: Studio | None

    @cached_property
    def engine(self) -> Engine:
        return self.make()

    def voiced(self, prompt: Prompt) -> tuple[bytes, str]:
        """Give the finished recording and the name of the studio's take, if it was one."""
        if prompt.tone:
            return mastering.tone(), ""
        take = self.studio.take(prompt) if self.studio else ""
        speaker = self.studio if self.studio and take else self.engine
        edges = mastering.PIECE if prompt.id.startswith("value/") else mastering.PROMPT
        try:
            voice = speaker.speak(prompt)
            return mastering.master(voice, speaker.rate, edges), take
        except NothingHeard as error:
            raise NothingHeard(f"{prompt.id}: {error}") from None


def _entry(prompt: Prompt, take: str) -> str:
    return f"{prompt.fingerprint}+{take}" if take else prompt.fingerprint


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(data)
    draft.replace(file)


def _write_manifest(recordings: Recordings, manifest: dict[str, str]) -> None:
    text = json.dumps(manifest, indent=0, sort_keys=True, ensure_ascii=True)
    _write(recordings.folder / "manifest.json", text.encode())
