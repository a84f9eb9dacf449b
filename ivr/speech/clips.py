"""The recorded pieces that values are spoken from.

A neural voice says single syllables badly and groups well ("五十六元", "七百"), so a piece is a group as it is spoken in
one breath. Rare meetings (零 before a whole 千 after an empty 万) fall back to the few single words at the end.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

DIGITS = "零一二三四五六七八九"
# 一 is said yāo where digits are read one by one, lest it be heard as 七.
SPELLED = "零幺二三四五六七八九"
YEARS = range(1950, 2060)
WEEKDAYS = "一二三四五六天"
PARTS = ((6, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (19, "下午"))
"""Before which hour which part of the day it is; then the evening."""


def tens(value: int, *, inner: bool) -> str:
    """1–99 in words; inside a larger number 10–19 keep their 一: 二百一十五."""
    ten, one = divmod(value, 10)
    words = DIGITS[one] if one else ""
    if not ten:
        return words
    return ("" if ten == 1 and not inner else DIGITS[ten]) + "十" + words


def counted(value: int, unit: str) -> str:
    """0–99 of something: 两, not 二, stands alone before what is counted."""
    return ("两" if value == 2 else tens(value, inner=False) if value else "零") + unit


def part_of_day(hour: int) -> str:
    """凌晨, 早上, 上午, 中午, 下午 or 晚上; hour 24 ends the evening."""
    return next((part for end, part in PARTS if hour < end), "晚上")


def twelve(hour: int) -> int:
    """The hour as a clock face shows it; midnight at the day's beginning is 0."""
    return hour and (hour - 1) % 12 + 1


def _times() -> Iterator[tuple[str, str]]:
    """Whole and half hours, alone and as the end of a span: with the part of the day, and without."""
    for hour in range(25):
        face = twelve(hour)
        oclock = ("零" if not face else "两" if face == 2 else tens(face, inner=False)) + "点"
        for half, words in (("", oclock), ("_half", oclock + "半")):
            if hour < 24 or not half:
                yield f"value/clock/{hour}{half}", part_of_day(hour) + words
                yield f"value/up_to/{hour}{half}", "到" + part_of_day(hour) + words
            if hour <= 12:
                yield f"value/until/{hour}{half}", "到" + words


@cache
def clips() -> Mapping[str, str]:
    """Every recorded piece: id → what it says."""
    found: dict[str, str] = {}
    for unit, sign in (("yuan", "元"), ("wan", "万"), ("n", "")):
        for value in range(1, 100):
            found[f"value/{unit}/{value}"] = tens(value, inner=False) + sign
            if 10 <= value <= 19:
                found[f"value/{unit}/inner{value}"] = tens(value, inner=True) + sign
        for digit in range(1, 10):
            found[f"value/{unit}/zero{digit}"] = "零" + DIGITS[digit] + sign
            found[f"value/{unit}/hundred{digit}"] = DIGITS[digit] + "百" + sign
            found[f"value/{unit}/thousand{digit}"] = DIGITS[digit] + "千" + sign
    for digit in range(1, 10):
        found[f"value/n/zerohundred{digit}"] = "零" + DIGITS[digit] + "百"
        found[f"value/yuan/zerohundred{digit}"] = "零" + DIGITS[digit] + "百元"
        found[f"value/jiao/{digit}"] = DIGITS[digit] + "角"
        found[f"value/fen/{digit}"] = DIGITS[digit] + "分"
        found[f"value/fen/zero{digit}"] = "零" + DIGITS[digit] + "分"
    found |= {f"value/yuan/zero{value}": "零" + tens(value, inner=True) + "元" for value in range(10, 100)}
    found |= {f"value/year/{year}": "".join(DIGITS[int(digit)] for digit in str(year)) + "年" for year in YEARS}
    found |= {f"value/years/{years}": counted(years, "年") for years in range(1, 41)}
    found |= {f"value/months/{months}": counted(months, "个月") for months in range(12)}
    found |= {f"value/months/zero{months}": "零" + counted(months, "个月") for months in range(1, 12)}
    found |= {f"value/month/{month}": tens(month, inner=False) + "月" for month in range(1, 13)}
    found |= {f"value/day/{day}": tens(day, inner=False) + "日" for day in range(1, 32)}
    found |= {f"value/pair/{a}{b}": SPELLED[a] + SPELLED[b] for a in range(10) for b in range(10)}
    found |= {f"value/digit/{digit}": SPELLED[digit] for digit in range(10)}
    found |= dict(_times())
    found |= {f"value/people/{count}": counted(count, "位") for count in range(1, 51)}
    found |= {f"value/minutes/{count}": counted(count, "分钟") for count in range(1, 31)}
    found |= {f"value/weekday/{number}": f"星期{name}" for number, name in enumerate(WEEKDAYS, 1)}
    found |= {f"value/to_weekday/{number}": f"到星期{name}" for number, name in enumerate(WEEKDAYS, 1) if number > 1}
    found |= {
        "value/word/ten_minutes": "十分",
        "value/word/every_day": "每天",
        "value/word/today": "今天",
        "value/word/tomorrow": "明天",
        "value/word/day_after": "后天",
        "value/word/morning": "上午",
        "value/word/afternoon": "下午",
        "value/yuan/0": "零元",
        "value/word/minus": "负",
        "value/word/zero": "零",
        "value/word/wan": "万",
        "value/word/yi": "亿",
        "value/word/yuan": "元",
    }
    return MappingProxyType(found)


@cache
def ids() -> Mapping[str, str]:
    """The same the other way round: words → id, for the pieces that numbers are cut into."""
    return MappingProxyType(
        {
            text: clip
            for clip, text in clips().items()
            if clip.split("/")[1] in {"yuan", "wan", "n", "jiao", "fen", "word"}
        }
    )
