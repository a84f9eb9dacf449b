"""Where Asterisk itself comes from: one found on this machine, or Debian's, unpacked below .runtime/ without root.

Debian 12 and Ubuntu carry older releases than 22.10.1, which mended twenty advisories. So the packages are taken from the
suite that has it, and run through that suite's own loader and libraries; the host's libraries are neither used nor touched.

`python -m asterisk_conf.runtime` installs it unless it is there.
"""

import contextlib
import fcntl
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.debian import Archive, Package, Tell, unpack, upstream
from asterisk_conf.exceptions import NotInstalled
from asterisk_conf.progress import Progress

RUNTIME = Path(__file__).resolve().parent.parent / ".runtime"

MAJOR = 22  # the long-term release the product is written for
LEAST = (22, 10, 1)
SUITES = ("forky", "sid")

# Needed by maintainer scripts, or by modules that are never loaded (calendars, SNMP, codec 2): a third of the download.
UNUSED_PACKAGES = (
    "adduser", "debconf*", "gnupg*", "gpg*", "libcodec2-*", "libicu*", "libperl*", "libsnmp*", "passwd", "perl*", "pinentry*",
)  # fmt: skip
UNUSED_FOLDERS = ("usr/share/doc", "usr/share/info", "usr/share/lintian", "usr/share/locale", "usr/share/man")

_RECIPE = hashlib.sha256(repr((MAJOR, LEAST, SUITES, UNUSED_PACKAGES, UNUSED_FOLDERS)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that can be run: `argv` is what its own arguments are appended to."""

    argv: tuple[str, ...]
    version: str
    modules: Path
    data: Path
    """The folder with documentation/, without which Asterisk does not read its configuration."""


def asterisk(runtime: Path = RUNTIME) -> Asterisk:
    """Give the Asterisk to run; NotInstalled when there is none yet."""
    found = _on_path() or _unpacked(runtime / "asterisk")
    if found is None:
        raise NotInstalled("Asterisk is not here yet: `make run` fetches it.")
    return found


def install(runtime: Path = RUNTIME, tell: Tell = lambda *_: None) -> Asterisk:
    """Give the Asterisk to run, fetched from Debian unless it is there.

    The new one takes its place whole or not at all; a second caller waits for the first.
    """
    if found := _on_path():
        return found
    folder = runtime / "asterisk"
    with alone(runtime):
        if (ready := _unpacked(folder)) and _about(folder).get("recipe") == _RECIPE:
            return ready
        draft = runtime / "asterisk.new"
        shutil.rmtree(draft, ignore_errors=True)
        archive, version = _suite_with_asterisk(runtime / "apt", tell)
        packages = [package for package in archive.needed(["asterisk"]) if not _unused(package)]
        debs = archive.download(packages, draft / "debs", f"downloading Asterisk {version}", tell)
        unpack(debs, draft / "root", tell)
        for unused in ("debs", *(f"root/{folder}" for folder in UNUSED_FOLDERS)):
            shutil.rmtree(draft / unused, ignore_errors=True)
        about = {"recipe": _RECIPE, "version": version, "suite": archive.suite, "packages": {p.name: p.version for p in packages}}
        (draft / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        if (new := _unpacked(draft)) is None or _said_version(new.argv) is None:
            raise NotInstalled(f"Asterisk {version} of Debian's suite {archive.suite} does not start on this machine.")
        replace_folder(folder, draft)
        installed = _unpacked(folder)
        assert installed is not None
        return installed


def replace_folder(folder: Path, draft: Path) -> None:
    """Put `draft` in the place of `folder`, which may not exist."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def alone(runtime: Path) -> Iterator[None]:
    """Hold the lock below which .runtime/ is changed: `make run` and `make test` may be started together."""
    try:
        runtime.mkdir(parents=True, exist_ok=True)
        with (runtime / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise NotInstalled(f"{error.filename or runtime} cannot be written: {error.strerror}.") from error


def _suite_with_asterisk(folder: Path, tell: Tell) -> tuple[Archive, str]:
    seen = []
    for suite in SUITES:
        try:
            archive = Archive.open(folder / suite, suite, tell=tell)
            version = archive.version("asterisk")
        except NotInstalled as error:
            seen.append(str(error))
            continue
        if fits(upstream(version)):
            return archive, ".".join(map(str, upstream(version)))
        has = f"Asterisk {version}" if version else "no Asterisk"
        seen.append(f"Debian's suite {suite} has {has}; needed is {'.'.join(map(str, LEAST))} or a later {MAJOR}.")
    raise NotInstalled("\n".join(dict.fromkeys(seen)))


def fits(version: tuple[int, ...]) -> bool:
    """Tell whether the product runs on this Asterisk."""
    return version[:1] == (MAJOR,) and version >= LEAST


def _unused(package: Package) -> bool:
    return any(fnmatch.fnmatchcase(package.name, pattern) for pattern in UNUSED_PACKAGES)


def _unpacked(folder: Path) -> Asterisk | None:
    about = _about(folder)
    root = folder / "root"
    libraries = next(root.glob("usr/lib/*-linux-gnu"), None)
    loader = next(libraries.glob("ld-linux-*.so.*"), None) if libraries else None
    if not about or libraries is None or loader is None:
        return None
    return Asterisk(
        argv=(str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk")),
        version=str(about["version"]),
        modules=libraries / "asterisk/modules",
        data=root / "usr/share/asterisk",
    )


def _about(folder: Path) -> dict[str, object]:
    try:
        about: dict[str, object] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return about


def _on_path() -> Asterisk | None:
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    version = _said_version((program,)) if program else None
    if program is None or version is None or not fits(upstream(version)):
        return None
    prefix = Path(program).resolve().parent.parent
    modules = next((folder for folder in prefix.glob("lib*/**/asterisk/modules") if folder.is_dir()), None)
    places = (prefix / "share/asterisk", Path("/var/lib/asterisk"), Path("/usr/share/asterisk"))
    data = next((place for place in places if (place / "documentation").is_dir()), None)
    return Asterisk((program,), version, modules, data) if modules and data else None


def _said_version(argv: tuple[str, ...]) -> str | None:
    try:
        said = subprocess.run([*argv, "-V"], capture_output=True, text=True, check=False, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Asterisk (?:certified/)?(\d+(?:\.\d+)*)", said)
    return found[1] if found else None


def main() -> int:
    """Install, and say what was if it was not there."""
    progress = Progress()
    try:
        found = install(tell=progress.tell)
    except NotInstalled as error:
        progress.done()
        print(error, file=sys.stderr)
        return 1
    if progress.done():
        print(f"  Asterisk {found.version}: {found.argv[-1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
