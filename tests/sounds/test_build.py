"""Only what changed is voiced again, each recording whole or not at all, and the check names what is amiss."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from sounds import Catalogue, NothingHeard, NotVoiced, Prompt, Recordings, alaw, check
from sounds.build import build, stale
from sounds.engines import Engine, Voice
from sounds.engines.studio import Studio
from tests.sounds.tones import Tones


def catalogue(*texts: tuple[str, str], tones: Sequence[str] = ()) -> Catalogue:
    return Catalogue({name: Prompt(name, text, tone=name in tones) for name, text in texts})


FIRST = catalogue(
    ("welcome", "您好"), ("menu.main", "请按一"), ("value/yuan/1", "一元"), ("beep", "嘀"), tones=["beep"]
)


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "voice")


def voiced(
    what: Catalogue, recordings: Recordings, engine: Engine | None = None, studio: Studio | None = None
) -> list[str]:
    """Build, and give what was voiced."""
    told: list[str] = []
    made = build(
        what, recordings, lambda: engine or Tones(), lambda done, total, prompt: told.append(prompt.id), studio
    )
    assert made == len(told)
    return told


def never() -> Engine:
    pytest.fail("the engine was made for nothing")


def findings(what: Catalogue, recordings: Recordings, *referred: str) -> dict[str, str]:
    return {finding.id: str(finding) for finding in check(what, recordings, referred)}


def test_everything_is_voiced_once(recordings: Recordings) -> None:
    engine = Tones()
    assert voiced(FIRST, recordings, engine) == list(FIRST)
    assert engine.spoken == ["welcome", "menu.main", "value/yuan/1"]
    assert not findings(FIRST, recordings, "welcome")
    build(FIRST, recordings, never, lambda *_: pytest.fail("nothing was stale"))


def test_files_are_where_asterisk_looks_and_nothing_else_is_left(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    files = sorted(str(file.relative_to(recordings.folder)) for file in recordings.folder.rglob("*") if file.is_file())
    assert files == ["beep.alaw", "manifest.json", "menu.main.alaw", "value/yuan/1.alaw", "welcome.alaw"]
    assert Path(f"{recordings.path('menu.main')}.alaw").is_absolute()
    assert recordings.audio("menu.main") == recordings.file("menu.main").read_bytes()


def test_pieces_of_values_are_trimmed_closer_than_prompts(recordings: Recordings) -> None:
    voiced(catalogue(("a", "请按一"), ("value/b", "请按一")), recordings)
    longer = len(recordings.audio("a")) - len(recordings.audio("value/b"))
    assert longer == pytest.approx(0.04 * alaw.RATE, abs=0.01 * alaw.RATE)


def test_only_a_changed_text_is_voiced_again(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    changed = Catalogue({**FIRST, "welcome": Prompt("welcome", "您好，再见")})
    assert list(findings(changed, recordings)) == ["welcome"]
    assert "changed since it was voiced" in findings(changed, recordings)["welcome"]
    assert voiced(changed, recordings) == ["welcome"]
    assert not findings(changed, recordings)


def test_a_changed_reading_is_a_change(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    told = Catalogue({**FIRST, "menu.main": Prompt("menu.main", "请按一", {"一": "yi1"})})
    assert voiced(told, recordings) == ["menu.main"]


def test_a_missing_file_is_named_and_made(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    recordings.file("value/yuan/1").unlink()
    assert list(findings(FIRST, recordings)) == ["value/yuan/1"]
    with pytest.raises(NotVoiced, match="value/yuan/1"):
        recordings.load(FIRST)
    assert voiced(FIRST, recordings) == ["value/yuan/1"]


def test_what_stands_in_no_catalogue_is_named_and_removed(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    fewer = Catalogue({name: prompt for name, prompt in FIRST.items() if name != "menu.main"})
    assert findings(fewer, recordings) == {"menu.main": "menu.main: is recorded but stands in no catalogue"}
    assert voiced(fewer, recordings) == []
    assert not recordings.file("menu.main").exists()
    assert "menu.main" not in recordings.manifest


def test_a_prompt_a_conversation_refers_to_must_exist(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    assert list(findings(FIRST, recordings, "welcome", "menu.lost")) == ["menu.lost"]


def test_an_empty_folder_lacks_everything(recordings: Recordings) -> None:
    assert list(findings(FIRST, recordings)) == list(FIRST)
    assert [prompt.id for prompt in stale(FIRST, recordings)] == list(FIRST)


class Fails(Tones):
    """Breaks down at one prompt."""

    def __init__(self, at: str, how: Callable[[], Voice]) -> None:
        super().__init__()
        self.at, self.how = at, how

    def speak(self, prompt: Prompt) -> Voice:
        return self.how() if prompt.id == self.at else super().speak(prompt)


def _interrupted() -> Voice:
    raise KeyboardInterrupt


def test_an_interrupted_build_goes_on_where_it_stopped(recordings: Recordings) -> None:
    with pytest.raises(KeyboardInterrupt):
        voiced(FIRST, recordings, Fails("menu.main", _interrupted))
    assert voiced(FIRST, recordings) == ["menu.main", "value/yuan/1", "beep"]


def test_a_silent_voice_is_named_and_the_old_recording_stays(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    before = recordings.file("welcome").read_bytes()
    changed = Catalogue({**FIRST, "welcome": Prompt("welcome", "再见")})
    with pytest.raises(NothingHeard, match=r"^welcome: "):
        voiced(changed, recordings, Fails("welcome", lambda: np.zeros(24000, dtype=np.float32)))
    assert recordings.file("welcome").read_bytes() == before
    assert list(findings(changed, recordings)) == ["welcome"]


# --- Studio recordings -----------------------------------------------------------------------------------------------


def take(folder: Path, name: str, *, rate: int = 44100, seconds: float = 1.0, kind: str = "int16") -> None:
    """A speaker's recording: a tone of two channels."""
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    scaled = {"int16": wave * 32767, "uint8": wave * 127 + 128, "int32": wave * (2**31 - 1), "float32": wave}[kind]
    file = folder / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    wavfile.write(file, rate, np.stack([scaled, scaled], axis=1).astype(kind))


