"""Recorded messages on their way into the database: beside each recording a slip that says what it is.

| beside a.wav | means |
|---|---|
| a.wav.open.json | a conversation records it, or its caller has not decided yet |
| a.wav.slip.json | sent: becomes a row |
| a.wav.bad.json | a slip that cannot be read, for somebody to look at |

The slip is there before the recording and goes after the row: wherever the way is cut, the next look finds the message. A
slip shows the caller's number masked, as every file does.
"""

import datetime as dt
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from service_requests.kinds import MessageKind

OPEN, SENT, BAD = ".open.json", ".slip.json", ".bad.json"

SHORTEST_SECONDS = 1.0
"""What is shorter is nobody speaking."""

ABANDONED_SECONDS = 3600
"""Age of an open slip whose conversation cannot be going on any more: its process died, or Asterisk did."""

LATEST_MS = 4_102_444_800_000
BYTES_PER_SECOND = 16000  # WAV of 8 kHz, 16 bit
WAV_HEADER = 44

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Message:
    """One message. `file` is the recording's name, `caller` masked, `t` ms since 1970."""

    number: Annotated[str, Field(max_length=8)]
    kind: MessageKind
    centre: Annotated[str, Field(max_length=32)]
    call: Annotated[str, Field(max_length=80)]
    caller: Annotated[str, Field(max_length=24)]
    file: Annotated[str, Field(max_length=120)]
    seconds: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]
    t: Annotated[int, Field(ge=0, le=LATEST_MS)]

    @property
    def at(self) -> dt.datetime:
        """When it was left."""
        return dt.datetime.fromtimestamp(self.t / 1000, dt.UTC)


SLIP = TypeAdapter(Message)


def new_number() -> str:
    """A number to tell the caller: eight digits that say nothing of others' messages."""
    return f"{secrets.randbelow(9 * 10**7) + 10**7}"


def hold(folder: Path, message: Message) -> None:
    """Say that this is about to be recorded."""
    _write(folder, message, OPEN)


def put(folder: Path, message: Message) -> Path:
    """Send it: give its slip, written whole or not at all. It and the recording are readable by their owner only."""
    (folder / message.file).chmod(0o600)
    slip = _write(folder, message, SENT)
    (folder / f"{message.file}{OPEN}").unlink(missing_ok=True)
    return slip


def drop(folder: Path, message: Message) -> None:
    """Keep nothing of it."""
    for name in (message.file, f"{message.file}{OPEN}"):
        (folder / name).unlink(missing_ok=True)


def waiting(folder: Path) -> Iterator[tuple[Path, Message]]:
    """The slips of messages that are sent, oldest first. One that cannot be read is logged and set aside."""
    _send_abandoned(folder)
    for slip in sorted(folder.glob(f"*{SENT}"), key=lambda one: one.name):
        if message := _read(slip):
            yield slip, message


def set_aside(slip: Path, why: str) -> None:
    """Let a slip be in nobody's way any more; its recording stays."""
    log.error("%s is no message's slip: %s", slip.name, why)
    with suppress(FileNotFoundError):  # another process was quicker
        slip.rename(slip.with_name(slip.name.removesuffix(SENT).removesuffix(OPEN) + BAD))


def _send_abandoned(folder: Path) -> None:
    """Send what was spoken though nobody was left to send it: who has spoken is heard."""
    for slip in folder.glob(f"*{OPEN}"):
        try:
            if time.time() - slip.stat().st_mtime < ABANDONED_SECONDS or not (message := _read(slip)):
                continue
            spoken = (folder / message.file).stat().st_size - WAV_HEADER
        except FileNotFoundError:  # decided at last, or never recorded
            slip.unlink(missing_ok=True)
            continue
        seconds = round(max(0, spoken) / BYTES_PER_SECOND, 1)
        if seconds < SHORTEST_SECONDS:
            drop(folder, message)
        else:
            log.warning("%s was never sent: its conversation broke off", message.file)
            put(folder, replace(message, seconds=seconds))


def _read(slip: Path) -> Message | None:
    try:
        return SLIP.validate_json(slip.read_bytes())
    except FileNotFoundError:  # another process was quicker
        return None
    except ValidationError as error:
        # The places and what was expected, without the content.
        set_aside(slip, "; ".join(f"{'.'.join(map(str, one['loc']))} {one['msg']}".strip() for one in error.errors()))
        return None


def _write(folder: Path, message: Message, ending: str) -> Path:
    slip = folder / f"{message.file}{ending}"
    draft = folder / f".{message.file}.draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(SLIP.dump_json(message))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(slip)
    return slip
