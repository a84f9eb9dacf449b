"""ITU-T G.711 A-law: 8-bit codes for 13-bit samples, and back. Pure."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

RATE = 8000
"""Samples a second of everything Asterisk plays here."""

SILENCE = 0xD5
"""The code of a zero sample."""


def _decoded(code: int) -> int:
    code ^= 0x55
    exponent, mantissa = (code & 0x70) >> 4, code & 0x0F
    sample = (mantissa << 4) + (8 if exponent == 0 else 0x108)
    if exponent > 1:
        sample <<= exponent - 1
    return sample if code & 0x80 else -sample


_DECODE: Samples = np.array([_decoded(code) for code in range(256)], dtype=np.int16)
_ORDER = np.argsort(_DECODE, kind="stable")
_EDGES = (_DECODE[_ORDER][:-1].astype(np.int32) + _DECODE[_ORDER][1:]) / 2


def decode(data: bytes) -> Samples:
    """Give 16-bit samples."""
    return _DECODE[np.frombuffer(data, dtype=np.uint8)]


def encode(samples: Samples) -> bytes:
    """Give the nearest code of each 16-bit sample."""
    return _ORDER[np.searchsorted(_EDGES, samples)].astype(np.uint8).tobytes()
