"""As it is written → as it is said: 60万元 → 六十万元, 12329 → 幺二三二九, 8:30-17:00 → 上午八点半到下午五点. Pure.

Numbers are read by ivr/speech, which reads the callers' own figures too, so that an article and a balance sound alike.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from ivr import speech
from ivr.speech import Unspeakable
from sounds.catalogue import HAN, SPOKEN

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

TO = r"\s*(?:-+|–|—+|~|至|到)\s*"
MEASURES = "个年次套名人点位份张种笔项户天周"
"""Before these a lone 2 is 两."""

MARKS = str.maketrans(
    {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "，", ")": "，", "…": "，"}
    | dict.fromkeys("《》“”‘’「」【】\"' \t\n·")
)
"""What stands in a text besides words: said as a pause, or not at all."""


def spoken(text: str) -> str:
    """Give the words of a text; Unspeakable names what in it cannot be said."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, words in RULES:
        text = pattern.sub(words, text)
    text = re.sub("—+", "，", text.translate(MARKS))
    text = re.sub("，*([，。！？；：、])，*", r"\1", text).strip("，；：、")
    if strange := next((part for part in re.split(SPOKEN, text) if part), ""):
        raise Unspeakable(f"{strange!r} cannot be said; write it in Chinese characters")
    if not HAN.search(text):
        raise Unspeakable("there is nothing to say")
    return text


def _date(found: re.Match[str]) -> str:
    year, month, day = map(int, found.groups())
    try:
        return speech.date(dt.date(year, month, day)).text
    except ValueError:
        raise Unspeakable(f"{found[0]} is no day") from None


def _minute(hour: str, minute: str) -> int:
    if int(hour) > 24 or int(minute) > 59:
        raise Unspeakable(f"{hour}:{minute} is no time of day")
    return int(hour) * 60 + int(minute)


def _span(found: re.Match[str]) -> str:
    opens, closes = _minute(found[1], found[2]), _minute(found[3], found[4])
    if not opens < closes <= 24 * 60:
        raise Unspeakable(f"{found[0]} is no span of a day")
    return speech.span(opens, closes).text


def _clock(found: re.Match[str]) -> str:
    minute = _minute(found[1], found[2])
    if minute >= 24 * 60:
        raise Unspeakable(f"{found[0]} is no time of day")
    return speech.clock(dt.time(*divmod(minute, 60))).text


def _digits(found: re.Match[str]) -> str:
    return speech.digits(found[0]).text


def _telephone(found: re.Match[str]) -> str:
    """By fours from the end, as it is dictated: 零七三幺，八八八八，幺二三四."""
    digits = speech.digits(re.sub(r"\D", "", found[0])).text
    first = len(digits) - 8
    return "，".join(part for part in (digits[:first], digits[first:-4], digits[-4:]) if part)


def _each(digits: str) -> str:
    """Digits of a year or behind a point: 一, not 幺."""
    return speech.digits(digits).text.replace("幺", "一")


def _number(written: str) -> str:
    whole, _, places = written.partition(".")
    return speech.number(int(whole)).text + (f"点{_each(places)}" if places else "")


RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), lambda _: ""),
    (re.compile(r"(?<!\d)(\d{4})(?:年|-|/)(\d{1,2})(?:月|-|/)(\d{1,2})(?:[日号]|(?!\d))"), _date),
    (re.compile(r"(?<!\d)(\d{1,2}):(\d{2})" + TO + r"(\d{1,2}):(\d{2})(?!\d)"), _span),
    (re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)"), _clock),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)"), lambda found: _each(found[1])),
    # Telephone numbers: with an area code, of a mobile, 400, and the short ones of services.
    (re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4})(?!\d)"), _telephone),
    (re.compile(r"(?<!\d)(?:12|95|96|10)\d{3,4}(?![\d.%元万亿人户])"), _digits),
    # Numbers of houses and rooms are read as numbers up to two digits, one by one beyond.
    (re.compile(r"(?<![\d第.])\d{3,5}(?=[号室房])"), _digits),
    (re.compile(r"(?<=\d)([%‰]?)" + TO + r"(?=\d)"), lambda found: found[1] + "到"),
    (re.compile(r"(\d+(?:\.\d+)?)%"), lambda found: "百分之" + _number(found[1])),
    (re.compile(r"(\d+(?:\.\d+)?)‰"), lambda found: "千分之" + _number(found[1])),
    (re.compile(r"(\d+(?:\.\d{1,2})?)元"), lambda found: speech.amount(Decimal(found[1])).text),
    (re.compile(rf"(?<![\d.第])2(?=[{MEASURES}])"), lambda _: "两"),
    (re.compile(r"\d+(?:\.\d+)?"), lambda found: _number(found[0])),
)
"""In this order: what is left over by one is read by the next."""
