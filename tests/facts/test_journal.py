"""A journal keeps whole lines whatever happened to the one before."""

import os
from pathlib import Path

import pytest

from facts import Fact, Journal, parse


def fact(number: int) -> Fact:
    return Fact(str(number), number, "menu", "c", data={"path": "1"})


def ids(file: Path) -> list[str]:
    return [parse(line).id for line in file.read_text(encoding="utf-8").splitlines()]


def test_facts_are_appended_and_survive_a_new_writer(tmp_path: Path) -> None:
    file = tmp_path / "ami.jsonl"
    for number in range(2):
        journal = Journal(file)
        journal.append([fact(number * 2), fact(number * 2 + 1)])
        journal.close()
    assert ids(file) == ["0", "1", "2", "3"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_note_is_a_fact_of_this_moment(tmp_path: Path) -> None:
    Journal(tmp_path / "ivr.jsonl").note("asked_agent", "1.2", queue="changsha", reason="key")
    found = parse((tmp_path / "ivr.jsonl").read_text().strip())
    assert (found.kind, found.call, found.queue, found.data) == ("asked_agent", "1.2", "changsha", {"reason": "key"})


def test_a_line_cut_off_by_a_killed_writer_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "ami.jsonl"
    file.write_text(fact(1).line() + "\n" + fact(2).line()[:-7])
    Journal(file).append([fact(3)])
    first, _, third = file.read_text().splitlines()
    assert (parse(first).id, parse(third).id) == ("1", "3")


def test_a_full_disk_costs_the_facts_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ami.jsonl"
    journal = Journal(file)
    journal.append([fact(1)])
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
        journal.append([fact(2)])
    assert journal.lost == 1
    journal.append([fact(3)])
    lines = file.read_text().splitlines()
    assert (len(lines), parse(lines[0]).id, parse(lines[2]).id) == (3, "1", "3")


def test_a_folder_that_is_gone_is_counted_and_harms_no_call(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "gone" / "ami.jsonl")
    journal.append([fact(1), fact(2)])
    assert journal.lost == 2


def test_a_large_file_is_left_and_none_is_renamed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "ami.jsonl", largest=200)
    for number in range(20):
        journal.append([fact(number)])
    files = sorted(tmp_path.iterdir(), key=lambda file: min(map(int, ids(file))))
    assert files[0].name == "ami.jsonl"
    assert len(files) > 3
    assert [one for file in files for one in ids(file)] == [str(number) for number in range(20)]
    assert all(file.stat().st_size < 300 for file in files)


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "ami.jsonl")
    journal.append([fact(1)])
    (tmp_path / "ami.jsonl").unlink()
    journal.append([fact(2)])
    assert ids(tmp_path / "ami.jsonl") == ["2"]
