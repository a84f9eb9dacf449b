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

    async def renewed(self, owner: str, password: str, stored: str) -> str | None:
        """Make the hash anew when it was made at another cost than today's; None when it needs not be."""
        if not self._hasher.check_needs_rehash(stored):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.make, owner, password)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(cancel_futures=True)

    def lookup_key(self, kind: str, text: str) -> str:
        """What an ID, card or phone number is found by without standing in the database."""
        return hmac.new(self._key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:40]


def is_weak(password: str, id_number: str = "") -> bool:
    """True for repeated, rising or falling digits, and digits of the ID number (which holds the birth date)."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(password)}
    return steps in ({0}, {1}, {9}) or password in {password[:2] * 3, password[:3] * 2} or password in id_number