@pytest.mark.parametrize("kind", ["int16", "uint8", "int32", "float32"])
def test_a_studio_s_recording_replaces_the_engine_s(recordings: Recordings, tmp_path: Path, kind: str) -> None:
    voiced(FIRST, recordings)
    take(tmp_path / "studio", "menu.main", seconds=3.0, kind=kind)
    studio, engine = Studio(tmp_path / "studio"), Tones()
    assert voiced(FIRST, recordings, engine, studio) == ["menu.main"]
    assert engine.spoken == []
    assert len(recordings.audio("menu.main")) == pytest.approx(3.18 * alaw.RATE, abs=400)
    assert not findings(FIRST, recordings)
    assert voiced(FIRST, recordings, studio=studio) == []


def test_a_new_take_is_noticed_and_outlives_the_folder(recordings: Recordings, tmp_path: Path) -> None:
    take(tmp_path / "studio", "value/yuan/1", seconds=1.0)
    voiced(FIRST, recordings, studio=Studio(tmp_path / "studio"))
    take(tmp_path / "studio", "value/yuan/1", seconds=2.0)
    assert voiced(FIRST, recordings, studio=Studio(tmp_path / "studio")) == ["value/yuan/1"]
    assert voiced(FIRST, recordings) == []


def test_a_take_of_another_text_is_not_kept(recordings: Recordings, tmp_path: Path) -> None:
    take(tmp_path / "studio", "welcome")
    voiced(FIRST, recordings, studio=Studio(tmp_path / "studio"))
    changed = Catalogue({**FIRST, "welcome": Prompt("welcome", "再见")})
    assert list(findings(changed, recordings)) == ["welcome"]


def test_a_file_that_is_no_sound_is_named(recordings: Recordings, tmp_path: Path) -> None:
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "welcome.wav").write_text("no sound")
    with pytest.raises(NothingHeard, match=r"^welcome: .*welcome\.wav is no WAV file"):
        voiced(FIRST, recordings, studio=Studio(tmp_path / "studio"))


def test_the_manifest_is_readable_in_a_review(recordings: Recordings) -> None:
    voiced(FIRST, recordings)
    lines = (recordings.folder / "manifest.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(FIRST) + 2, "one line a prompt, so that a changed text is one changed line"
    assert json.loads("".join(lines)) == {name: prompt.fingerprint for name, prompt in FIRST.items()}
