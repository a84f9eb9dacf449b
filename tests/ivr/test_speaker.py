"""What is said becomes one file, and no longer than it is played."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.exceptions import UnsafeFolder
from ivr.speaker import BREATH, Speaker
from ivr.speech import Utterance
from sounds import NotVoiced, Recordings

TEN_YUAN = Utterance("十元", ("ten", "yuan"))


def audio(path: str) -> bytes:
    return Path(f"{path}.alaw").read_bytes()


def test_a_single_prompt_is_played_from_its_own_place(speaker: Speaker, recordings: Recordings, memory: Path) -> None:
    with speaker.clip(("welcome",)) as clip:
        assert clip.path == recordings.path("welcome")
        assert clip.seconds == pytest.approx(0.1)
    assert list(memory.iterdir()) == []


def test_prompts_are_joined_once_and_kept(speaker: Speaker) -> None:
    with speaker.clip(("key.wrong", "menu")) as first:
        assert audio(first.path) == b"\x04" * 800 + BREATH + b"\x02" * 800
        assert first.seconds == pytest.approx(0.35)
    with speaker.clip(("key.wrong", "menu")) as second:
        assert second == first
        assert audio(second.path)


def test_a_value_is_one_file_that_only_the_owner_reads_and_that_is_removed(speaker: Speaker, memory: Path) -> None:
    with speaker.clip(("ask", TEN_YUAN)) as clip:
        assert audio(clip.path) == b"\x03" * 800 + BREATH + b"\x06" * 800 + b"\x07" * 800
        assert Path(f"{clip.path}.alaw").stat().st_mode & 0o777 == 0o600
    assert list(memory.iterdir()) == []
    assert memory.stat().st_mode & 0o777 == 0o700


def test_a_value_is_removed_when_the_caller_hangs_up(speaker: Speaker, memory: Path) -> None:
    with pytest.raises(ConnectionError), speaker.clip((TEN_YUAN,)):
        raise ConnectionError
    assert list(memory.iterdir()) == []


def test_two_callers_with_the_same_value_have_two_files(speaker: Speaker) -> None:
    with speaker.clip((TEN_YUAN,)) as one, speaker.clip((TEN_YUAN,)) as other:
        assert one.path != other.path


def test_saying_nothing_is_a_short_silence(speaker: Speaker) -> None:
    with speaker.clip(()) as clip:
        assert audio(clip.path) == b"\xd5" * 800


def test_a_prompt_that_was_voiced_again_is_heard_after_a_restart(
    speaker: Speaker, recordings: Recordings, memory: Path
) -> None:
    with speaker.clip(("welcome", "menu")) as old:
        recordings.file("menu").write_bytes(b"\x99" * 400)
        again = Speaker(Recordings(recordings.folder), memory)
        with again.clip(("welcome", "menu")) as new:
            assert audio(new.path).endswith(b"\x99" * 400)
        assert audio(old.path).endswith(b"\x02" * 800), "what is being played does not change"


def test_a_kept_file_that_vanished_is_made_again(speaker: Speaker, memory: Path) -> None:
    with speaker.clip(("welcome", "menu")):
        pass
    for file in memory.iterdir():
        file.unlink()
    with speaker.clip(("welcome", "menu")) as clip:
        assert audio(clip.path)


def test_what_a_killed_worker_left_is_removed_and_what_a_running_one_plays_is_not(
    speaker: Speaker, recordings: Recordings, memory: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = memory / f"{ended.pid}-0123.alaw"
    left.write_bytes(b"\xd5")
    with speaker.clip((TEN_YUAN,)) as playing, speaker.clip(("welcome", "menu")) as kept:
        Speaker(recordings, memory)
        assert not left.exists()
        assert audio(playing.path)
        assert audio(kept.path)


def test_a_folder_of_somebody_else_is_not_used(
    recordings: Recordings, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: memory.stat().st_uid + 1)
    with pytest.raises(UnsafeFolder):
        Speaker(recordings, memory)


def test_a_prompt_without_recording_names_itself(speaker: Speaker) -> None:
    with pytest.raises(NotVoiced, match="nothing"), speaker.clip(("nothing",)):
        pass
