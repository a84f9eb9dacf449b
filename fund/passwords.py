"""Six-digit passwords: hashed so that a stolen database alone is worth nothing.

A million passwords are soon tried, however slow the hash; so argon2id (at OWASP's lowest recommended cost) runs over a
digest keyed with a secret that the database does not hold. See docs/decisions/0025-passwords.md.
"""

import asyncio
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

LENGTH = 6
BYTES = 4
"""Of the digest of a forbidden password."""


class Passwords:
    """Makes and checks hashes on a few threads of its own, never on the event loop."""

    def __init__(self, key: str, threads: int = 2) -> None:
        self._key = key.encode()
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._decoy = self._hasher.hash(self._digest("nobody", ""))

    def _digest(self, owner: str, password: str) -> str:
        return hmac.new(self._key, f"{owner}|{password}".encode(), hashlib.sha256).hexdigest()

    def make(self, owner: str, password: str) -> str:
        """Hash a password of `owner`; takes some 20 ms of a core, so not for the event loop."""
        return self._hasher.hash(self._digest(owner, password))

    async def matches(self, owner: str, password: str, stored: str | None) -> bool:
        """Check a password. Without a stored hash the same work is done, so that time tells nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._verify, self._digest(owner, password), stored)

    def _verify(self, digest: str, stored: str | None) -> bool:
        try:
            self._hasher.verify(stored or self._decoy, digest)
        except VerificationError:
            return False
        return stored is not None

    async def made(self, owner: str, password: str) -> str:
        """Hash a password on the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.make, owner, password)

    async def renewed(self, owner: str, password: str, stored: str) -> str | None:
        """Make the hash anew when it was made at another cost than today's; None when it needs not be."""
        if not self._hasher.check_needs_rehash(stored):
            return None
        return await self.made(owner, password)

    def forbidden(self, owner: str, id_number: str) -> bytes:
        """What is kept of an ID number so that no password can be a part of it: keyed digests, BYTES each, in order."""
        return b"".join(sorted(self._short(owner, run) for run in runs(id_number)))

    def is_forbidden(self, owner: str, password: str, kept: bytes) -> bool:
        """True when the password is among the owner's forbidden ones. One in 10⁸ others is refused with them."""
        wanted = self._short(owner, password)
        return any(kept[at : at + BYTES] == wanted for at in range(0, len(kept), BYTES))

    def _short(self, owner: str, run: str) -> bytes:
        return hmac.digest(self._key, f"forbidden|{owner}|{run}".encode(), "sha256")[:BYTES]

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(cancel_futures=True)

    def lookup_key(self, kind: str, text: str) -> str:
        """What an ID, card or phone number is found by without standing in the database."""
        return hmac.new(self._key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:40]


def is_weak(password: str, number: str = "") -> bool:
    """True for repeated, rising or falling digits, and digits of a number that others know, such as the account's."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(password)}
    return steps in ({0}, {1}, {9}) or password in {password[:2] * 3, password[:3] * 2} or password in number


def runs(id_number: str) -> frozenset[str]:
    """Every six digits that an ID number gives away: its own runs, and its day of birth written in other orders."""
    own = {id_number[at : at + LENGTH] for at in range(len(id_number) - LENGTH + 1)}
    year, month, day = id_number[6:10], id_number[10:12], id_number[12:14]
    if len(id_number) == 15:
        year, month, day = f"19{id_number[6:8]}", id_number[8:10], id_number[10:12]
    short = year[2:]
    born = {short + month + day, day + month + short, month + day + short, year + month, month + year, year + day}
    return frozenset(run for run in own | born if run.isdigit())
