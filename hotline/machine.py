"""What the machine must have before anything starts: free ports and room on the disk, each told in one sentence."""

import errno
import shutil
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hotline.exceptions import CannotStart

ROOM = 200  # MiB: the empty database with its write-ahead log takes 60, and callers are to be served


@dataclass(frozen=True, slots=True)
class Port:
    """A port to listen on: what for, and the setting that moves it."""

    what: str
    setting: str
    kind: Literal["tcp", "udp"]
    bind: str
    number: int


def check_ports(ports: Iterable[Port]) -> None:
    """Raise CannotStart with a sentence for each port that cannot be listened on, and who has it where that can be seen."""
    if wrong := [sentence for port in ports if (sentence := _trouble(port))]:
        raise CannotStart("\n".join(wrong))


def check_disk(folder: Path) -> None:
    """Raise CannotStart when the disk of `folder`, which exists, has too little room."""
    free = shutil.disk_usage(folder).free // 2**20
    if free < ROOM:
        raise CannotStart(f"The disk of {folder} is full: {free} MiB are free, {ROOM} are needed to start.")


def _trouble(port: Port) -> str:
    family = socket.AF_INET6 if ":" in port.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if port.kind == "tcp" else socket.SOCK_DGRAM) as trial:
        if port.kind == "tcp":
            trial.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # closed connections of an earlier run do not count
        try:
            trial.bind((port.bind, port.number))
            if port.kind == "tcp":
                trial.listen()
        except OSError as error:
            return _sentence(port, error)
    return ""


def _sentence(port: Port, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        taken = f"Port {port.number}/{port.kind} ({port.what}) is in use{_holder(port)}."
        return f"{taken} Stop that, or choose another port: {port.setting}={port.number + 10}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{port.what}: {port.bind} is no address of this machine."
    if error.errno == errno.EACCES:
        return f"Port {port.number}/{port.kind} ({port.what}) is for root only: choose another with {port.setting}."
    return f"Port {port.number}/{port.kind} ({port.what}) on {port.bind}: {error.strerror}."


def _holder(port: Port) -> str:
    """Say which process has the port; empty when this user may not see it."""
    inodes = _inodes(port)
    for descriptors in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):  # other users' processes, and those that end while we look
            for descriptor in descriptors.iterdir():
                with suppress(OSError):
                    if str(descriptor.readlink()) in inodes:
                        return f" by {_name(descriptors.parent)} (process {descriptors.parent.name})"
    return ""


def _name(process: Path) -> str:
    """Name a process of /proc; one that was started through a loader, as our Asterisk, by its program."""
    name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    if name.startswith("ld-linux"):
        words = (process / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        return next((Path(word).name for word in words[1:] if "/bin/" in word or "/sbin/" in word), name)
    return name


def _inodes(port: Port) -> set[str]:
    """Give the sockets at the port, in the form a process' descriptors link to. /proc/net/tcp is described in proc(5)."""
    found = set()
    for table in (Path("/proc/net", port.kind), Path("/proc/net", port.kind + "6")):
        with suppress(FileNotFoundError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                listening = port.kind == "udp" or fields[3] == "0A"
                if listening and int(fields[1].rpartition(":")[2], 16) == port.number:
                    found.add(f"socket:[{fields[9]}]")
    return found
