"""What a listener made out, by sound, whatever signs it was written in."""

import pytest

from sounds import transcript

READ = {"零": ["ling"], "一": ["yi"], "二": ["er"], "五": ["wu"], "百": ["bai"], "分": ["fen", "bin"], "之": ["zhi"]}
READ |= {
    "还": ["hai", "huan"],
    "環": ["huan"],
    "款": ["kuan"],
    "请": ["qing"],
    "按": ["an"],
    "暗": ["an"],
    "要": ["yao"],
}
READ |= {"点": ["dian"], "三": ["san"], "十": ["shi"]}


def missed(text: str, written: str, pinyin: dict[str, str] | None = None, lead: int = 0) -> int:
    said = transcript.expected(text, pinyin or {}, lambda part: [READ[sign][0] for sign in part])
    variants = transcript.heard(
        written, lambda sign: READ.get(sign, ["?"]), lambda number: {"15": "十五"}.get(number, "二")
    )
    return min(transcript.wrong(said[lead:], heard, behind=lead > 0) for heard in variants)


@pytest.mark.parametrize(
    ("text", "written", "count"),
    [
        ("请按一。", "请按一", 0),
        ("请按一。", "请暗1", 0),
        ("请按一。", "请按", 1),
        ("请按一。", "", 3),
        ("请按一。", "请按一二", 1),
        ("请按一。", "款按一", 1),
        ("百分之五", "5%", 0),
        ("百分之三点五", "3.5%", 0),
        ("十五", "15", 0),
        ("一五", "15", 0),
        ("还款", "环款", 1),
        ("还款", "還款", 1),
    ],
)
def test_syllables_are_compared_by_sound(text: str, written: str, count: int) -> None:
    assert missed(text, written) == count


def test_prescribed_readings_are_what_is_expected_and_any_reading_of_a_sign_counts() -> None:
    pinyin = {"还款": "huan2 kuan3"}
    assert missed("请还款", "请还款", pinyin) == 0
    assert missed("请还款", "请環款", pinyin) == 0
    assert transcript.expected("还款还", pinyin, lambda part: [READ[sign][0] for sign in part]) == [
        "huan",
        "kuan",
        "hai",
    ]


def test_the_spelled_one_is_heard_as_yao_or_one() -> None:
    assert transcript.wrong(["yao"], next(transcript.heard("1", lambda _: ["yi"], str))) == 0


def test_only_what_stands_behind_the_lead_counts() -> None:
    assert missed("还款一五", "三三三15", lead=2) == 0
    assert missed("还款一五", "还款五", lead=2) == 1
