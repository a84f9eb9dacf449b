"""Programs out of Debian's packages without root: an apt client with folders of its own, and dpkg-deb.

Nothing of the host's apt is changed. Its settings are inherited (proxy, Check-Valid-Until, certificates), its archive's
address is read from it, and the suite's signature is checked with Debian's keyring.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.exceptions import NotInstalled

Tell = Callable[[str, float | None], None]
"""Told what is being done, and how much of it in percent where that is known."""

MIRROR_VARIABLE = "HOTLINE_DEBIAN_MIRROR"
KEYRINGS = tuple(Path("/usr/share/keyrings", f"debian-archive-keyring.{ending}") for ending in ("pgp", "gpg"))

_CONF = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
APT::Default-Release "";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "3";
Dir::State "{folder}";
Dir::State::lists "lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Log "{folder}/log";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""
_SANDBOX = 'APT::Sandbox::User "root";\n'  # _apt may not enter our folder; gpgv and the hashes guard what comes in

_PLAIN_WORDS = (
    (
        r"Could not resolve|Temporary failure|[Cc]ould not connect|Cannot initiate|unreachable|Connection failed|timed out|No route",
        "The Debian archive {mirror} cannot be reached. Is this machine online?",
    ),
    (r"No space left on device|don't have enough free space", "The disk is full."),
    (
        r"GPG error|OpenPGP|NO_PUBKEY|Missing key|not signed|signatures were invalid|couldn't be verified",
        "The archive {mirror} is not signed by Debian's keys of this machine: update the package debian-archive-keyring.",
    ),
    (r"does not have a Release file|404 +Not Found", "The archive {mirror} does not have Debian's suite {suite}."),
    (r"is expired|is not valid yet", "The archive {mirror} is out of date, or this machine's clock is wrong."),
)


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the archive and its version."""

    name: str
    version: str


def mirrors(apt_options: Sequence[str] = ()) -> list[str]:
    """Give the addresses that may be a Debian archive, the likeliest first, as the host's apt is set to.

    The variable HOTLINE_DEBIAN_MIRROR overrides them. Which one really is Debian's, its signature decides.
    """
    if named := os.environ.get(MIRROR_VARIABLE):
        return [named]
    indexes = ("--no-release-info", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
    targets = _run(["apt-get", *apt_options, *indexes])
    likely: dict[str, int] = {}
    own_suite = host_suite()
    for line in targets.splitlines():
        address, suite, component = line.rsplit(" ", 2)
        if component != "main" or "-" in suite or address.startswith("cdrom:"):
            continue
        path = address.removesuffix("/")
        # A mirror's address ends in debian (a vendor's may too, deeper down); a list of mirrors says nothing, nor does a
        # company's proxy, but the suite it is set to is this Debian's own.
        if path.endswith("/debian"):
            rank = path.count("/")
        elif suite == own_suite or (path.startswith("mirror") and "debian" in path):
            rank = 100
        else:
            continue
        likely.setdefault(path, rank)
    return sorted(likely, key=lambda path: likely[path])


def host_suite() -> str | None:
    """Give the suite's code name when this machine is a Debian, such as bookworm."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    release = dict(shlex.split(line)[0].partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))
    return release.get("VERSION_CODENAME") if release.get("ID") == "debian" else None


def upstream(version: str) -> tuple[int, ...]:
    """Give the upstream numbers of a package's version: 1:22.10.1+dfsg-1 → (22, 10, 1)."""
    found = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*)", version)
    return tuple(int(number) for number in found[1].split(".")) if found else ()


