"""Secrets are made once, for the owner's eyes."""

import stat
from pathlib import Path

import pytest

from hotline.exceptions import CannotStart
from hotline.secrets import open_secrets


def test_secrets_are_made_once_and_stay(tmp_path: Path) -> None:
    first = open_secrets(tmp_path)
    assert open_secrets(tmp_path) == first
    keys = {first.fund_key, first.seats_key, first.callers_key}
    assert len({first.ami_events, first.ami_control, first.fastagi, *keys}) == 6


def test_two_installations_share_none(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert open_secrets(tmp_path / "a").tokens != open_secrets(tmp_path / "b").tokens


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    files = list(tmp_path.iterdir())
    assert files
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_broken_file_is_never_replaced_silently(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(CannotStart, match="restore it from a backup"):
        open_secrets(tmp_path)


def test_they_do_not_print(tmp_path: Path) -> None:
    secrets = open_secrets(tmp_path)
    assert secrets.fund_key not in repr(secrets)
