"""What caller and agent hear when an agent answers: that the call is recorded, and the agent's number.

Every announcement is padded with silence to one length, because Asterisk is told once, when the talk begins, after
how many seconds the recording starts.
"""

import os
from collections.abc import Iterable
from pathlib import Path

ALAW_SILENCE = b"\xd5"
BYTES_PER_SECOND = 8000


def announcement(pieces: Iterable[bytes], seconds: float) -> bytes:
    """Join A-law pieces and pad them to `seconds`; ValueError if they are longer."""
    audio = b"".join(pieces)
    length = round(seconds * BYTES_PER_SECOND)
    if len(audio) > length:
        raise ValueError(f"announcement: {len(audio) / BYTES_PER_SECOND:.1f} s of speech does not fit {seconds} s")
    return audio.ljust(length, ALAW_SILENCE)


def write(folder: Path, agent: str, audio: bytes) -> Path:
    """Put an agent's announcement where the dialplan looks for it; a talk that just begins hears the old or the new one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{agent}.alaw"
    draft = folder / f".{agent}.{os.getpid()}.draft"
    draft.write_bytes(audio)
    draft.replace(file)
    return file
