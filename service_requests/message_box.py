"""Recorded messages on their way into the database: beside each recording a slip that says what it is.

The slip is written before the row and removed after it: whenever the way is cut, the next look finds it. It shows the
caller's number masked, as every file does.
"""

import datetime as dt
import json
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from service_requests.kinds import MessageKind

ENDING = ".slip.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `file` is the recording's name, `caller` masked, `t` ms since 1970."""

    number: str
    kind: MessageKind
    centre: str
    call: str
    caller: str
    file: str
    seconds: float
    t: int

    @property
    def at(self) -> dt.datetime:
        """When it was left."""
        return dt.datetime.fromtimestamp(self.t / 1000, dt.UTC)


def new_number() -> str:
    """A number to tell the caller: eight digits that say nothing of others' messages."""
    return f"{secrets.randbelow(9 * 10**7) + 10**7}"


def put(folder: Path, message: Message) -> Path:
    """Write a message's slip, whole or not at all; it and the recording are readable by their owner only."""
    (folder / message.file).chmod(0o600)
    slip = folder / f"{message.file}{ENDING}"
    draft = folder / f".{message.file}.draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(asdict(message), stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(slip)
    return slip


def waiting(folder: Path) -> Iterator[tuple[Path, Message]]:
    """The slips there are, oldest first. One that cannot be read is logged and left where it is."""
    for slip in sorted(folder.glob(f"*{ENDING}"), key=lambda one: one.name):
        try:
            found = json.loads(slip.read_text(encoding="utf-8"))
            yield slip, Message(**(found | {"kind": MessageKind(found["kind"])}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.error("%s is no message's slip: %s", slip.name, type(error).__name__)
