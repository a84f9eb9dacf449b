"""As staff write it → as callers hear it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.spoken import spoken
from ivr.speech import Unspeakable
from sounds.catalogue import SPOKEN


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2017年6月30日起", "二零一七年六月三十日起"),
        ("从2026-07-01执行", "从二零二六年七月一日执行"),
        ("2026年调整，7月1日执行", "二零二六年调整，七月一日执行"),
        ("比例为5%-12%", "比例为百分之五到百分之十二"),
        ("年利率3.075%", "年利率百分之三点零七五"),
        ("最高60万元", "最高六十万元"),
        ("每次不少于10,000元", "每次不少于一万元"),
        ("每月1500.50元", "每月一千五百元五角"),
        ("1.2倍", "一点二倍"),
        ("拨打12329。", "拨打幺二三二九。"),
        ("共12329人", "共一万二千三百二十九人"),
        ("电话0731-85550001", "电话零七三幺，八五五五，零零零幺"),
        ("手机13812345678", "手机幺三八，幺二三四，五六七八"),
        ("9:00-12:00，13:30—17:00", "上午九点到十二点，下午一点半到五点"),
        ("8:30开门", "上午八点半开门"),
        ("韶山北路88号", "韶山北路八十八号"),
        ("金星中路268号1203室", "金星中路二六八号幺二零三室"),
        ("满2年，提取2次，第2次", "满两年，提取两次，第二次"),
        ("3至5年", "三到五年"),
        ("２０２６年 《办法》（试行）。", "二零二六年办法，试行。"),
        ("宽限15日，共115日", "宽限十五日，共一百一十五日"),
    ],
)  # fmt: skip
def test_what_staff_write_is_said_in_words(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("A座三楼", "'A' cannot be said"),
        ("2026年2月30日", "is no day"),
        ("8:70开门", "8:70 is no time of day"),
        ("17:00-9:00", "is no span of a day"),
        ("24:00关门", "24:00 is no time of day"),
        ("。", "nothing to say"),
        ("共9999999999999元", "million million"),
        ("见 http://a.cn", "cannot be said"),
    ],
)
def test_what_cannot_be_said_is_named(written: str, reason: str) -> None:
    with pytest.raises(Unspeakable, match=reason):
        spoken(written)


@given(
    st.text(alphabet=st.sampled_from("0123456789年月日号元万%:-.,~ 至第个人中心，。（）A/"), min_size=1, max_size=30)
)
def test_whatever_is_written_is_said_or_refused(written: str) -> None:
    try:
        said = spoken(written)
    except Unspeakable:
        return
    assert SPOKEN.fullmatch(said)
