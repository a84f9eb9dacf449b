"""Files on a real disk: what is told today, what is noticed without a restart, what is missing or wrong."""

import datetime as dt
import logging
from pathlib import Path

import pytest

from guide.article import Category
from guide.shelf import Shelf, contents
from sounds import Recordings

DAY = dt.date(2026, 11, 23)
ONE = dt.timedelta(days=1)


class Folder:
    """A guide's folder and its recordings."""

    def __init__(self, root: Path) -> None:
        self.root = root / "guide"
        self.recordings = Recordings(root / "voice")
        self.shelf = Shelf(self.root, self.recordings)

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def article(self, name: str, effective: dt.date = DAY, said: str = "可以提取", **more: object) -> Path:
        keys = {"title": "租房提取", "effective": effective, **more}
        return self.write(
            name, "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + f"---\n{said}\n"
        )

    def branch(self, name: str, district: str = "芙蓉区", **more: object) -> Path:
        keys = {"district": district, "name": "管理部", "address": "韶山路88号", "hours": "9:00-17:00", **more}
        return self.write(name, "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n")

    def voice(self) -> None:
        """Voice everything that stands there now."""
        for prompt in contents(self.root, ["changsha", "yueyang"]).prompts(DAY):
            file = self.recordings.file(prompt.id)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"\xd5" * 800)

    def told(self, centre: str = "changsha", day: dt.date = DAY, category: Category = Category.WITHDRAWAL) -> list[str]:
        """First words of each article."""
        return [one.said[0].text for one in self.shelf.articles(centre, category, day)]

    def mistakes(self) -> list[str]:
        return [str(found).removeprefix(f"{self.root}/") for found in contents(self.root, ["changsha"]).mistakes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "guide").mkdir()
    return Folder(tmp_path)


def test_a_new_version_takes_over_on_its_day_without_a_restart(folder: Folder) -> None:
    folder.article("shared/withdrawal/rent.md", DAY - 100 * ONE, "旧的规定")
    folder.article("shared/withdrawal/rent.2027.md", DAY + ONE, "新的规定")
    folder.voice()
    assert folder.told() == ["旧的规定"]
    assert folder.told(day=DAY + ONE) == ["新的规定"]


def test_a_centre_s_own_article_is_told_at_that_centre_only(folder: Folder) -> None:
    folder.article("shared/withdrawal/rent.md", said="全省的规定")
    folder.article("changsha/withdrawal/rent.md", said="长沙的规定")
    folder.article("changsha/withdrawal/buy.md", said="长沙购房", order=1)
    folder.voice()
    assert folder.told() == ["长沙购房", "长沙的规定"]
    assert folder.told("yueyang") == ["全省的规定"]
    assert folder.told(category=Category.LOAN) == []


def test_what_is_not_voiced_yet_leaves_the_version_before(folder: Folder) -> None:
    folder.article("shared/withdrawal/rent.md", DAY - ONE, "旧的规定")
    folder.voice()
    folder.article("shared/withdrawal/rent.2.md", DAY, "新的规定")
    folder.article("shared/withdrawal/buy.md", DAY, "购房规定")
    assert folder.told() == ["旧的规定"]
    folder.voice()
    assert folder.told() == ["购房规定", "新的规定"]


def test_a_changed_text_is_told_when_it_is_voiced_and_not_before(folder: Folder) -> None:
    folder.article("shared/withdrawal/rent.md", said="从前")
    folder.voice()
    assert folder.told() == ["从前"]
    folder.article("shared/withdrawal/rent.md", said="现在的话")
    assert folder.told() == []
    folder.voice()
    assert folder.told() == ["现在的话"]


def test_a_file_that_comes_or_goes_is_noticed(folder: Folder) -> None:
    assert folder.told() == []
    file = folder.article("shared/withdrawal/rent.md")
    folder.voice()
    assert folder.told() == ["可以提取"]
    file.unlink()
    assert folder.told() == []


