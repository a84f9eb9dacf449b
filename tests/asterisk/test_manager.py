"""What each manager user may see and do."""

import socket

from tests.asterisk.conversations import Conversations, Line
from tests.asterisk.switchboard import Switchboard
from tests.asterisk.telephone import Telephone

CANARY = "907135"


async def test_what_callers_type_reaches_no_event_and_no_file(
    board: Switchboard, conversations: Conversations, caller: Telephone
) -> None:
    got: list[str] = []

    async def ask(line: Line) -> None:
        got.append(await line.run(f'GET DATA "{board.plan.prompts["beep"]}" 5000 6'))
        await line.leave(HL_NEXT="bye")

    conversations.scripts["call"] = ask
    async with board.manager() as manager:
        assert await caller.dial("12329") == 200
        await caller.hears("beep")
        for key in CANARY:
            await caller.press(key)
        await caller.ends()
        await manager.event("HotlineEnded")
        assert got == [f"200 result={CANARY}"]
        assert not {"DTMFBegin", "DTMFEnd", "VarSet", "Newexten", "AGIExecStart", "AGIExecEnd"} & manager.kinds()
        assert "Newchannel" in manager.kinds()
        assert not any(CANARY in value for event in manager.events for value in event.values())
        assert not any("Digit" in event for event in manager.events)
    for file in board.places.folder.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


async def test_the_listener_cannot_act(board: Switchboard) -> None:
    async with board.manager() as manager:
        for action in ("Originate", "Command", "Setvar", "Redirect", "Hangup", "ModuleLoad", "Filter"):
            answer = await manager.ask(Action=action)
            assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied"), action


async def test_the_listener_can_take_a_snapshot(board: Switchboard) -> None:
    await board.rx("queue add member PJSIP/ag8001 to changsha penalty 0 as 1001")
    async with board.manager() as manager:
        answer = await manager.ask(Action="QueueStatus")
        assert answer["Response"] == "Success"
        await manager.event("QueueMember", Queue="changsha", Name="1001")
        await manager.event("QueueStatusComplete")
        assert (await manager.ask(Action="CoreShowChannels"))["Response"] == "Success"
        await manager.event("FullyBooted")


async def test_control_can_manage_members_and_see_channels_but_no_more(board: Switchboard) -> None:
    async with board.manager("hl_control") as manager:
        added = await manager.ask(Action="QueueAdd", Queue="changsha", Interface="PJSIP/ag8001", MemberName="1001")
        assert added["Response"] == "Success"
        for allowed in ("CoreShowChannels", "QueueStatus"):
            assert (await manager.ask(Action=allowed))["Response"] == "Success"
        for refused in ("Command", "ModuleLoad", "GetConfig", "UpdateConfig", "Reload"):
            assert (await manager.ask(Action=refused))["Message"] == "Permission denied"
        assert "Newchannel" not in manager.kinds()


async def test_control_cannot_run_programs_through_originate(board: Switchboard) -> None:
    async with board.manager("hl_control") as manager:
        for application in ("System", "AGI", "MixMonitor"):
            answer = await manager.ask(
                Action="Originate", Channel="PJSIP/ag8001", Application=application, Data="/bin/true"
            )
            assert answer["Response"] == "Error", application


async def test_wrong_secret(board: Switchboard) -> None:
    with socket.create_connection(("127.0.0.1", board.plan.ami_port)) as connection:
        connection.sendall(b"Action: Login\r\nUsername: hl_events\r\nSecret: guess\r\n\r\n")
        connection.settimeout(5)
        received = b""
        while b"Authentication" not in received:
            received += connection.recv(4096)
    assert b"Authentication failed" in received
