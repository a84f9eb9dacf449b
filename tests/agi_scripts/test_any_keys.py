"""Whatever a caller presses, the call comes to an end in words or in the queue; chance plays the caller."""

import random

import pytest

from tests.agi_scripts.conftest import Hotline
from tests.agi_scripts.line import Line

QUESTIONS = 60
"""Then the caller hangs up, if the call is not over."""


def pressed(seed: int, person: dict[str, str]) -> list[str | None]:
    """Keys, silence and entries, right ones among them."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    keys = ["", *"123456789*", "*#", "12#", "#", "1" * 18, "0" * 6, "4301" + "*" * 14]
    entries = [person["account"] + "#", person["password"], person["id_number"].replace("X", "*"), person["card"][:18]]
    likely = chance.choices(["", *"1119*", *entries, *entries], k=QUESTIONS)
    return [chance.choice([one, one, one, chance.choice(keys)]) for one in likely] + [None]


def ends_well(line: Line) -> bool:
    """In words, on the way to a person, or because the caller went."""
    if line.gone:
        return "HL_NEXT" not in line.variables
    return (line.variables["HL_NEXT"], line.heard[-1]) in {("bye", "goodbye"), ("queue", "agent.connecting")}


@pytest.mark.parametrize("seed", range(25))
async def test_any_keys(hotline: Hotline, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    person = hotline.depositors[seed % len(hotline.depositors)]
    line = await hotline.call(*pressed(seed, person), callerid=f"1391234{seed:04d}")
    assert ends_well(line)
    assert [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []
    kept = (hotline.journal.read_text(encoding="utf-8") if hotline.journal.exists() else "") + repr(line.variables)
    assert not [secret for secret in ("password", "account", "id_number", "card") if person[secret] in kept]


@pytest.mark.parametrize("seed", range(25))
async def test_any_keys_and_then_zero(hotline: Hotline, seed: int) -> None:
    """0 leads to a person wherever one is, and at once."""
    before = pressed(seed, hotline.depositors[seed % len(hotline.depositors)])[: seed % 12]
    if before and len(before[-1] or "") == 18:
        before.append("*")  # else 0 could be the nineteenth digit of a card
    line = await hotline.call(*before, "0", None, callerid=f"1391235{seed:04d}")
    if not line.gone and len(line.answered) > len(before):
        assert line.answered[-1] == "0"
        assert line.variables["HL_NEXT"] == "queue"
    else:
        assert ends_well(line)
        assert not line.gone, "0 was asked for and passed over"