def test_a_slip_of_the_pen_keeps_what_was_there_and_is_logged_once(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    file = folder.article("shared/withdrawal/rent.md")
    folder.voice()
    assert folder.told() == ["可以提取"]
    file.write_text("---\ntitle: 租房\n---\n可以\n", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert [folder.told() for _ in range(3)] == [["可以提取"]] * 3
    assert caplog.text.count("rent.md:1: effective: expected a day") == 1


def test_recordings_that_were_heard_once_stay_for_the_call(folder: Folder) -> None:
    """`hotline prompts build` removes old recordings while calls run."""
    folder.article("shared/withdrawal/rent.md")
    folder.voice()
    assert folder.told() == ["可以提取"]
    for file in folder.recordings.folder.rglob("*.alaw"):
        file.unlink()
    assert folder.told() == ["可以提取"]


def test_branches_come_in_their_order_and_only_voiced_ones(folder: Folder) -> None:
    folder.branch("changsha/branches/yuelu.md", "岳麓区", order=2)
    folder.branch("changsha/branches/furong.md", order=1, phone="0731-85550001")
    folder.voice()
    folder.branch("changsha/branches/tianxin.md", "天心区", order=3)
    found = folder.shelf.branches("changsha")
    assert [(one.code, one.district, one.phone) for one in found] == [
        ("furong", "芙蓉区", "0731-85550001"),
        ("yuelu", "岳麓区", ""),
    ]
    assert folder.shelf.branches("yueyang") == ()


def test_what_is_over_needs_no_voice_and_what_comes_does(folder: Folder) -> None:
    folder.article("shared/withdrawal/a.md", DAY - 9 * ONE, "过去", until=DAY - ONE)
    folder.article("shared/withdrawal/b.md", DAY - 9 * ONE, "今天为止", until=DAY)
    folder.article("shared/withdrawal/c.md", DAY + ONE, "将来")
    texts = [prompt.text for prompt in contents(folder.root, ()).prompts(DAY)]
    assert texts == ["租房提取", "今天为止", "租房提取", "将来"]


def test_hidden_and_other_files_are_nobody_s_business(folder: Folder) -> None:
    folder.write("shared/withdrawal/.rent.md.swp", "")
    folder.write("shared/withdrawal/.#rent.md", "")
    folder.write("shared/withdrawal/README.txt", "")
    folder.write("README.md", "")
    folder.write(".git/hooks/x.md", "")
    assert folder.mistakes() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nobody/loan/a.md", "nobody/loan/a.md: -: expected to lie in a folder of a folder: shared or the code of a"),
        ("shared/a.md", "shared/a.md: -: expected to lie in a folder of a folder"),
        ("shared/loan/old/a.md", "shared/loan/old/a.md: -: expected to lie in a folder of a folder"),
        ("shared/loans/a.md", "shared/loans/a.md: -: expected to lie in one of deposit, withdrawal, loan"),
        ("shared/branches/a.md", "shared/branches/a.md: -: expected to lie in one of deposit, withdrawal, loan"),
        ("shared/loan/贷款.md", "shared/loan/贷款.md: -: expected a name of small letters"),
        ("changsha/branches/a.2.md", "changsha/branches/a.2.md: -: a branch has one file, a.md"),
        ("changsha/branches/a.md", "changsha/branches/a.md:2: title: there is no such key; expected address"),
    ],
)  # fmt: skip
def test_a_file_in_the_wrong_place_is_named(folder: Folder, name: str, told: str) -> None:
    folder.article(name)
    assert folder.mistakes()[0].startswith(told)


def test_text_that_is_no_utf_8_is_named(folder: Folder) -> None:
    folder.article("shared/loan/a.md").write_bytes("---\ntitle: 租房".encode("gb18030"))
    assert folder.mistakes()[0].startswith("shared/loan/a.md: -: cannot be read: 'utf-8'")


def test_two_versions_of_a_day_and_more_than_eight_choices_are_named(folder: Folder) -> None:
    folder.article("shared/loan/a.md")
    folder.article("shared/loan/a.2.md")
    for number in range(7):
        folder.article(f"shared/loan/b{number}.md")
        folder.article(f"changsha/loan/b{number}.md")
        folder.branch(f"changsha/branches/b{number}.md")
    other = folder.root / "shared/loan/a.2.md"
    assert folder.mistakes() == [
        f"shared/loan/a.md: effective: {other} takes over on the same day; one of them must go"
    ]
    folder.article("changsha/loan/c.md")
    assert folder.mistakes()[1:] == ["changsha/loan: -: 9 to choose from; one key chooses among 8 at most"]


def test_a_folder_that_is_not_there_is_a_mistake_and_no_broken_call(tmp_path: Path) -> None:
    assert [mistake.key for mistake in contents(tmp_path / "nowhere", ()).mistakes] == ["guide.folder"]
    shelf = Shelf(tmp_path / "nowhere", Recordings(tmp_path))
    assert shelf.articles("changsha", Category.LOAN, DAY) == []
    assert shelf.branches("changsha") == ()
