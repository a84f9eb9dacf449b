"""Asterisk and the tests' tools take their place whole or not at all."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from asterisk_conf import runtime, tools
from asterisk_conf.debian import Archive, Package, Tell
from asterisk_conf.exceptions import NotInstalled
from tests.bootstrap.test_debian import deb

LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = '#!/bin/sh\necho "Asterisk {version}"\n'


class Shelf:
    """An archive of packages built here instead of Debian's."""

    def __init__(self, folder: Path, versions: dict[str, str]) -> None:
        self.folder = folder
        self.versions = versions
        self.downloads = 0

    def open(self, folder: Path, suite: str, *, status: Path | None = None, tell: Tell) -> "Suite":
        return Suite(self, suite)


class Suite:
    def __init__(self, shelf: Shelf, suite: str) -> None:
        self.shelf = shelf
        self.suite = suite

    def version(self, _package: str) -> str:
        return self.shelf.versions.get(self.suite, "")

    def needed(self, _packages: Sequence[str]) -> list[Package]:
        return [Package("asterisk", self.version("asterisk")), Package("perl-base", "5")]

    def download(self, packages: Sequence[Package], folder: Path, _what: str, _tell: Tell) -> list[Path]:
        assert [package.name for package in packages] == ["asterisk"], "perl is needed by maintainer scripts only"
        self.shelf.downloads += 1
        numbers = self.version("asterisk").partition(":")[2].partition("+")[0]
        files = {
            f"{LIBRARIES}/ld-linux-x86-64.so.2": LOADER.format(version=numbers),
            f"{LIBRARIES}/asterisk/modules/res_agi.so": "",
            "usr/sbin/asterisk": "",
            "usr/share/asterisk/documentation/core-en_US.xml": "",
            "usr/share/doc/asterisk/changelog": "",
        }
        folder.mkdir(parents=True)
        return [deb(folder.parent, "asterisk", files).rename(folder / "asterisk.deb")]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Forky has an Asterisk that fits; none is installed on this machine."""
    found = Shelf(tmp_path, {"forky": "1:22.10.1+dfsg-1"})
    monkeypatch.setattr(runtime, "Archive", found)
    monkeypatch.setattr(runtime, "_on_path", lambda: None)
    monkeypatch.setattr(runtime, "_said_version", lambda _: "22.10.1")  # the loader made here is a text
    return found


def test_asterisk_is_fetched_once(tmp_path: Path, shelf: Shelf) -> None:
    place = tmp_path / "runtime"
    first = runtime.install(place)
    assert runtime.install(place) == first == runtime.asterisk(place)
    assert shelf.downloads == 1
    assert first.version == "22.10.1"
    assert first.argv == (
        f"{place}/asterisk/root/{LIBRARIES}/ld-linux-x86-64.so.2", "--library-path", f"{place}/asterisk/root/{LIBRARIES}",
        f"{place}/asterisk/root/usr/sbin/asterisk",
    )  # fmt: skip
    assert (first.modules / "res_agi.so").is_file()
    assert (first.data / "documentation").is_dir()
    assert not (place / "asterisk/root/usr/share/doc").exists()
    assert sorted(path.name for path in place.iterdir()) == ["asterisk", "lock"]


def test_an_interrupted_fetch_leaves_no_half_and_the_next_one_succeeds(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "runtime"

    def interrupted(_debs: Sequence[Path], root: Path, _tell: Tell) -> None:
        (root / LIBRARIES).mkdir(parents=True)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runtime, "unpack", interrupted)
        with pytest.raises(KeyboardInterrupt):
            runtime.install(place)
    with pytest.raises(NotInstalled, match="`make run` fetches it"):
        runtime.asterisk(place)
    assert runtime.install(place).version == "22.10.1"
    assert sorted(path.name for path in place.iterdir()) == ["asterisk", "lock"]


def test_another_recipe_replaces_what_was_unpacked(tmp_path: Path, shelf: Shelf) -> None:
    place = tmp_path / "runtime"
    runtime.install(place)
    about = place / "asterisk/about.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "recipe": "an older one"}))
    runtime.install(place)
    assert shelf.downloads == 2


def test_sid_is_asked_when_forky_has_moved_on(tmp_path: Path, shelf: Shelf) -> None:
    shelf.versions = {"forky": "1:23.0.0+dfsg-1", "sid": "1:22.11.0+dfsg-1"}
    assert runtime.install(tmp_path / "runtime").version == "22.11.0"


def test_when_no_suite_has_it_each_is_named(tmp_path: Path, shelf: Shelf) -> None:
    shelf.versions = {"forky": "1:22.9.0+dfsg-1"}
    with pytest.raises(NotInstalled) as error:
        runtime.install(tmp_path / "runtime")
    assert str(error.value) == (
        "Debian's suite forky has Asterisk 1:22.9.0+dfsg-1; needed is 22.10.1 or a later 22.\n"
        "Debian's suite sid has no Asterisk; needed is 22.10.1 or a later 22."
    )


@pytest.mark.parametrize(
    ("version", "fits"),
    [((22, 10, 1), True), ((22, 10, 0), False), ((22, 11), True), ((22, 9, 5), False), ((23, 0, 0), False), ((), False)],
)
def test_which_versions_fit(version: tuple[int, ...], fits: bool) -> None:
    assert runtime.fits(version) is fits


@pytest.mark.parametrize(("version", "used"), [("22.10.1~dfsg+~cs6-1", True), ("20.6.0", False)])
def test_an_asterisk_on_the_path_is_used_when_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    for folder in ("bin", "lib/x86_64-linux-gnu/asterisk/modules", "share/asterisk/documentation"):
        (tmp_path / folder).mkdir(parents=True)
    program = tmp_path / "bin/asterisk"
    program.write_text(LOADER.format(version=version))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    if used:
        found = runtime.install(tmp_path / "runtime")
        assert found.argv == (str(program),)
        assert found.modules == tmp_path / "lib/x86_64-linux-gnu/asterisk/modules"
    else:
        with pytest.raises(NotInstalled):
            runtime.asterisk(tmp_path / "runtime")


def test_the_asterisk_that_was_installed_starts() -> None:
    found = runtime.asterisk()
    said = subprocess.run([*found.argv, "-V"], capture_output=True, text=True, check=True).stdout
    assert runtime.fits(tuple(int(number) for number in found.version.split(".")))
    assert found.version in said
    assert (found.modules / "app_queue.so").is_file()
    assert (found.data / "documentation/core-en_US.xml").is_file()


def test_the_tests_tools_start() -> None:
    for name in ("sipp", "chromium"):
        option = {"sipp": "-v", "chromium": "--version"}[name]
        said = subprocess.run([*tools.tool(name), option], capture_output=True, text=True, check=False)
        assert name in (said.stdout + said.stderr).lower()


def test_tools_are_unpacked_for_who_cannot_install_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Store:
        suite = "bookworm"

        def needed(self, packages: Sequence[str]) -> list[Package]:
            return [*(Package(name, "1") for name in packages), Package("libc6", "2.36")]

        def download(self, packages: Sequence[Package], folder: Path, _what: str, _tell: Tell) -> list[Path]:
            assert {package.name for package in packages} == {"sip-tester", "chromium"}, "the C library is the host's"
            folder.mkdir(parents=True)
            shows = '#!/bin/sh\necho "$LD_LIBRARY_PATH $1"\n'
            tree = {"usr/bin/sipp": shows, "usr/lib/chromium/chromium": shows, f"{LIBRARIES}/pulseaudio/x.so": ""}
            package = deb(folder.parent, "tools", tree)
            return [package.rename(folder / "tools.deb")]

    monkeypatch.setattr(Archive, "open", lambda *_, **__: Store())
    monkeypatch.setattr(tools, "host_suite", lambda: None)
    monkeypatch.setattr(tools, "FONT", Path(__file__))
    monkeypatch.setattr("asterisk_conf.tools.shutil.which", lambda _: None)
    place = tmp_path / "a place"
    tools.install(place)
    for name in ("sipp", "chromium"):
        program = place / "tools/root" / next(tool.program for tool in tools.TOOLS if tool.name == name)
        program.chmod(0o755)
        said = subprocess.run([*tools.tool(name, place), "word"], capture_output=True, text=True, check=True).stdout
        library = place / "tools/root" / LIBRARIES
        assert said == f"{library}:{library}/pulseaudio word\n"
