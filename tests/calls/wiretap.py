"""Looks for a password everywhere it must not be."""

import asyncio
import base64
import re
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from robot.lexicon import Samples

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYS = ("123A", "456B", "789C", "*0#D")
FRAME = 160


def traces(secret: str) -> list[re.Pattern[bytes]]:
    """Give every form a secret of digits may be written in: as it is, hexadecimal, base64, one key a line."""
    raw = secret.encode()
    plain = rb"(?<![0-9])" + raw + rb"(?![0-9])"
    spelled = rb"[^0-9]{1,40}?".join(re.escape(bytes([digit])) for digit in raw)
    forms = [plain, re.escape(raw.hex().encode()), re.escape(raw.hex(" ").encode()), rb"(?i:dtmf)[^\n]*" + spelled]
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        forms.append(re.escape(coded[(0, 2, 3)[shift] : len(coded) - 4 if (shift + len(raw)) % 3 else len(coded)]))
    return [re.compile(form) for form in forms]


def found_in(data: bytes, secret: str) -> list[str]:
    """Give what is around each trace of the secret."""
    return [
        repr(data[max(0, hit.start() - 60) : hit.end() + 30])
        for pattern in traces(secret)
        for hit in pattern.finditer(data)
    ]


def files_below(folder: Path) -> Iterator[Path]:
    """Give every regular file."""
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def pressed_in(file: Path) -> str:
    """Give the keys whose tones sound in a recording."""
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    return tones(samples)


def tones(samples: Samples) -> str:
    """Decode DTMF: two tones far above everything else, for two frames of 20 ms at least."""
    keys, last, count = "", "", 0
    time = np.arange(FRAME) / 8000
    waves = {hertz: np.exp(-2j * np.pi * hertz * time) for hertz in ROWS + COLUMNS}
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        frame = samples[start : start + FRAME].astype(np.float64)
        power = float(frame @ frame) * FRAME / 2 + 1e6
        share = {hertz: abs(complex(wave @ frame)) ** 2 / power for hertz, wave in waves.items()}
        row = max(ROWS, key=share.__getitem__)
        column = max(COLUMNS, key=share.__getitem__)
        key = KEYS[ROWS.index(row)][COLUMNS.index(column)] if min(share[row], share[column]) > 0.2 else ""
        count = count + 1 if key == last else 1
        if key and count == 2:
            keys += key
        last = key
    return keys


@asynccontextmanager
async def events(port: int, user: str, secret: str) -> AsyncIterator[bytearray]:
    """Log in to the manager interface and keep every byte that comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = bytearray(await reader.readline())
    writer.write(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\nEvents: on\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert b"Response: Success" in answer, answer

    async def listen() -> None:
        while data := await reader.read(65536):
            heard.extend(data)

    task = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        task.cancel()
        writer.close()
