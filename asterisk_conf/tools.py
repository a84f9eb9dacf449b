"""What the tests need besides Asterisk: SIPp, Chromium and a Chinese font, out of Debian too.

On Debian, root lets apt install them. Anybody else gets the packages this machine lacks unpacked below .runtime/tools: of
the host's own suite, so that they fit its C library, and found through a small starter in .runtime/tools/bin.

`python -m asterisk_conf.tools` installs them unless they are there.
"""

import fnmatch
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.debian import Archive, Tell, host_suite, unpack
from asterisk_conf.exceptions import NotInstalled
from asterisk_conf.progress import Progress
from asterisk_conf.runtime import RUNTIME, alone, replace_folder


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, the package it is in, and where the package has it."""

    name: str
    package: str
    program: str


TOOLS = (Tool("sipp", "sip-tester", "usr/bin/sipp"), Tool("chromium", "chromium", "usr/lib/chromium/chromium"))
FONT_PACKAGE = "fonts-wqy-microhei"
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")

# Ubuntu's Chromium is a snap. Debian's oldest suite with a C library no newer than that of any Ubuntu with Python 3.11.
SUITE_FOR_OTHERS = "bookworm"
# What every machine has; the C library must be the one that the host's loader belongs to.
HOST_PACKAGES = (
    "adduser", "base-*", "coreutils", "debconf*", "debianutils", "dpkg", "init*", "libc-bin", "libc6", "libgcc-s1",
    "libstdc++6", "login", "passwd", "perl*", "systemd*", "tar", "util-linux*",
)  # fmt: skip
LIBRARY_FOLDERS = (".", "pulseaudio", "blas", "lapack")

_RECIPE = hashlib.sha256(repr((TOOLS, FONT_PACKAGE, SUITE_FOR_OTHERS, HOST_PACKAGES, LIBRARY_FOLDERS)).encode()).hexdigest()[:16]


def tool(name: str, runtime: Path = RUNTIME) -> list[str]:
    """Give the words that start the program `name`, "sipp" or "chromium"; NotInstalled when it is not here."""
    if found := shutil.which(name):
        return [found]
    starter = runtime / "tools/bin" / name
    if not starter.is_file():
        raise NotInstalled(f"{name} is not here yet: `make test` fetches it.")
    return [str(starter)]


def install(runtime: Path = RUNTIME, tell: Tell = lambda *_: None) -> None:
    """Fetch what is missing; NotInstalled says why that is not possible."""
    packages = [tool.package for tool in TOOLS if not shutil.which(tool.name)]
    if not FONT.is_file():
        packages.append(FONT_PACKAGE)
    folder = runtime / "tools"
    with alone(runtime):
        recipe = folder / "recipe"
        if not packages or (recipe.is_file() and recipe.read_text(encoding="ascii") == _RECIPE):
            return
        if os.geteuid() == 0 and host_suite() and _installed_by_apt(packages, tell):
            return
        _unpack(packages, folder, runtime / "apt", tell)


def _installed_by_apt(packages: list[str], tell: Tell) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "--no-install-recommends", "-y", *packages]
    tell(f"installing {', '.join(packages)} with apt", None)
    for words in (install, [*apt, "update"], install):
        done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if words is install and done.returncode == 0:
            return True
    return False


def _unpack(packages: list[str], folder: Path, apt: Path, tell: Tell) -> None:
    own = host_suite()
    suite = own or SUITE_FOR_OTHERS
    archive = Archive.open(apt / suite, suite, status=Path("/var/lib/dpkg/status") if own else None, tell=tell)
    needed = [package for package in archive.needed(packages) if not any(fnmatch.fnmatchcase(package.name, p) for p in HOST_PACKAGES)]
    draft = folder.with_name("tools.new")
    shutil.rmtree(draft, ignore_errors=True)
    unpack(archive.download(needed, draft / "debs", "downloading what the tests need", tell), draft / "root", tell)
    shutil.rmtree(draft / "debs")
    (draft / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder}/root/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/fontcache</cachedir>"
        "</fontconfig>\n",
        encoding="utf-8",
    )
    (draft / "bin").mkdir()
    libraries = next((draft / "root").glob("usr/lib/*-linux-gnu")).relative_to(draft)
    path = ":".join(str(folder / libraries / name) for name in LIBRARY_FOLDERS if (draft / libraries / name).is_dir())
    for wanted in TOOLS:
        starter = draft / "bin" / wanted.name
        starter.write_text(
            "#!/bin/sh\n"
            f"LD_LIBRARY_PATH={shlex.quote(path)} FONTCONFIG_FILE={shlex.quote(str(folder / 'fonts.conf'))} "
            f'exec {shlex.quote(str(folder / "root" / wanted.program))} "$@"\n',
            encoding="utf-8",
        )
        starter.chmod(0o755)
    (draft / "recipe").write_text(_RECIPE, encoding="ascii")
    replace_folder(folder, draft)


def main() -> int:
    """Install, and say what was if it was not there."""
    progress = Progress()
    try:
        install(tell=progress.tell)
        found = [tool(wanted.name)[0] for wanted in TOOLS]
    except NotInstalled as error:
        progress.done()
        print(error, file=sys.stderr)
        return 1
    if progress.done():
        print(f"  {', '.join(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
