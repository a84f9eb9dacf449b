"""The guide as callers hear it: chosen by keys, read, heard again, left by *; nobody is asked who they are."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from guide.shelf import Contents, contents
from tests.agi_scripts.conftest import SHANGHAI, Hotline, answering

TODAY = dt.date(2026, 11, 23)
SHARED = Path("shared/withdrawal")


class Clock:
    """The moment it is, in UTC."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


class Folder:
    """A guide's folder that a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def article(self, name: str, title: str, said: str, effective: dt.date = TODAY) -> None:
        self._write(name, f"---\ntitle: {title}\neffective: {effective}\n---\n{said}\n")

    def branch(self, code: str, district: str, name: str) -> None:
        keys = {"district": district, "name": name, "address": f"{name}路1号", "hours": "9:00-17:00"}
        front = "".join(f"{key}: {value}\n" for key, value in keys.items())
        self._write(f"changsha/branches/{code}.md", f"---\n{front}---\n")

    def _write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def heard(self, line: str) -> str:
        """The line with the words of the guide for its recordings' ids."""
        found: Contents = contents(self.root, ["changsha"])
        for prompt in found.prompts(TODAY):
            line = line.replace(prompt.id, prompt.text)
        return line


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "guide")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hotline(tmp_path: Path, folder: Folder, clock: Clock) -> AsyncIterator[Hotline]:
    """A hotline whose database is away: the guide asks nobody."""
    engine: AsyncEngine = create_async_engine(f"postgresql+asyncpg://nobody@/none?host={tmp_path}")
    async with answering(engine, tmp_path, clock=clock, guide_folder=folder.root) as hotline:
        yield hotline
    await engine.dispose()


async def test_articles_are_chosen_by_key_read_and_left(hotline: Hotline, folder: Folder) -> None:
    folder.article("shared/withdrawal/a.md", "租房提取", "租房的规定。\n\n请带身份证。")
    folder.article("changsha/withdrawal/b.md", "购房提取", "购房的规定。")
    line = await hotline.call("2", "2", "2", "*", "1", "9", "*", "*", "0")
    titles = "guide.articles 租房提取 press.1 购房提取 press.2"
    rent = "租房提取 租房的规定。 请带身份证。 menu.again"
    assert folder.heard(line.said()).endswith(
        f"menu.guide {titles} 购房提取 购房的规定。 menu.again {titles} {rent} {rent} {titles} menu.guide agent.connecting"
    )
    assert hotline.facts("guide") == [
        {"what": "withdrawal", "article": "b", "owner": "changsha", "effective": "2026-11-23"},
        {"what": "withdrawal", "article": "a", "owner": "shared", "effective": "2026-11-23"},
    ]
    assert "verify.notice" not in line.heard


@pytest.mark.parametrize(("key", "category"), [("1", "deposit"), ("2", "withdrawal"), ("3", "loan")])
async def test_the_only_article_is_read_at_once(hotline: Hotline, folder: Folder, key: str, category: str) -> None:
    folder.article(f"shared/{category}/a.md", "唯一一篇", "就这一句")
    line = await hotline.call("2", key, "*", "0")
    assert folder.heard(line.said()).endswith("menu.guide 唯一一篇 就这一句 menu.again menu.guide agent.connecting")


async def test_wrong_and_missing_keys_are_asked_again(hotline: Hotline, folder: Folder) -> None:
    for name in "abc":
        folder.article(f"shared/loan/{name}.md", "题目", "内容")
    line = await hotline.call("2", "3", "4", "", "3", "0")
    assert "key.wrong guide.articles" in line.said()
    assert "key.missing guide.articles" in line.said()
    assert folder.heard(line.said()).endswith("题目 内容 menu.again agent.connecting")


async def test_eight_articles_have_a_key_each(hotline: Hotline, folder: Folder) -> None:
    for number in range(1, 10):
        folder.article(f"shared/loan/a{number}.md", "题目", "一二三四五六七八九"[number - 1])
    line = await hotline.call("2", "3", "8", "0")
    assert "press.8" in line.heard
    assert folder.heard(line.said()).endswith("题目 八 menu.again agent.connecting")


async def test_a_new_policy_takes_over_at_midnight_in_shanghai(hotline: Hotline, folder: Folder, clock: Clock) -> None:
    folder.article("shared/loan/rate.md", "贷款利率", "旧利率", TODAY - dt.timedelta(days=300))
    folder.article("shared/loan/rate.2.md", "贷款利率", "新利率", TODAY + dt.timedelta(days=1))
    midnight = dt.datetime(2026, 11, 24, tzinfo=SHANGHAI).astimezone(dt.UTC)
    for now, said in ((midnight - dt.timedelta(seconds=1), "旧利率"), (midnight, "新利率")):
        clock.now = now
        line = await hotline.call("2", "3", "0")
        assert folder.heard(line.said()).endswith(f"贷款利率 {said} menu.again agent.connecting")


async def test_what_staff_write_while_it_runs_is_told(hotline: Hotline, folder: Folder) -> None:
    line = await hotline.call("2", "3", "*", "0")
    assert line.said().endswith("menu.guide guide.none menu.guide agent.connecting")
    folder.article("shared/loan/rate.md", "贷款利率", "新写的")
    line = await hotline.call("2", "3", "0")
    assert folder.heard(line.said()).endswith("贷款利率 新写的 menu.again agent.connecting")


async def test_branches_are_told_by_district(hotline: Hotline, folder: Folder) -> None:
    folder.branch("furong", "芙蓉区", "芙蓉部")
    folder.branch("xian", "长沙县", "县城部")
    folder.branch("xing", "长沙县", "星沙部")
    line = await hotline.call("2", "4", "1", "*", "2", "2", "*", "*", "*", "0")
    districts = "guide.districts 芙蓉区 press.1 长沙县 press.2"
    there = "guide.branches 县城部 press.1 星沙部 press.2"
    assert folder.heard(line.said()).endswith(
        f"menu.guide {districts} 芙蓉部 芙蓉部路一号 上午九点到下午五点 menu.again {districts} "
        f"{there} 星沙部 星沙部路一号 上午九点到下午五点 menu.again {there} {districts} menu.guide agent.connecting"
    )
    assert [fact["branch"] for fact in hotline.facts("guide")] == ["furong", "xing"]


async def test_the_only_branch_is_told_at_once_and_star_leaves_it(hotline: Hotline, folder: Folder) -> None:
    folder.branch("furong", "芙蓉区", "芙蓉部")
    line = await hotline.call("2", "4", "*", "0")
    assert folder.heard(line.said()).endswith(
        "menu.guide 芙蓉部 芙蓉部路一号 上午九点到下午五点 menu.again menu.guide agent.connecting"
    )


async def test_a_centre_without_branches_offers_a_person(hotline: Hotline) -> None:
    line = await hotline.call("2", "4", "0")
    assert line.said().endswith("menu.guide guide.branch.none agent.connecting")
    assert hotline.facts("asked_agent")[0]["reason"] == "guide"
