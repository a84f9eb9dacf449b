"""Finding Debian's archive in the host's apt settings, refusing what Debian did not sign, unpacking packages."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from asterisk_conf import debian
from asterisk_conf.debian import Archive, mirrors, unpack, upstream
from asterisk_conf.exceptions import NotInstalled

DEBIAN_12_CONTAINER = """\
Types: deb
# a frozen copy
URIs: http://archive.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://archive.example/debian-security
Suites: bookworm-security
Components: main
"""
DEBIAN_12_INSTALLED = """\
deb cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_ - Official amd64 NETINST]/ bookworm main non-free-firmware
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/vendor.gpg] https://vendor.example/stable/debian bookworm main
deb https://vendor.example/linux/debian bookworm stable
deb-src http://sources.example/debian bookworm main
deb http://archive.example/debian/ bookworm main contrib
deb http://archive.example/debian-security bookworm-security main
"""
DEBIAN_13_CLOUD = """\
Types: deb
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: trixie trixie-updates
Components: main
"""
COMPANY_PROXY = "deb http://packages.company.example/remote-apt bookworm main\n"
UBUNTU = """\
Types: deb
URIs: http://archive.example/ubuntu/
Suites: noble noble-updates
Components: main universe restricted multiverse
"""


def set_to(folder: Path, text: str) -> list[str]:
    """Give the options with which apt reads only these settings."""
    file = folder / ("host.sources" if text.startswith("Types") else "host.list")
    file.write_text(text, encoding="utf-8")
    return ["-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={folder}"]


@pytest.mark.parametrize(
    ("settings", "suite", "found"),
    [
        (DEBIAN_12_CONTAINER, "bookworm", ["http://archive.example/debian"]),
        (DEBIAN_12_INSTALLED, "bookworm", ["http://archive.example/debian", "https://vendor.example/stable/debian"]),
        (DEBIAN_13_CLOUD, "trixie", ["mirror+file:/etc/apt/mirrors/debian.list"]),
        (COMPANY_PROXY, "bookworm", ["http://packages.company.example/remote-apt"]),
        (UBUNTU, None, []),
        ("", "bookworm", []),
    ],
)
def test_the_archive_is_read_from_the_hosts_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, suite: str | None, found: list[str]
) -> None:
    monkeypatch.setattr(debian, "host_suite", lambda: suite)
    monkeypatch.delenv(debian.MIRROR_VARIABLE, raising=False)
    assert mirrors(set_to(tmp_path, settings)) == found


def test_a_named_mirror_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debian.MIRROR_VARIABLE, "http://near.example/debian")
    assert mirrors() == ["http://near.example/debian"]


def test_without_an_archive_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "mirrors", list)
    with pytest.raises(NotInstalled, match=r"HOTLINE_DEBIAN_MIRROR=http.*make run"):
        Archive.open(tmp_path, "forky", tell=lambda *_: None)


def test_without_keys_the_sentence_names_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "mirrors", lambda: ["http://archive.example/debian"])
    monkeypatch.setattr(debian, "KEYRINGS", (tmp_path / "none.gpg",))
    with pytest.raises(NotInstalled, match="apt-get install debian-archive-keyring"):
        Archive.open(tmp_path, "forky", tell=lambda *_: None)


@pytest.mark.parametrize("signature", [None, "-----BEGIN PGP SIGNATURE-----\n\nnonsense\n-----END PGP SIGNATURE-----\n"])
def test_an_archive_that_debian_did_not_sign_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signature: str | None
) -> None:
    suite = tmp_path / "mirror/dists/forky"
    packages = suite / "main/binary-all/Packages"
    packages.parent.mkdir(parents=True)
    packages.write_bytes(b"")
    digest = hashlib.sha256(b"").hexdigest()
    release = f"Suite: forky\nComponents: main\nSHA256:\n {digest} 0 main/binary-all/Packages\n"
    (suite / "Release").write_text(release, encoding="ascii")
    if signature:
        (suite / "Release.gpg").write_text(signature, encoding="ascii")
    monkeypatch.setattr(debian, "mirrors", lambda: [f"file:{tmp_path}/mirror"])
    with pytest.raises(NotInstalled, match="is not signed by Debian's keys"):
        Archive.open(tmp_path / "apt", "forky", tell=lambda *_: None)


def test_an_archive_that_cannot_be_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(debian, "mirrors", lambda: ["http://127.0.0.1:9/debian"])  # the port of "discard": nobody listens
    with pytest.raises(NotInstalled, match=r"http://127.0.0.1:9/debian cannot be reached\. Is this machine online\?"):
        Archive.open(tmp_path, "forky", tell=lambda *_: None)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("1:22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("1:22.9.0~dfsg-3", (22, 9, 0)),
        ("23.0", (23, 0)),
        ("", ()),
    ],
)
def test_upstreams_version(version: str, numbers: tuple[int, ...]) -> None:
    assert upstream(version) == numbers


def deb(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Build a package with these files."""
    tree = folder / name
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: {name}\n",
        encoding="utf-8",
    )
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, encoding="utf-8")
    package = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, package], check=True, capture_output=True)
    return package


def test_packages_are_unpacked_and_counted(tmp_path: Path) -> None:
    told: list[float | None] = []
    debs = [deb(tmp_path, name, {f"usr/share/{name}/text": name}) for name in ("one", "two", "three")]
    unpack(debs, tmp_path / "root", lambda _, percent: told.append(percent))
    assert sorted(path.read_text() for path in (tmp_path / "root").rglob("text")) == ["one", "three", "two"]
    assert told[-1] == 100


def test_a_broken_package_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.deb"
    broken.write_bytes(b"not a package")
    with pytest.raises(NotInstalled, match="cannot be unpacked"):
        unpack([deb(tmp_path, "one", {}), broken], tmp_path / "root", lambda *_: None)
