"""Engines: readings come first, and what is missing is told in a sentence."""

import sys
from pathlib import Path

import pytest

from sounds import EngineMissing
from sounds.engines import kokoro
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
        kokoro._voice("nobody", tmp_path)


def test_a_voice_that_was_not_fetched_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"zf_xiaobei\.bin is missing; run `make voice`"):
        kokoro._voice("xiaobei", tmp_path)


def test_a_voice_that_is_another_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "zf_xiaobei.bin").write_bytes(bytes(kokoro.STYLES * 256 * 4))
    with pytest.raises(EngineMissing, match="SHA-256 differs"):
        kokoro._voice("xiaobei", tmp_path)
