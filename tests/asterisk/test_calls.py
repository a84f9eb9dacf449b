"""Real calls: what the trunk reaches, and what happens when the conversations are away."""

import asyncio
import json
import tempfile
import wave
from pathlib import Path

import pytest

from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard
from tests.asterisk.telephone import Telephone

# Not a name made at random: every process of a parallel run must find the same tests.
OWNED = Path(tempfile.gettempdir()) / "hotline-test-owned"


def _sockets(kind: str) -> list[str]:
    return Path("/proc/net", kind).read_text(encoding="ascii").splitlines(keepends=True)


def facts(board: Switchboard) -> list[dict[str, object]]:
    file = board.plan.facts / "emergency.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


async def say_goodbye(line: Line) -> None:
    await line.leave(HL_NEXT="bye")


async def test_asterisk_starts_without_a_complaint(board: Switchboard) -> None:
    log = board.places.messages_log.read_text(encoding="utf-8")
    assert "WARNING" not in log
    assert "ERROR" not in log
    assert "NOTICE" in log  # the file is really written


async def test_nothing_listens_beyond_loopback(board: Switchboard) -> None:
    listening = "".join(_sockets("tcp")) + "".join(_sockets("udp"))
    for port in (board.plan.sip_port, board.plan.ami_port):
        assert f" 0100007F:{port:04X} " in listening
        assert f" 00000000:{port:04X} " not in listening


async def test_call_reaches_its_conversation_with_the_secret(
    board: Switchboard, conversations: Conversations, caller: Telephone
) -> None:
    async def converse(line: Line) -> None:
        assert (await line.run("GET VARIABLE HL_CENTRE")).endswith("(yueyang)")
        assert (await line.run("GET VARIABLE HL_CALL_ID")).endswith(f"({line.environment['agi_uniqueid']})")
        await line.run(f'STREAM FILE "{board.plan.prompts["beep"]}" ""')
        await line.leave(HL_NEXT="bye")

    conversations.scripts["call"] = converse
    async with board.manager() as manager:
        assert await caller.dial("073012329") == 200
        line = await conversations.request()
        assert line.environment["agi_arg_1"] == board.plan.fastagi_secret
        assert line.environment["agi_callerid"] == "13812345678"
        assert line.environment["agi_extension"] == "073012329"
        await caller.hears("beep")
        await caller.ends()
        call = line.environment["agi_uniqueid"]
        await manager.event("HotlineEntered", CallId=call, Dialled="073012329", Centre="yueyang")
        await manager.event("HotlineEnded", CallId=call)
    await board.idle()


async def test_the_trunk_reaches_nothing_else(board: Switchboard, caller: Telephone) -> None:
    for number in ("999", "8001", "*11", "123290", "1232", "s", "from-trunk"):
        assert await caller.dial(number) == 404, number
    await board.idle()


async def test_a_caller_id_equal_to_an_extension_is_a_caller(board: Switchboard, conversations: Conversations) -> None:
    conversations.scripts["call"] = say_goodbye
    async with Telephone(board.plan.sip_port, user="8001") as telephone:
        assert await telephone.dial("12329") == 200
        assert (await conversations.request()).environment["agi_callerid"] == "8001"


@pytest.mark.parametrize(
    ("user", "display"),
    [
        ("13812345678", f"${{SHELL(touch {OWNED})}}"),
        ("13812345678", '\\"; DROP \\"'),
        ("13812345678", "a\r\nX-Injected: 1\r\n b"),
        ("13812345678", "名字|,;[]&"),
        ("${EXTEN}%0d%0aInjected", "x"),
        ("138%221234%245678", "x"),
    ],
)
async def test_what_strangers_write_does_nothing(
    board: Switchboard, conversations: Conversations, user: str, display: str
) -> None:
    conversations.scripts["call"] = say_goodbye
    async with board.manager() as manager, Telephone(board.plan.sip_port, user=user) as telephone:
        status = await telephone.dial("12329", display=display)
        if status == 200:
            line = await conversations.request()
            assert line.environment["agi_calleridname"] == "unknown"
            assert set(line.environment["agi_callerid"]) <= set("0123456789+unkow")
            await telephone.ends()
            await manager.event("HotlineEnded")
        else:
            assert status in {0, 400}  # Asterisk itself drops what is no SIP
        assert not any(key.startswith(("Injected", "X-Injected")) for event in manager.events for key in event)
    await board.idle()
    assert not OWNED.exists()


async def test_a_phone_needs_its_secret(board: Switchboard) -> None:
    async with Telephone(board.plan.sip_port, user="ag8001") as telephone:
        assert await telephone.register("wrong-secret") == 401
        assert await telephone.register(PHONE_SECRETS["ag8002"]) == 401
        assert await telephone.register(PHONE_SECRETS["ag8001"]) == 200
    async with Telephone(board.plan.sip_port, user="nobody") as stranger:
        assert await stranger.register("wrong-secret") in {401, 403, 404}


