"""What a caller hears and where the call goes, key by key."""

from decimal import Decimal

import pytest

from ivr import speech
from tests.agi_scripts.conftest import Hotline
from tests.agi_scripts.line import Line

MESSAGE = "message.ask beep message.choose message.thanks message.number message.number.again"


def spoken(value: str) -> str:
    return " ".join(speech.amount(Decimal(value)).clips)


async def test_the_balance_is_the_databases(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    line = await hotline.call("1", "1", person["account"] + "#", person["password"], "0")
    assert line.heard[:3] == ["welcome", "menu.main", "menu.query"]
    year, month = map(int, person["paid_until"].split("-"))
    assert [
        "account.tail", *speech.digits(person["account"][-4:]).clips,
        "account.balance", *speech.amount(Decimal(person["balance"])).clips,
        "account.monthly", *speech.amount(Decimal(person["monthly_deposit"])).clips,
        "account.employer", *speech.amount(Decimal(person["monthly_deposit"]) / 2).clips,
        "account.own", *speech.amount(Decimal(person["monthly_deposit"]) / 2).clips,
        "account.paid_until", *speech.month(year, month).clips,
        "status.normal", "account.more", "agent.connecting",
    ] == line.heard[line.heard.index("account.tail") :]  # fmt: skip
    assert (line.variables["HL_NEXT"], line.variables["HL_QUEUE"]) == ("queue", "changsha")
    assert hotline.facts("menu") == [{"path": "1"}, {"path": "1/1"}]
    assert hotline.facts("verified") == [{"ok": True, "login": "account"}]


async def test_nine_says_the_figures_again(hotline: Hotline) -> None:
    person = hotline.depositors[1]
    line = await hotline.call("1", "1", person["account"] + "#", person["password"], "9", "0")
    assert line.said().count(spoken(person["balance"])) == 2


async def test_an_id_number_ends_at_its_last_character_and_x_is_a_star(hotline: Hotline) -> None:
    person = next(one for one in hotline.depositors if one["id_number"].endswith("X"))
    line = await hotline.call("1", "1", person["id_number"].replace("X", "*"), person["password"], "0")
    assert spoken(person["balance"]) in line.said()
    assert hotline.facts("verified") == [{"ok": True, "login": "id"}]


async def test_a_card_of_nineteen_digits_serves_as_well(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    assert len(person["card"]) == 19
    line = await hotline.call("1", "1", person["card"][:18], person["card"][18:], person["password"], "0")
    assert spoken(person["balance"]) in line.said()
    assert hotline.facts("verified") == [{"ok": True, "login": "card"}]


async def test_a_wrong_check_character_is_told_before_any_look_up(hotline: Hotline) -> None:
    right = hotline.depositors[0]["id_number"]
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    line = await hotline.call("1", "1", wrong, "0#")
    assert "verify.id.wrong verify.account" in line.said()
    assert not hotline.facts("verified")


async def test_nobody_enters_a_password_twice_in_a_call(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    line = await hotline.call("1", "1", person["account"] + "#", person["password"], "*", "1", "0")
    assert line.heard.count("verify.password") == 1
    assert line.said().count(spoken(person["balance"])) == 2


async def test_nor_after_waiting_for_a_person_in_vain(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    before = await hotline.call("1", "1", person["account"] + "#", person["password"], "0")
    line = await hotline.call(
        "*", "1", "1", "0", route="after_queue", variables=before.variables | {"QUEUESTATUS": "JOINEMPTY"}
    )
    assert not {"verify.account", "verify.password"} & set(line.heard)
    assert spoken(person["balance"]) in line.said()


async def test_whose_password_was_wrong_is_nobody_after_waiting_either(hotline: Hotline) -> None:
    person = hotline.depositors[3]
    wrong = "000001" if person["password"] != "000001" else "000002"
    before = await hotline.call("1", "1", person["account"] + "#", wrong, "0#")
    line = await hotline.call(
        "*", "1", "1", "0#", route="after_queue", variables=before.variables | {"QUEUESTATUS": "JOINEMPTY"}
    )
    assert "verify.account" in line.heard


async def test_unknown_account_and_wrong_password_sound_the_same(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    wrong = "000001" if person["password"] != "000001" else "000002"
    known = await hotline.call("1", "1", person["account"] + "#", wrong, None)
    unknown = await hotline.call("1", "1", "999999999#", wrong, None)
    assert known.heard == unknown.heard
    assert "verify.wrong" in known.heard


async def test_three_wrong_passwords_offer_a_person(hotline: Hotline) -> None:
    person = hotline.depositors[2]
    wrong = "000001" if person["password"] != "000001" else "000002"
    line = await hotline.call("1", "1", *[person["account"] + "#", wrong] * 3, "0")
    assert line.said().count("verify.wrong") == 3
    assert "verify.three agent.offer" in line.said()
    assert line.variables["HL_NEXT"] == "queue"
    again = await hotline.call("1", "1", person["account"] + "#", person["password"], "0")
    assert "verify.locked" in again.heard
    assert "account.balance" not in again.heard


@pytest.mark.parametrize(
    "place", [["0"], ["1", "0"], ["1", "1", "0#"], ["1", "1", "1000100001#", "0#"], ["2", "1", "0"], ["4", "2"]]
)
async def test_a_person_can_be_had_from_everywhere(hotline: Hotline, place: list[str]) -> None:
    line = await hotline.call(*place)
    assert line.variables["HL_NEXT"] == "queue"
    assert line.heard[-1] == "agent.connecting"
    assert len(hotline.facts("asked_agent")) == 1


async def test_a_star_leads_one_level_up(hotline: Hotline) -> None:
    line = await hotline.call("1", "*", "2", "*", "1", "1", "*#", "*", "0")
    said = "welcome menu.main menu.query menu.main menu.guide menu.main menu.query verify.notice verify.account "
    assert line.said() == said + "menu.query menu.main agent.connecting"


async def test_wrong_keys_and_silence_are_told_apart(hotline: Hotline) -> None:
    line = await hotline.call("7", "", "0")
    assert line.said() == "welcome menu.main key.wrong menu.main key.missing menu.main agent.connecting"


async def test_three_times_nothing_offers_a_person_and_then_says_goodbye(hotline: Hotline) -> None:
    line = await hotline.call("", "", "", "", "", "")
    assert line.heard[-1] == "goodbye"
    assert "agent.offer" in line.heard
    assert line.variables["HL_NEXT"] == "bye"


async def test_every_leaf_offers_a_person(hotline: Hotline) -> None:
    for leaf in (node for node in hotline.world.menu.walk() if node.leaf):
        line = await hotline.call(*leaf.path.split("/"), "0#", None)
        assert line.heard[-1] == "agent.connecting", leaf.path


async def test_the_call_belongs_to_the_centre_of_its_number(hotline: Hotline) -> None:
    line = await hotline.call("0", extension="073012329")
    assert (line.variables["HL_CENTRE"], line.variables["HL_QUEUE"]) == ("yueyang", "yueyang")


async def test_hanging_up_anywhere_ends_cleanly(hotline: Hotline) -> None:
    person = hotline.depositors[0]
    way = ["1", "1", person["account"] + "#", person["password"], "9"]
    for length in range(len(way) + 1):
        line = await hotline.call(*way[:length], None)
        assert line.gone
        assert "HL_NEXT" not in line.variables


@pytest.mark.parametrize(
    ("status", "keys", "said", "then"),
    [
        ("CONTINUE", ["1"], "survey.ask survey.thanks goodbye", "bye"),
        ("JOINEMPTY", ["1", "1"], f"agent.none {MESSAGE} goodbye", "bye"),
        ("JOINEMPTY", ["*", "0"], "agent.none menu.main agent.connecting", "queue"),
        ("LEAVEEMPTY", ["0", "1", "1"], f"agent.none key.wrong agent.none {MESSAGE} goodbye", "bye"),
        ("UNKNOWN", ["", "", ""], "agent.none key.missing agent.none key.missing agent.none goodbye", "bye"),
        ("", ["0"], "agent.busy agent.connecting", "queue"),
        ("TIMEOUT", ["0"], "agent.busy agent.connecting", "queue"),
        ("FULL", ["", "", ""], "agent.busy key.missing agent.busy key.missing agent.busy goodbye", "bye"),
    ],
)
async def test_what_follows_a_queue(hotline: Hotline, status: str, keys: list[str], said: str, then: str) -> None:
    line = await hotline.call(*keys, route="after_queue", variables={"QUEUESTATUS": status, "HL_CENTRE": "changsha"})
    assert line.said_but_digits() == said
    assert line.variables["HL_NEXT"] == then


async def test_without_a_database_the_caller_is_told_and_reaches_a_person(adrift: Hotline) -> None:
    line = await adrift.call("1", "1", "1000100001#", "739185", "", "0")
    assert line.said().endswith("verify.password fault.lookup key.missing fault.lookup agent.connecting")
    assert line.variables["HL_NEXT"] == "queue"
    assert adrift.facts("fault") == [{"what": "lookup"}]
    assert not adrift.facts("verified")


async def test_without_a_database_the_menu_goes_on(adrift: Hotline) -> None:
    line = await adrift.call("1", "1", "1000100001#", "739185", "*", "*", "0")
    assert line.heard[-4:] == ["fault.lookup", "menu.query", "menu.main", "agent.connecting"]


@pytest.mark.parametrize(
    ("recording", "key", "next_heard"),
    [("welcome", "0", "agent.connecting"), ("welcome", "2", "menu.guide"), ("welcome", "#", "menu.main")],
)
async def test_keys_interrupt_the_welcome(hotline: Hotline, recording: str, key: str, next_heard: str) -> None:
    def prepare(line: Line) -> None:
        line.interrupts[recording] = key

    line = await hotline.call("0", prepare=prepare)
    assert line.heard[1] == next_heard


async def test_the_notice_and_the_question_are_one_command_so_no_key_falls_between_them(hotline: Hotline) -> None:
    line = await hotline.call("1", "1", "0")
    assert line.said() == "welcome menu.main menu.query verify.notice verify.account agent.connecting"
    assert line.answered == ["1", "1", "0"]


async def test_what_is_entered_stands_nowhere(hotline: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    person = hotline.depositors[0]
    line = await hotline.call("1", "1", person["account"] + "#", person["password"], "0")
    kept = hotline.journal.read_text(encoding="utf-8") + repr(line.variables) + repr(line.applications)
    assert person["password"] not in kept
    assert person["account"] not in kept
    assert person["password"] not in "\n".join(record.getMessage() for record in caplog.records)
