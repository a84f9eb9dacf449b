"""Ports in use and full disks are told in a sentence."""

import os
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from hotline import machine
from hotline.exceptions import CannotStart
from hotline.machine import Port, check_disk, check_ports
from hotline.process_log import ProcessLog


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_port_in_use_is_told_with_its_holder_and_the_setting(kind: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == "tcp":
            taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(CannotStart) as error:
            check_ports([Port("SIP", "HOTLINE_SIP_PORT", kind, "127.0.0.1", number)])  # type: ignore[arg-type]
    name = Path("/proc/self/comm").read_text().strip()
    assert f"Port {number}/{kind} (SIP) is in use by {name} (process {os.getpid()})." in str(error.value)
    assert f"HOTLINE_SIP_PORT={number + 10}" in str(error.value)
    check_ports([Port("SIP", "HOTLINE_SIP_PORT", kind, "127.0.0.1", number)])  # type: ignore[arg-type]


def test_every_port_in_use_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = [Port(str(number), "KEY", "tcp", "127.0.0.1", number) for number in (one.getsockname()[1], two.getsockname()[1])]
        with pytest.raises(CannotStart) as error:
            check_ports(ports)
    assert len(str(error.value).splitlines()) == 2


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotStart, match=r"SIP: 192\.0\.2\.1 is no address of this machine"):
        check_ports([Port("SIP", "HOTLINE_SIP_PORT", "udp", "192.0.2.1", 5060)])


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - the shape of shutil.disk_usage's answer
    monkeypatch.setattr("hotline.machine.shutil.disk_usage", lambda _: usage(2**30, 2**30, 3 * 2**20))
    with pytest.raises(CannotStart, match=rf"The disk of .* is full: 3 MiB are free, {machine.ROOM} are needed"):
        check_disk(tmp_path)


def test_a_log_is_kept_small_while_its_process_goes_on_writing(tmp_path: Path) -> None:
    log = ProcessLog(tmp_path / "ivr.log")
    with log.opened() as out:
        for piece in (b"first\n", b"second\n", b"third\n", b"fourth\n"):
            os.write(out, piece * 10)
            log.rotate(limit=20)
        os.write(out, b"last\n")
    assert log.path.read_bytes() == b"last\n"
    assert (tmp_path / "ivr.log.1").read_bytes() == b"fourth\n" * 10
    assert (tmp_path / "ivr.log.2").read_bytes() == b"third\n" * 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ivr.log", "ivr.log.1", "ivr.log.2"]
    assert log.path.stat().st_mode & 0o077 == 0
    assert log.end(1) == "last"


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    log = ProcessLog(tmp_path / "ivr.log")
    log.rotate()
    assert log.end() == ""
    with log.opened() as out:
        os.write(out, b"few\n")
    log.rotate()
    assert log.path.read_bytes() == b"few\n"
