"""The job: what Asterisk has finished is made small, sealed, listed, and only then removed in the clear.

    <call>.raw ── encode ──► in memory ── seal ──► 2026/11/23/<call>.rec, fsynced ──► its row ──► <call>.raw removed

Killed anywhere, the next round begins that part again, or, when its row and a whole sealed file are there, removes what is plain.
"""

import asyncio
import datetime as dt
import errno
import hashlib
import logging
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from recordings import codec
from recordings.container import SALT_BYTES, sealed
from recordings.exceptions import RecordingsUnavailable
from recordings.keys import KeyRing
from recordings.plain import Part, finished, tidy
from recordings.store import Kept, Store

ENDING, DRAFT = ".rec", ".draft"
EVERY_SECONDS = 2.0
AFTER_A_FAILURE_SECONDS = 15.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Keeping:
    """Keeps the parts of `plain` below `folder`."""

    plain: Path
    folder: Path
    keys: KeyRing
    store: Store
    _complaint: str = ""
    """The same reason is logged once."""

    async def run(self) -> None:
        """Look for ever."""
        await asyncio.to_thread(self._clean)
        while True:
            good = await self.round()
            await asyncio.sleep(EVERY_SECONDS if good else AFTER_A_FAILURE_SECONDS)

    async def round(self) -> bool:
        """Keep every part that is finished; False when something is in the way, which the log says."""
        complaint = ""
        for part in await asyncio.to_thread(finished, self.plain):
            try:
                await self.keep(part)
            except RecordingsUnavailable as error:
                complaint = f"recordings wait in {self.plain}: {error}"
                break
            except OSError as error:
                complaint = f"recordings wait in {self.plain}: {_told(error, self.folder)}"
                break
            except Exception as error:
                # One odd file must not keep the others waiting; it stays where it is.
                complaint = f"{part.raw} cannot be kept: {type(error).__name__}"
                if complaint != self._complaint:
                    log.exception("%s", complaint)
        if complaint and complaint != self._complaint:
            log.error("%s", complaint)
        if self._complaint and not complaint:
            log.info("recordings are kept again")
        self._complaint = complaint
        await asyncio.to_thread(tidy, self.plain, time.time())
        return not complaint

    async def keep(self, part: Part) -> None:
        """Seal one part and list it, then remove what is plain. OSError when the disk refuses."""
        known = await self.store.of_part(part.call, part.number)
        if known is None or not await asyncio.to_thread(self._whole, known):
            kept = await asyncio.to_thread(self._seal, part)
            if kept is not None:
                await self.store.keep(kept)
                log.info("recording %s is kept: %.0f s, %d bytes", part.name, kept.seconds, kept.bytes)
            else:
                log.info("recording %s had no sound", part.name)
        await asyncio.to_thread(part.remove)

    def _seal(self, part: Part) -> Kept | None:
        """Write the sealed file so that it is on the disk; None when nothing was recorded."""
        encoded = codec.encode(part.raw)
        if not encoded.seconds:
            return None
        told = part.told()
        began = told.began or dt.datetime.fromtimestamp(part.raw.stat().st_mtime - encoded.seconds, dt.UTC)
        file = self.folder / f"{began:%Y/%m/%d}" / f"{part.name}{ENDING}"
        _make(file.parent, self.folder)
        digest, size = _write(file, encoded.data, self.keys)
        return Kept(
            call=part.call,
            part=part.number,
            started=began,
            seconds=encoded.seconds,
            queue=told.queue,
            agent=told.agent,
            file=str(file.relative_to(self.folder)),
            bytes=size,
            sha256=digest,
            key_id=self.keys.first.hex(),
        )

    def _whole(self, known: Kept) -> bool:
        try:
            with (self.folder / known.file).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == known.sha256
        except OSError:
            return False

    def _clean(self) -> None:
        """Remove drafts a killed predecessor left; their plain parts are still there."""
        for draft in self.folder.glob(f"[0-9]*/*/*/*{DRAFT}"):
            draft.unlink(missing_ok=True)


def _write(file: Path, data: bytes, keys: KeyRing) -> tuple[str, int]:
    """Write it whole or not at all; give the digest and the bytes."""
    digest, size = hashlib.sha256(), 0
    draft = file.with_suffix(DRAFT)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            for piece in sealed(data, keys, secrets.token_bytes(SALT_BYTES)):
                stream.write(piece)
                digest.update(piece)
                size += len(piece)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _sync(file.parent)
    return digest.hexdigest(), size


def _make(folder: Path, top: Path) -> None:
    """Make a folder below `top` for the owner only, so that it outlives a power failure."""
    if folder.is_dir():
        return
    _make(folder.parent, top)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told(error: OSError, folder: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"the disk of {folder} is full"
    return f"{error.strerror or error} ({error.filename or folder})"