async def test_phones_reach_each_other_and_the_hotline(
    board: Switchboard, conversations: Conversations, agent: Telephone
) -> None:
    conversations.scripts["call"] = say_goodbye
    async with Telephone(board.plan.sip_port, user="ag8002", voice="caller") as second:
        assert await second.register(PHONE_SECRETS["ag8002"]) == 200
        dialling = asyncio.create_task(second.dial("8001", secret=PHONE_SECRETS["ag8002"]))
        await agent.rings()
        agent.answer()
        assert await dialling == 200
        await second.hears("agent")
        await agent.hears("caller")
        await second.hang_up()
        await agent.ends()
        assert await second.dial("12329", secret=PHONE_SECRETS["ag8002"]) == 200
        assert (await conversations.request()).environment["agi_callerid"] == "8002"
    await board.idle()


async def test_feature_codes_reach_their_routes(
    board: Switchboard, conversations: Conversations, agent: Telephone
) -> None:
    async def converse(line: Line) -> None:
        assert (await line.run("GET VARIABLE HL_INTERFACE")).endswith("(PJSIP/ag8001)")

    for code, route in {"*11": "sign_in", "*12": "sign_out", "*13": "pause", "*14": "resume"}.items():
        conversations.scripts[route] = converse
        agent.ended.clear()
        assert await agent.dial(code, secret=PHONE_SECRETS["ag8001"]) == 200
        line = await conversations.request()
        assert (line.route, line.environment["agi_arg_1"]) == (route, board.plan.fastagi_secret)
        await agent.ends()


async def test_feature_code_says_so_when_the_server_is_away(board: Switchboard, agent: Telephone) -> None:
    assert await agent.dial("*11", secret=PHONE_SECRETS["ag8001"]) == 200
    await agent.hears("emergency.sorry")
    await agent.ends()
    await board.idle()


async def test_server_away_then_a_message(board: Switchboard, caller: Telephone) -> None:
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await caller.hears("emergency.sorry", until_end=True)
        await caller.hears("emergency.choose")
        await caller.press("1")
        await caller.hears("beep")
        await caller.hears("beep", until_end=True)
        await caller.listens(2.5)
        await caller.press("#")
        await caller.hears("emergency.thanks")
        await caller.hears("emergency.goodbye")
        await caller.ends()
        await manager.event("HotlineEmergency", Reason="unreachable")
    await board.idle()
    kinds = {str(fact["kind"]): fact for fact in facts(board)}
    assert list(kinds) == ["emergency", "message"]
    file = board.plan.messages / str(kinds["message"]["file"])
    with wave.open(str(file)) as audio:
        assert audio.getnframes() / 8000 >= 1.5
    assert file.stat().st_mode & 0o077 == 0


async def test_server_killed_in_mid_call_then_an_agent(
    board: Switchboard, conversations: Conversations, caller: Telephone, agent: Telephone
) -> None:
    async def hang(line: Line) -> None:
        await line.run("WAIT FOR DIGIT -1")

    conversations.scripts["call"] = hang
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")
    assert await caller.dial("12329") == 200
    await conversations.request()
    conversations.die()
    await caller.hears("emergency.sorry")
    await caller.hears("emergency.choose")
    await caller.press("0")
    await agent.rings()
    agent.answer()
    await caller.hears("announcement")
    await caller.hears("agent")
    await agent.hears("caller")
    await caller.hang_up()
    await agent.ends()
    await board.idle()
    assert [fact["kind"] for fact in facts(board)] == ["emergency", "asked_agent"]
    assert facts(board)[0]["reason"] == "lost"


async def test_no_server_no_agent_ends_with_a_message_and_goodbye(board: Switchboard, caller: Telephone) -> None:
    assert await caller.dial("12329") == 200
    await caller.hears("emergency.choose", until_end=True)
    await caller.press("5")
    sorry = await caller.hears("emergency.sorry")
    await caller.hears("emergency.sorry", after=sorry.end + 0.1)
    await caller.hears("emergency.message")
    await caller.hears("beep")
    await caller.hang_up()
    await board.idle()
    assert [fact.get("reason") for fact in facts(board) if fact["kind"] == "emergency"] == ["unreachable", "queue"]


async def test_a_hang_up_in_the_emergency_script_leaves_nothing_behind(board: Switchboard, caller: Telephone) -> None:
    assert await caller.dial("12329") == 200
    await caller.hears("emergency.sorry")
    await caller.hang_up()
    await board.idle()
    assert [fact["kind"] for fact in facts(board)] == ["emergency", "hung_up"]
    assert "ERROR" not in board.places.messages_log.read_text(encoding="utf-8")
