"""Engines: readings come first, and what is missing is told in a sentence."""

import hashlib
import sys
from pathlib import Path

import pytest

from sounds import EngineMissing
from sounds.engines import kokoro, voices
from sounds.engines.gtts import Gtts
from sounds.engines.mandarin import Mandarin


def spelled(text: str, readings: dict[str, str]) -> str:
    """Phonemes of a front end that cuts into pairs, reads a character as itself, and transcribes in brackets."""
    front = Mandarin(
        cut=lambda run: [run[at : at + 2] for at in range(0, len(run), 2)],
        read=list,
        transcribe=lambda syllable: f"[{syllable}]",
        punctuate=lambda marks: marks.replace("，", ", ").replace("。", "."),
    )
    return front.phonemes(text, readings)


def test_words_are_apart_and_punctuation_stays() -> None:
    assert spelled("请按一，再见。", {}) == "[请][按] [一], [再][见]."


def test_a_prescribed_reading_is_said_as_it_is_and_the_rest_is_cut_around_it() -> None:
    assert spelled("请还款一次。", {"还款": "huan2 kuan3"}) == "[请] [huan2][kuan3] [一][次]."


def test_the_longest_prescribed_word_wins() -> None:
    readings = {"一月": "yi1 yue4", "十一月": "shi2 yi1 yue4"}
    assert spelled("十一月", readings) == "[shi2][yi1][yue4]"
    assert spelled("一月十一月", readings) == "[yi1][yue4] [shi2][yi1][yue4]"


@pytest.mark.parametrize(
    ("engine", "package"), [("kokoro", "jieba"), ("kokoro", "onnxruntime"), ("kokoro", "misaki.zh"), ("gtts", "gtts")]
)
def test_a_voice_that_is_not_installed_says_how_to_get_it(
    engine: str, package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EngineMissing, match="make voice"):
        kokoro.Kokoro("xiaobei", tmp_path) if engine == "kokoro" else Gtts()


def test_an_unknown_voice_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="xiaobei, yunxi"):
        voices.style("nobody", tmp_path)


def test_every_voice_has_its_speed() -> None:
    assert kokoro.SPEEDS.keys() == voices.VOICES.keys()


def test_a_voice_that_is_another_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "zf_xiaobei.bin").write_bytes(bytes(1000))
    with pytest.raises(EngineMissing, match="SHA-256 differs"):
        voices.style("xiaobei", tmp_path)


# --- Fetching: npm is played by a script on the PATH -----------------------------------------------------------------


def npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let this be the only npm."""
    program = folder / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport io, sys, tarfile\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


PACKS = """
assert sys.argv[1:] == ["pack", "--silent", "kokoro-js@1.2.1"]
with tarfile.open("kokoro-js-1.2.1.tgz", "w:gz") as package:
    member = tarfile.TarInfo("package/voices/zf_xiaobei.bin")
    member.size = 5
    package.addfile(member, io.BytesIO(b"voice"))
"""


def test_a_voice_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(voices.VOICES, "xiaobei", ("zf_xiaobei.bin", hashlib.sha256(b"voice").hexdigest()))
    npm(tmp_path, monkeypatch, PACKS)
    assert voices.style("xiaobei", tmp_path / "voice") == b"voice"
    assert [file.name for file in (tmp_path / "voice").iterdir()] == ["zf_xiaobei.bin"]
    monkeypatch.setenv("PATH", "")
    assert voices.style("xiaobei", tmp_path / "voice") == b"voice"


@pytest.mark.parametrize(
    "script", ["sys.exit(1)", "pass", PACKS.replace("zf_", "zm_"), "open('x.tgz', 'w').write('no package')"]
)
def test_a_failed_fetch_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    npm(tmp_path, monkeypatch, script)
    with pytest.raises(EngineMissing, match=r"npm could not fetch kokoro-js@1\.2\.1"):
        voices.style("xiaobei", tmp_path / "voice")
    assert list((tmp_path / "voice").iterdir()) == []


def test_without_npm_it_says_where_the_voice_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineMissing, match=r"zf_xiaobei\.bin is missing and npm"):
        voices.style("xiaobei", tmp_path)
