"""Measuring a voice: everything is listened to once, values behind what callers hear before them. The listener is played."""

from pathlib import Path

from hotline.catalogue import catalogue
from hotline.listen import VALUES, listen, report, whole
from hotline.paths import PROJECT
from hotline.settings import load
from sounds import Prompt, Recordings

TEXTS = catalogue(load(PROJECT / "hotline.toml", {}), [Prompt("guide/shared/loan/rate/1", "一段政策")])


class Named(Recordings):
    """Each recording's sound is its name."""

    def audio(self, name: str) -> bytes:
        return f"[{name}]".encode()


class Listener:
    """Does not make out one syllable of the guide and of tails, and everything else well."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, Prompt, int]] = []

    def wrong(self, recording: bytes, prompt: Prompt, lead: int = 0) -> tuple[int, int, str]:
        self.heard.append((recording, prompt, lead))
        return len(prompt.text.replace("，", "")) - lead, int(prompt.id.startswith(("guide/", "account.tail "))), "?"


def test_every_prompt_is_listened_to_once_and_values_by_chance(tmp_path: Path) -> None:
    listener = Listener()
    scores = listen(TEXTS, Named(tmp_path), listener)
    alone = {name for name, prompt in TEXTS.items() if not prompt.tone and not name.startswith("value/")}
    assert {prompt.id for _, prompt, lead in listener.heard if not lead} == alone
    assert len([lead for _, _, lead in listener.heard if lead]) == 3 * VALUES
    tail = next(recording for recording, prompt, _ in listener.heard if prompt.id.startswith("account.tail "))
    assert tail.startswith(b"[account.tail]\xd5")
    assert tail.count(b"[value/pair/") == 2
    assert (scores["tails"].syllables, scores["tails"].wrong) == (4 * VALUES, VALUES)
    assert (scores["short guide"].syllables, scores["short guide"].wrong) == (4, 1)
    assert whole(scores).wrong == 1


def test_the_report_names_what_was_understood_worst(tmp_path: Path) -> None:
    scores = listen(TEXTS, Named(tmp_path), Listener())
    lines = report(scores).splitlines()
    assert any(line.split() == ["tails", "120", "syllables", "25.0%", "wrong"] for line in lines)
    assert lines[-1].startswith("  1 account.tail")
    assert len(lines) == len(scores) + 1 + 1 + 20
