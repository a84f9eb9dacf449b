"""The recordings of one voice: headerless A-law at 8 kHz, which a PCMA trunk plays without transcoding."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sounds.catalogue import Catalogue
from sounds.exceptions import NotVoiced

ENDING = ".alaw"
FOLDER = Path(__file__).parent / "zh"
DEFAULT_VOICE = "xiaobei"


class Recordings:
    """A folder of recordings with a manifest that says which text each was made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._audio: dict[str, bytes] = {}

    def path(self, name: str) -> str:
        """What Asterisk is told to play: absolute, without the ending."""
        return str(self.folder / name)

    def file(self, name: str) -> Path:
        """The file itself."""
        return self.folder / f"{name}{ENDING}"

    def audio(self, name: str) -> bytes:
        """The A-law codes; read once."""
        if name not in self._audio:
            try:
                self._audio[name] = self.file(name).read_bytes()
            except FileNotFoundError:
                raise NotVoiced(f"{name} has no recording in {self.folder}; run `hotline prompts build`") from None
        return self._audio[name]

    def load(self, names: Iterable[str]) -> None:
        """Read these ahead, so that no call waits for a disk; NotVoiced names the first that is missing."""
        for name in names:
            self.audio(name)

    @property
    def manifest(self) -> dict[str, str]:
        """Id → fingerprint of the text it was voiced from, with +take when a studio recorded it."""
        file = self.folder / "manifest.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def made_from(entry: str) -> str:
    """The text's fingerprint in a manifest's entry."""
    return entry.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One prompt that is not as it should be."""

    id: str
    what: str

    def __str__(self) -> str:
        return f"{self.id}: {self.what}"


def check(catalogue: Catalogue, recordings: Recordings, referred: Iterable[str] = ()) -> Iterator[Finding]:
    """Every referred prompt exists, every prompt is voiced from its present text, nothing is left over."""
    manifest = recordings.manifest
    for name in sorted(set(referred) - catalogue.keys()):
        yield Finding(name, "is said by a conversation but has no text in sounds/catalogue.toml")
    for name, prompt in catalogue.items():
        if not recordings.file(name).is_file():
            yield Finding(name, "has no recording; run `hotline prompts build`")
        elif made_from(manifest.get(name, "")) != prompt.fingerprint:
            yield Finding(name, "its text or reading changed since it was voiced; run `hotline prompts build`")
    for file in sorted(recordings.folder.rglob(f"*{ENDING}")):
        name = str(file.relative_to(recordings.folder)).removesuffix(ENDING)
        if name not in catalogue:
            yield Finding(name, "is recorded but stands in no catalogue")
