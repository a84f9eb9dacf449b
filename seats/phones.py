"""The phones agents sit at: one secret each, made at first start."""

import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

CHANNEL = re.compile(r"(PJSIP/ag[0-9]+)-[0-9a-f]+")


def interface_of(channel: str) -> str | None:
    """PJSIP/ag8001-00000007 → PJSIP/ag8001; None when the channel is no agent's phone."""
    found = CHANNEL.fullmatch(channel)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that registers as `sip_user`, a name no caller id can equal, and is dialled as `extension`."""

    extension: str
    sip_user: str
    secret: str = field(repr=False)

    @property
    def interface(self) -> str:
        """Its name for Queue()."""
        return f"PJSIP/{self.sip_user}"


def open_phones(folder: Path, extensions: Iterable[str]) -> list[Phone]:
    """Give the phones with their secrets, which are kept in `folder`/phones.json for the owner only."""
    file = folder / "phones.json"
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    wanted = list(extensions)
    missing = [extension for extension in wanted if extension not in kept]
    if missing:
        kept |= {extension: secrets.token_urlsafe(18) for extension in missing}
        draft = file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(kept, stream, indent=1)
        draft.replace(file)
    return [Phone(extension, f"ag{extension}", kept[extension]) for extension in wanted]
