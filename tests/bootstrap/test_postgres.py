"""The embedded PostgreSQL: a real one, as root and not, killed and recovered."""

import asyncio
import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from hotline import postgres
from hotline.exceptions import CannotStart
from hotline.paths import PROJECT
from tests.bootstrap.pipe import ended

ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose parents only their owner may enter, as a clone below root's home."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    return closed / "with 'a quote"


async def ask(server: postgres.Server, question: str, user: str = postgres.USER, database: str = postgres.DATABASE) -> object:
    connection = await asyncpg.connect(host=str(server.sockets), user=user, database=database, timeout=20)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_starts_answers_and_stops(folder: Path) -> None:
    with postgres.running(folder) as server:
        assert await server.ready()
        assert await ask(server, "select current_user || '@' || current_database()") == "hotline@hotline"
        assert await ask(server, "show server_encoding") == "UTF8"
        assert await ask(server, "select array_agg(w order by w)::text from unnest(array['Z','a','长']) w") == "{Z,a,长}"
        assert await ask(server, "select rolsuper from pg_roles where rolname = 'hotline'") is False
        assert await ask(server, "select 1", user="postgres", database="postgres") == 1
        assert await ask(server, "select count(*) from pg_stat_activity where client_addr is not null") == 0
    assert not await server.ready()


async def test_what_was_committed_survives_a_kill(folder: Path) -> None:
    with postgres.running(folder, durable=True) as server:
        await ask(server, "create table if not exists kept (n int)")
        await ask(server, "insert into kept values (12329)")
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
    assert (server.data / "postmaster.pid").exists(), "nothing was tidied up"
    with postgres.running(folder, durable=True) as server:
        assert await ask(server, "select n from kept") == 12329


async def test_it_does_not_outlive_who_started_it(folder: Path) -> None:
    body = "import os, signal, sys; from pathlib import Path; from hotline import postgres\n"
    body += "with postgres.running(Path(sys.argv[1])) as server:\n"
    body += "    print((server.data / 'postmaster.pid').read_text().split()[0], flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    starter = await asyncio.create_subprocess_exec(sys.executable, "-c", body, folder, cwd=PROJECT, stdout=subprocess.PIPE)
    said, _ = await starter.communicate()
    await ended(int(said))
    with postgres.running(folder) as server:
        assert await ask(server, "select 1") == 1


def test_nobody_else_can_reach_it(folder: Path) -> None:
    with postgres.running(folder) as server:
        assert server.sockets.stat().st_mode & 0o777 == 0o700
        assert server.data.stat().st_mode & 0o777 == 0o700
        assert (server.folder / "etc/pg_hba.conf").read_text() == "local all all peer map=starter\n"
        assert [line.split()[1] for line in (server.folder / "etc/pg_ident.conf").read_text().splitlines()] == [
            f'"{pwd.getpwuid(os.geteuid()).pw_name}"'
        ] * 2


async def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    with postgres.running(tmp_path / ("deep" * 25)) as server:
        assert server.folder not in server.sockets.parents
        assert await ask(server, "select 1") == 1
    assert not server.sockets.exists()


def test_a_foreign_socket_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "link"
    elsewhere.symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        postgres._private_folder(elsewhere, os.geteuid())


def test_data_of_another_release_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/PG_VERSION").write_text("15\n")
    with pytest.raises(CannotStart, match="was written by PostgreSQL 15, this is 18"):
        postgres.prepare(tmp_path)


def test_an_interrupted_making_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new/PG_VERSION").write_text("18\n")
    server = postgres.prepare(tmp_path, durable=False)
    assert (server.data / "base").is_dir()
    assert not (tmp_path / "data.new").exists()


AS_OTHER = """
import asyncio, asyncpg, os, sys
from pathlib import Path
from hotline import postgres
async def ask(server):
    connection = await asyncpg.connect(host=str(server.sockets), user="hotline", database="hotline", timeout=20)
    print(os.geteuid(), await connection.fetchval("select current_user"), server.data.stat().st_uid)
    await connection.close()
with postgres.running(Path(sys.argv[1])) as server:
    asyncio.run(ask(server))
"""


def other(*words: object) -> "subprocess.CompletedProcess[str]":
    """Run Python as a user without rights where we are root; as ourselves otherwise, which is the same case then."""
    # The interpreter may lie below root's home: to pass through is allowed, nothing else.
    drop = [
        "setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups",
        "--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search", "--bounding-set=-all,+dac_read_search",
        "--securebits=+no_setuid_fixup",
    ]  # fmt: skip
    argv = [*(drop if ROOT else []), sys.executable, "-B", *map(str, words)]
    return subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_runs_for_a_user_without_rights(tmp_path: Path) -> None:
    if ROOT:
        os.chown(tmp_path, NOBODY.pw_uid, NOBODY.pw_gid)
    done = other("-c", AS_OTHER, tmp_path / "server")
    assert done.returncode == 0, done.stderr
    uid = str(NOBODY.pw_uid if ROOT else os.geteuid())
    assert done.stdout.split() == [uid, "hotline", uid]


async def test_another_user_is_turned_away_by_the_kernels_word(folder: Path) -> None:
    """Where we are not root there is no other user to try with; a superuser's name that is not ours is refused the same way."""
    with postgres.running(folder) as server:
        if ROOT:
            body = "import asyncio, asyncpg, sys; asyncio.run(asyncpg.connect(host=sys.argv[1], user='hotline', database='hotline'))"
            done = other("-c", body, server.sockets)
            assert "InvalidAuthorizationSpecificationError" in done.stderr
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await ask(server, "select 1", user="pg_monitor")


async def test_a_client_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    """SIGINT is PostgreSQL's fast shutdown."""
    with postgres.running(tmp_path / "server") as server:
        connection = await asyncpg.connect(host=str(server.sockets), user="hotline", database="hotline")
    assert "database system is shut down" in (tmp_path / "server/server.log").read_text()
    connection.terminate()
