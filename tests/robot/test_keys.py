import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.keys import KeysError, Step, asks, masked, parse


def test_steps_by_prompt_by_time_and_in_turn() -> None:
    assert parse("welcome:1 menu.query:1,verify.account:43010219900101002*# @25s:0 +2.5:9 1 hangup") == (
        Step("1", prompt="welcome"),
        Step("1", prompt="menu.query"),
        Step("43010219900101002*#", prompt="verify.account"),
        Step("0", at=25.0),
        Step("9", after=2.5),
        Step("1"),
        Step("hangup"),
    )


def test_an_empty_line_presses_nothing() -> None:
    assert parse("  ") == ()


@pytest.mark.parametrize("wrong", ["menu.main:", "1a", "@:1", "@1.2.3:1", "menu main:x", "hangup:1:2"])
def test_what_is_no_step_is_named(wrong: str) -> None:
    with pytest.raises(KeysError):
        parse(wrong)


def test_a_complaint_shows_no_digits() -> None:
    with pytest.raises(KeysError) as complaint:
        parse("verify.password:123456x")
    assert "123456" not in str(complaint.value)


@given(st.from_regex(r"[0-9]{2,7}#?", fullmatch=True), st.sampled_from(["", "verify.password", "menu.main"]))
def test_a_short_entry_may_be_a_password_and_is_never_shown(press: str, prompt: str) -> None:
    assert not any(key.isdigit() for key in masked(press, prompt))


@given(st.from_regex(r"[0-9]{8,19}#?", fullmatch=True))
def test_of_an_account_the_last_four_are_shown(press: str) -> None:
    shown = masked(press, "verify.account")
    assert shown.strip("•#") == press.rstrip("#")[-4:]
    assert len(shown) == len(press)


def test_a_long_pin_is_not_shown_either() -> None:
    assert masked("123456789012#", "seat.pin") == "••••••••••••#"


def test_single_keys_are_shown() -> None:
    assert [masked(key) for key in ("1", "*", "#", "hangup")] == ["1", "*", "#", "hangup"]


def test_prompts_that_ask() -> None:
    assert asks("业务查询，请按一。")
    assert asks("请输入六位查询密码。")
    assert not asks("为了保护您的账户，下面需要核对您的账号和密码。您输入的内容只用于本次查询。")
