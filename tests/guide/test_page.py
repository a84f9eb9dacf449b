"""A file's front matter and paragraphs, each mistake with its line."""

import pytest

from guide.exceptions import GuideError
from guide.page import Paragraph, read


def test_keys_and_paragraphs_come_with_their_lines() -> None:
    page = read(
        "---\ntitle: 租房提取\norder: 010\npinyin: {行长: hang2 zhang3}\n---\n<!-- 给同事看 -->\n\n# 不读的标题\n\n"
        "本市**没有**住房的，\n可以提取。<!-- 也不读 -->\n\n- 带身份证\n- 带银行卡\n",
        "a.md",
    )
    assert page.keys == {"title": "租房提取", "order": "010", "pinyin": {"行长": "hang2 zhang3"}}
    assert page.lines == {"title": 2, "order": 3, "pinyin": 4}
    assert page.paragraphs == (
        Paragraph("本市没有住房的，可以提取。", 10),
        Paragraph("带身份证", 13),
        Paragraph("带银行卡", 14),
    )


def test_times_stay_as_they_are_written() -> None:
    """YAML 1.1 reads 8:30 as 510, and NO as false."""
    assert read("---\nhours: 8:30\nname: NO\n---\n", "a.md").keys == {"hours": "8:30", "name": "NO"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.md:1: -: expected front matter"),
        ("没有开头\n", "a.md:1: -: expected front matter"),
        ("---\ntitle: 租房\n", "a.md:1: -: expected front matter"),
        ("---\n租房\n---\n", "a.md:2: -: expected keys"),
        ("---\ntitle: 租房\nuntil: [\n---\n", "a.md:3: -: front matter: "),
        ("---\ntitle: a\ntitle: b\n---\n", "a.md:3: title: stands twice"),
        ("---\ntitle:\n  - a\n---\n", "a.md:2: title: expected plain text"),
        ("---\ntitle: a\n---\n文字\n\n看[这里](http://x)\n", "a.md:6: text: link cannot be said"),
        ("---\ntitle: a\n---\n```\n代码\n```\n", "a.md:4: text: fence cannot be said"),
        ("---\ntitle: a\n---\n\n<b>字</b>\n", "a.md:5: text: html_inline cannot be said"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(GuideError) as refused:
        read(text, "a.md")
    assert str(refused.value).startswith(told)
