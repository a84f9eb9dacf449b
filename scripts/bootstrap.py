"""Prepare what `make` needs, then become it: bootstrap.py run | test | check | voice | voice-check | lock.

Runs with nothing but Python's standard library. What is in place already is recognised by a stamp and skipped.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin/python"
PLATFORMS = ("x86_64", "aarch64")
ROOM = 1500  # MiB for a first time

_PLAIN_WORDS = (
    (
        r"NewConnectionError|Max retries|name resolution|Network is unreachable|Connection(Refused|Reset)|ReadTimeout|ConnectTimeout",
        "Python's package index cannot be reached. Is this machine online? pip's own settings (proxy, mirror) are respected.",
    ),
    (r"No space left on device|\[Errno 28\]", "The disk is full."),
    (r"CERTIFICATE_VERIFY_FAILED", "The package index' certificate is not trusted here: pip's setting `cert` names another."),
)


class CannotPrepare(Exception):  # noqa: N818 - it reads as the sentence it prints
    """Something is missing that we cannot fetch; the message says what and what helps."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a word of the command line needs, and what it becomes."""

    requirements: tuple[str, ...]
    modules: tuple[str, ...] = ()  # run after the packages are there
    becomes: tuple[str, ...] = ()


GOALS = {
    "run": Goal(("run",), ("asterisk_conf.runtime",), (".venv/bin/hotline", "up", "--demo")),
    "test": Goal(
        ("run", "test"),
        ("asterisk_conf.runtime", "asterisk_conf.tools"),
        ("scripts/test",),
    ),
    "check": Goal(("run", "test"), (), ("scripts/check",)),
    "voice": Goal(("run", "voice")),
    "voice-check": Goal(("run", "voice"), (), (".venv/bin/hotline", "prompts", "listen")),
    "lock": Goal(("run", "test"), (), ("scripts/lock",)),
}


def main(words: Sequence[str]) -> int:
    """Prepare, then become the goal's command, which has the exit code; give a code when it does not come to that."""
    if not words or words[0] not in GOALS:
        print(f"usage: bootstrap.py {' | '.join(GOALS)}", file=sys.stderr)
        return 2
    goal = GOALS[words[0]]
    os.chdir(PROJECT)
    code = prepared(goal)
    if code == 0 and goal.becomes:
        become([*goal.becomes, *words[1:]], environment_of(words[0]))
    return code


def become(command: Sequence[str], environment: dict[str, str]) -> NoReturn:
    """Let the command take this process' place, so that signals and the exit code are its own."""
    sys.stdout.flush()
    os.execve(command[0], list(command), environment)  # noqa: S606 - no shell is wanted


def prepared(goal: Goal) -> int:
    """Prepare what the goal needs; give 0, or the exit code after telling what is missing."""
    try:
        check_platform(platform.system(), platform.machine())
        prepare(goal.requirements)
        for module in goal.modules:
            if code := subprocess.run([PYTHON, "-m", module], check=False).returncode:
                return code
    except CannotPrepare as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or PROJECT} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def environment_of(goal: str) -> dict[str, str]:
    """Give what the goal's command gets: the tests nothing of a hotline that runs with settings from the environment."""
    return {name: value for name, value in os.environ.items() if goal != "test" or not name.startswith("HOTLINE_")}


def check_platform(system: str, machine: str) -> None:
    """Raise CannotPrepare where Debian's programs do not run."""
    if system != "Linux" or machine not in PLATFORMS:
        raise CannotPrepare(f"This is {system} on {machine}; the hotline runs on Linux on {' or '.join(PLATFORMS)} (arm64).")