@dataclass(frozen=True, slots=True)
class Archive:
    """One suite of the Debian archive, asked by an apt client with folders of its own."""

    folder: Path
    suite: str
    mirror: str

    @classmethod
    def open(cls, folder: Path, suite: str, *, status: Path | None = None, tell: Tell) -> "Archive":
        """Fetch the suite's index; NotInstalled says in plain words why not.

        `status` lists the packages that are there already, in dpkg's form; none by default.
        """
        for program, package in (("apt-get", "apt"), ("dpkg-deb", "dpkg")):
            if not shutil.which(program):
                raise NotInstalled(f"{program} is missing (package {package}): this needs Debian or Ubuntu.")
        candidates = mirrors()
        if not candidates:
            raise NotInstalled(
                "This machine's apt names no Debian archive, and Asterisk 22 comes from there. "
                f"Name one and run again: {MIRROR_VARIABLE}=http://…/debian make run (any Debian mirror; "
                "its signature is checked with the package debian-archive-keyring)."
            )
        keyring = next((file for file in KEYRINGS if file.is_file()), None)
        if keyring is None:
            raise NotInstalled(
                "Debian's signing keys are missing: sudo apt-get install debian-archive-keyring (as root without sudo)."
            )
        reasons = []
        for mirror in candidates:
            archive = cls(folder, suite, mirror)
            try:
                archive._prepare(keyring, status)
                archive._apt(["update"], f"reading Debian's package list ({suite})", tell)
            except NotInstalled as error:
                reasons.append(str(error))
            else:
                return archive
        raise NotInstalled("\n".join(dict.fromkeys(reasons)))

    def needed(self, packages: Iterable[str]) -> list[Package]:
        """Resolve what must be there for `packages`, themselves included."""
        plan = self._apt(["--simulate", "install", *packages])
        return [Package(*found) for found in re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) ", plan, re.MULTILINE)]

    def version(self, package: str) -> str:
        """Give the version of `package` in this suite; empty when there is none."""
        found = re.search(r"^Version: (\S+)", self._apt(["show", package], program="apt-cache", accept=100), re.MULTILINE)
        return found[1] if found else ""

    def download(self, packages: Sequence[Package], folder: Path, what: str, tell: Tell) -> list[Path]:
        """Download the packages into `folder`, their hashes checked; give the files."""
        folder.mkdir(parents=True, exist_ok=True)
        self._apt(["download", *(f"{package.name}={package.version}" for package in packages)], what, tell, cwd=folder)
        return sorted(folder.glob("*.deb"))

    def _prepare(self, keyring: Path, status: Path | None) -> None:
        for part in ("lists/partial", "cache/archives/partial", "log"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").write_bytes(status.read_bytes() if status else b"")
        (self.folder / "apt.conf").write_text(
            _CONF.format(folder=self.folder) + (_SANDBOX if os.geteuid() == 0 else ""), encoding="utf-8"
        )
        architecture = _run(["dpkg", "--print-architecture"]).strip()
        (self.folder / "sources.list").write_text(
            f"deb [signed-by={keyring} arch={architecture} target=Packages] {self.mirror} {self.suite} main\n", encoding="utf-8"
        )

    def _apt(
        self,
        words: Sequence[str],
        what: str = "",
        tell: Tell | None = None,
        *,
        cwd: Path | None = None,
        program: str = "apt-get",
        accept: int = 0,
    ) -> str:
        argv = [program, "-c", str(self.folder / "apt.conf"), "-q", *words]
        if tell is None:
            done = subprocess.run(argv, env=_environment(), capture_output=True, text=True, check=False)
            code, out, err = done.returncode, done.stdout, done.stderr
        else:
            out = ""
            code, err = _watched(argv, cwd, lambda percent: tell(what, percent))
        if code not in (0, accept):
            raise NotInstalled(self._explained(err))
        return out

    def _explained(self, err: str) -> str:
        for pattern, sentence in _PLAIN_WORDS:
            if re.search(pattern, err):
                return sentence.format(mirror=self.mirror, suite=self.suite)
        lines = [line for line in err.splitlines() if line.startswith("E:")] or err.splitlines()
        return f"apt could not do it ({self.mirror}, {self.suite}): {' '.join(lines[-3:])}"


def unpack(debs: Sequence[Path], root: Path, tell: Tell) -> None:
    """Unpack the packages' files below `root`, two at a time: the work is decompression."""
    root.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        for done, said in enumerate(pool.map(lambda deb: _unpack_one(deb, root), debs), 1):
            if said:
                pool.shutdown(cancel_futures=True)
                full = "No space left" in said
                raise NotInstalled("The disk is full." if full else f"A package cannot be unpacked: {said}")
            tell("unpacking", 100 * done / len(debs))


def _unpack_one(deb: Path, root: Path) -> str:
    done = subprocess.run(["dpkg-deb", "--extract", deb, root], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def _run(argv: Sequence[str]) -> str:
    try:
        done = subprocess.run(argv, env=_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotInstalled(f"{argv[0]} is missing: this needs Debian or Ubuntu.") from None
    if done.returncode:
        raise NotInstalled(f"{argv[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _watched(argv: Sequence[str], cwd: Path | None, percent: Callable[[float], None]) -> tuple[int, str]:
    """Run apt and pass on how far its downloads are, which it writes to a descriptor made for that."""
    read, write = os.pipe()
    words = [*argv[:3], "-o", f"APT::Status-Fd={write}", *argv[3:]]
    with tempfile.TemporaryFile("w+") as err:
        with subprocess.Popen(
            words, cwd=cwd, env=_environment(), pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=err
        ) as process:
            os.close(write)
            with os.fdopen(read) as lines:
                for line in lines:
                    if line.startswith("dlstatus:"):
                        percent(float(line.split(":")[2]))
        err.seek(0)
        return process.returncode, err.read()


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
