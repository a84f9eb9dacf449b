"""`hotline call` as a person uses it."""

import json
import subprocess
from decimal import Decimal

import pytest

from ivr import speech
from tests.calls.talk import mobile
from tests.fixtures.instance import Instance

pytestmark = pytest.mark.xdist_group("calls")


GARBLED = "a sound that is no recording of ours"


def called(hotline: Instance, *words: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Call as a caller nobody knows yet; again when a machine that is starting other products garbled a sound."""
    for _ in range(3):
        done = hotline.command("call", *words, "--from", mobile(), text=text)
        if GARBLED not in done.stderr:
            break
    return done


def test_the_balance_from_the_command_line(hotline: Instance) -> None:
    depositor = hotline.depositors("yueyang")[1]
    keys = f"welcome:1 menu.query:1 verify.account:{depositor['account']}# verify.password:{depositor['password']}"
    done = called(hotline, "073012329", "--keys", "-", "--json", text=keys)
    assert done.returncode == 0, done.stderr
    story = json.loads(done.stdout)
    heard = [entry["ids"][0] for entry in story["heard"]]
    assert heard[:3] == ["welcome", "menu.query", "verify.notice"]
    texts = [entry["text"] for entry in story["heard"]]
    assert speech.amount(Decimal(depositor["balance"])).text in texts
    assert depositor["password"] not in done.stdout + done.stderr
    assert depositor["account"] not in done.stdout + done.stderr


def test_plain_keys_answer_questions_in_turn(hotline: Instance) -> None:
    done = called(hotline, "12329", "--keys", "1,*,hangup")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    told = [line.split()[2] for line in lines if " s  " in line and "over" not in line]
    assert told == [
        "welcome",
        "centre.current",
        "centre/changsha",
        "centre.change",
        "pressed",
        "menu.query",
        "pressed",
        "menu.main",
        "pressed",
    ]


def test_a_number_nobody_has(hotline: Instance) -> None:
    done = hotline.command("call", "4711")
    assert done.returncode == 1
    assert "404" in done.stderr


def test_nobody_there(hotline: Instance) -> None:
    done = hotline.command("call", "12329", "--server", "127.0.0.1:9", "--timeout", "2")
    assert done.returncode == 1
    assert "not answered" in done.stderr


def test_a_phone_that_is_not_known(hotline: Instance) -> None:
    done = hotline.command("call", "12329", "--account", "ag9999")
    assert done.returncode == 1
    assert "ROBOT_SECRET" in done.stderr


def test_keys_that_make_no_sense(hotline: Instance) -> None:
    done = hotline.command("call", "12329", "--keys", "menu.main:abc")
    assert done.returncode == 1
    assert "menu.main" in done.stderr
