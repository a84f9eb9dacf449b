"""The keys recordings are sealed with: a file with a line a key.

The first key seals what is new, every key opens what it sealed. To rotate, put a new line on top; to make old recordings
unreadable for ever, take its line away.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recordings.exceptions import KeyFileError, UnknownKey

KEY_BYTES = 32
ID_BYTES = 8
READ_BY_OTHERS = 0o077


def key_id(key: bytes) -> bytes:
    """Name a key without telling it: 8 bytes."""
    return hashlib.sha256(b"12329 recordings: id of a key" + key).digest()[:ID_BYTES]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by id. `first` is the id of the one that seals."""

    first: bytes
    keys: Mapping[bytes, bytes] = field(repr=False)

    @classmethod
    def of(cls, *keys: bytes) -> "KeyRing":
        """Make a ring of keys of 32 bytes; the first seals."""
        return cls(key_id(keys[0]), {key_id(key): key for key in keys})

    def key(self, name: bytes) -> bytes:
        """Give a key; UnknownKey names the one that is missing."""
        try:
            return self.keys[name]
        except KeyError:
            raise UnknownKey(
                f"it was sealed with the key {name.hex()}, which the key file does not have; put that key's line back"
            ) from None


def read_keys(file: Path) -> KeyRing:
    """Read a key file; KeyFileError says what is wrong with it, never what is in it."""
    try:
        if file.stat().st_mode & READ_BY_OTHERS:
            raise KeyFileError(f"{file} can be read by others; chmod 600 {file}")
        lines = file.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise KeyFileError(f"{file} is missing: it has the keys of the recordings") from None
    except UnicodeDecodeError:
        raise KeyFileError(f"{file} is no key file: expected lines of base64") from None
    except OSError as error:
        raise KeyFileError(f"{file} cannot be read: {error.strerror}") from None
    keys = [_key(file, number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not keys:
        raise KeyFileError(f"{file} has no key: expected 32 bytes in base64 on a line")
    return KeyRing.of(*keys)


def make_keys(file: Path) -> None:
    """Write a file with one new key, readable by its owner only, unless there is one already."""
    line = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    draft = file.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(
            b"# The keys of the recordings. Lost, no recording can be heard any more: keep a copy elsewhere.\n"
        )
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        # A link is made once: of two processes that start together one has made the key, and both read that.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _key(file: Path, number: int, line: str) -> bytes:
    try:
        key = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{file}: line {number} is no key: expected 32 bytes in base64 (openssl rand -base64 32)")
    return key
