"""Voice what changed: catalogue → recordings, one at a time, each written whole or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

from sounds import mastering
from sounds.catalogue import Catalogue, Prompt
from sounds.engines import Engine
from sounds.recordings import ENDING, Recordings

Progress = Callable[[int, int, Prompt], None]
"""Told (done, all, the prompt being voiced)."""


def stale(catalogue: Catalogue, recordings: Recordings) -> list[Prompt]:
    """The prompts whose recording is missing or older than their text."""
    manifest = recordings.manifest
    return [
        prompt
        for name, prompt in catalogue.items()
        if manifest.get(name) != prompt.fingerprint or not recordings.file(name).is_file()
    ]


def build(catalogue: Catalogue, recordings: Recordings, engine: Callable[[], Engine], progress: Progress) -> int:
    """Voice what is stale, remove what stands in no catalogue; give how many were voiced.

    The engine is made only when there is something to do. The manifest is written after each recording, so that an
    interrupted build goes on where it stopped.
    """
    work = stale(catalogue, recordings)
    manifest = {name: made for name, made in recordings.manifest.items() if name in catalogue}
    recordings.folder.mkdir(parents=True, exist_ok=True)
    speaker = engine() if any(not prompt.tone for prompt in work) else None
    for done, prompt in enumerate(work):
        progress(done, len(work), prompt)
        audio = mastering.tone() if prompt.tone or speaker is None else _voiced(prompt, speaker)
        _write(recordings.file(prompt.id), audio)
        manifest[prompt.id] = prompt.fingerprint
        _write_manifest(recordings, manifest)
    for file in list(recordings.folder.rglob(f"*{ENDING}")):
        if str(file.relative_to(recordings.folder)).removesuffix(ENDING) not in catalogue:
            file.unlink()
    _write_manifest(recordings, manifest)
    return len(work)


def _voiced(prompt: Prompt, engine: Engine) -> bytes:
    edges = mastering.PIECE if prompt.id.startswith("value/") else mastering.PROMPT
    return mastering.master(engine.speak(prompt), engine.rate, edges)


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(data)
    draft.replace(file)


def _write_manifest(recordings: Recordings, manifest: dict[str, str]) -> None:
    text = json.dumps(manifest, indent=0, sort_keys=True, ensure_ascii=True)
    _write(recordings.folder / "manifest.json", text.encode())