def prepare(requirements: Sequence[str]) -> None:
    """Make the virtual environment have the packages of requirements/<name>.txt and the project itself."""
    stamps = {VENV / f".{name}": stamp(name) for name in requirements}
    if all(read(path) == value for path, value in stamps.items()):
        return
    lock = PROJECT / ".runtime/lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # `make run` and `make test` may be started together
        missing = [path.name[1:] for path, value in stamps.items() if read(path) != value]
        if not missing:
            return
        if not works():
            free = shutil.disk_usage(PROJECT).free // 2**20
            if free < ROOM:
                raise CannotPrepare(f"The disk of {PROJECT} has {free} MiB left; {ROOM} are needed the first time.")
            make_venv()
        for name in missing:
            install(name)
        pip("-e", ".", "--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "--quiet")
        for name in missing:
            (VENV / f".{name}").write_text(stamps[VENV / f".{name}"], encoding="ascii")


def stamp(name: str) -> str:
    """Give what the set of packages depends on: their list, this project's place and metadata, this Python."""
    parts = (
        (PROJECT / "requirements" / f"{name}.txt").read_bytes(),
        (PROJECT / "pyproject.toml").read_bytes(),
        os.fsencode(PROJECT),
        os.fsencode(os.path.realpath(sys.executable)),
        sys.version.encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read(path: Path) -> str:
    """Give a stamp's text, empty when there is none."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def works() -> bool:
    """Tell whether the virtual environment is there, with pip, of this Python's version and not moved from elsewhere."""
    asks = "import sys, pip; print(sys.prefix, *sys.version_info[:2])"
    try:
        said = subprocess.run([PYTHON, "-c", asks], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return said.split() == [str(VENV), *map(str, sys.version_info[:2])]


def make_venv() -> None:
    """Make an empty virtual environment with pip in it."""
    print("  making .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    has_pip = importlib.util.find_spec("ensurepip") is not None
    made = subprocess.run(
        [sys.executable, "-m", "venv", *([] if has_pip else ["--without-pip"]), VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise CannotPrepare(plain(made.stdout + made.stderr) or f"The virtual environment cannot be made:\n{made.stderr.strip()}")
    if not has_pip:
        pip_from_debian()


def pip_from_debian() -> None:
    """Put pip into the virtual environment: Debian and Ubuntu keep what `venv` needs for that in a package of its own."""
    version = ".".join(map(str, sys.version_info[:2]))
    with tempfile.TemporaryDirectory() as folder:
        for words in (["download", "python3-pip-whl"], ["-qq", "update"], ["download", "python3-pip-whl"]):
            if words[-1] != "update" or os.geteuid() == 0:
                subprocess.run(["apt-get", *words], cwd=folder, capture_output=True, check=False)
            if deb := next(Path(folder).glob("*.deb"), None):
                subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
                break
        wheel = next(Path(folder).glob("usr/share/python-wheels/pip-*.whl"), None)
        if wheel is None:
            raise CannotPrepare(f"The package python{version}-venv is missing: sudo apt-get install python{version}-venv")
        subprocess.run([PYTHON, wheel / "pip", "install", "--quiet", "--no-index", wheel], check=True, env=pip_environment())


def install(name: str) -> None:
    """Install requirements/<name>.txt, every file's hash checked."""
    file = f"requirements/{name}.txt"
    total = len(re.findall(r"^[a-z0-9].*==", (PROJECT / file).read_text(encoding="utf-8"), re.MULTILINE))
    # Only jieba, for voicing, comes as source.
    source = ("--no-build-isolation",) if name == "voice" else ("--only-binary=:all:",)
    if name == "voice":
        pip("--require-hashes", "--no-deps", "-r", "requirements/run.txt", "--quiet")
    counter = Counter(f"Python packages ({name})", total)
    pip("--require-hashes", "--no-deps", *source, "-r", file, watch=counter.line)
    counter.done()


def pip(*words: str, watch: Callable[[str], None] = lambda _: None) -> None:
    """Run pip's install; CannotPrepare with a plain sentence when it fails."""
    said: list[str] = []
    argv = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off", "--no-input", *words]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=pip_environment()) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            watch(line)
    if process.returncode:
        text = "".join(said)
        raise CannotPrepare(plain(text) or f"pip could not install {words[-1]}:\n{''.join(said[-8:]).strip()}")


def pip_environment() -> dict[str, str]:
    """Give pip's environment."""
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}


def plain(text: str) -> str:
    """Give the sentence for a known trouble in a program's output, empty when it is none."""
    return next((sentence for pattern, sentence in _PLAIN_WORDS if re.search(pattern, text)), "")


class Counter:
    """Counts the packages pip speaks of: redrawn on a terminal, a line every quarter elsewhere."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._began = time.monotonic()

    def line(self, said: str) -> None:
        """Take one line of pip's."""
        if said.startswith(("Collecting ", "Requirement already satisfied")):
            self._done += 1
            self._show(f"{self._done} of {self._total}", self._done * 4 // self._total > (self._done - 1) * 4 // self._total)
        elif said.startswith("Installing collected packages"):
            self._show("installing, some 20 s …", worth_a_line=True)

    def done(self) -> None:
        """Take that pip has ended well."""
        self._show(f"done in {time.monotonic() - self._began:.0f} s", worth_a_line=True)
        if sys.stdout.isatty():
            print()

    def _show(self, how_far: str, worth_a_line: bool) -> None:
        if sys.stdout.isatty():
            print(f"\r  {self._what}: {how_far}\033[K", end="", flush=True)
        elif worth_a_line:
            print(f"  {self._what}: {how_far}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
