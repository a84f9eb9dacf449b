"""Secrets, made once at first start and kept in files that only the owner reads."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.exceptions import CannotStart


def _token() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Every secret of one installation but the phones', which `seats` keeps."""

    ami_events: str
    ami_control: str
    fastagi: str
    fund_key: str
    seats_key: str
    callers_key: str
    demo_seed: str
    tokens: Mapping[str, str]


def open_secrets(folder: Path) -> Secrets:
    """Read the secrets in `folder`; make those that are not there yet."""
    asterisk = _kept(folder / "asterisk.json", {"ami_events": _token, "ami_control": _token, "fastagi": _token})
    keys = _kept(folder / "keys.json", {"fund": _token, "seats": _token, "callers": _token})
    demo = _kept(folder / "demo.json", {"seed": _token})
    tokens = _kept(folder / "tokens.json", {"ops": _token, "supervisor": _token})
    return Secrets(
        ami_events=asterisk["ami_events"],
        ami_control=asterisk["ami_control"],
        fastagi=asterisk["fastagi"],
        fund_key=keys["fund"],
        seats_key=keys["seats"],
        callers_key=keys["callers"],
        demo_seed=demo["seed"],
        tokens=tokens,
    )


def _kept(file: Path, makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    try:
        values: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        values = {}
    except ValueError as error:
        raise CannotStart(
            f"{file} is not JSON ({error}); restore it from a backup, it is never made anew silently"
        ) from None
    missing = makers.keys() - values.keys()
    if missing:
        values |= {name: makers[name]() for name in makers if name in missing}
        draft = file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(values, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    return values
