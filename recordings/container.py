"""The sealed file: AES-256-GCM in chunks, so that any part of it is read without the rest. Pure.

    header   12329REC · version 1 · key id (8) · bytes of a chunk (4) · bytes in all (8) · salt (16)     big-endian, 45 bytes
    chunks   each the ciphertext of so many bytes, the last one fewer, and its tag (16)

Every file has a key of its own, HKDF-SHA256 of the ring's key with the file's salt and its whole header: a changed header
opens nothing, and a chunk's number may be its nonce. A chunk cannot be changed, exchanged, repeated or taken from another
file; a file whose size is not the header's is refused.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from recordings.exceptions import Damaged
from recordings.keys import ID_BYTES, KEY_BYTES, KeyRing

MAGIC = b"12329REC"
VERSION = 1
SALT_BYTES = 16
TAG_BYTES = 16
CHUNK_BYTES = 16 * 1024
"""Four seconds of a talk: a listener who seeks waits for no more to be opened."""

LARGEST_CHUNK = 1 << 24
HEADER = struct.Struct(f">8sB{ID_BYTES}sIQ{SALT_BYTES}s")

Read = Callable[[int, int], bytes]
"""Gives so many bytes from an offset; fewer at the end."""


def sealed(plain: bytes, ring: KeyRing, salt: bytes, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Give the file piece by piece. `salt`: 16 random bytes, never used before."""
    header = HEADER.pack(MAGIC, VERSION, ring.first, chunk, len(plain), salt)
    cipher = _cipher(ring.key(ring.first), salt, header)
    yield header
    for number, start in enumerate(range(0, len(plain), chunk)):
        yield cipher.encrypt(_nonce(number), plain[start : start + chunk], None)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file, opened. `length`: bytes of what is in it."""

    length: int
    key_id: bytes
    _chunk: int
    _read: Read = field(repr=False)
    _cipher: AESGCM = field(repr=False)

    @classmethod
    def opened(cls, read: Read, size: int, ring: KeyRing) -> "Sealed":
        """Open a file of `size` bytes; UnknownKey, or Damaged when it is no recording or cut short."""
        header = read(0, HEADER.size)
        if len(header) < HEADER.size or not header.startswith(MAGIC):
            raise Damaged("it is no sealed recording")
        _, version, name, chunk, length, salt = HEADER.unpack(header)
        if version != VERSION:
            raise Damaged(f"it is of version {version}, and this program knows {VERSION}")
        if not 0 < chunk <= LARGEST_CHUNK:
            raise Damaged("its header is damaged")
        expected = HEADER.size + length + -(-length // chunk) * TAG_BYTES
        if size != expected:
            raise Damaged(f"it has {size} bytes and should have {expected}: cut short, or damaged")
        return cls(length, name, chunk, read, _cipher(ring.key(name), salt, header))

    def slice(self, start: int, stop: int) -> Iterator[bytes]:
        """Give bytes `start` to `stop`, as a slice of bytes would; Damaged at the first chunk that was changed."""
        start, stop = max(0, start), min(stop, self.length)
        if start >= stop:
            return
        for number in range(start // self._chunk, (stop - 1) // self._chunk + 1):
            plain = self._opened(number)
            first = number * self._chunk
            yield plain[max(0, start - first) : stop - first]

    def _opened(self, number: int) -> bytes:
        stride = self._chunk + TAG_BYTES
        size = min(self._chunk, self.length - number * self._chunk) + TAG_BYTES
        try:
            return self._cipher.decrypt(_nonce(number), self._read(HEADER.size + number * stride, size), None)
        except InvalidTag:
            raise Damaged(f"its chunk {number} was changed, or the key is another one") from None


def _cipher(key: bytes, salt: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=header).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
