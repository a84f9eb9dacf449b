"""One command, one reply; hang-ups; silence."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ivr.agi import Reply, Session
from ivr.exceptions import AsteriskGone, AsteriskSilent, CallerHungUp, CommandRefused, IvrError, ProtocolError
from tests.ivr.conftest import Serve
from tests.ivr.scripted import Asterisk

Outcome = asyncio.Future[object]


def telling(outcome: Outcome, talk: Callable[[Session], Awaitable[object]]) -> Callable[[Session], Awaitable[None]]:
    """A handler that leaves what came of the talk, exceptions included, to the test."""

    async def handle(session: Session) -> None:
        try:
            outcome.set_result(await talk(session))
        except IvrError as error:
            outcome.set_result(error)

    return handle


@pytest.fixture
async def outcome() -> Outcome:
    return asyncio.get_running_loop().create_future()


async def noop(session: Session) -> Reply:
    return await session.execute("NOOP")


async def test_a_command_gets_its_reply(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        first = await session.execute("GET VARIABLE", "ONE")
        second = await session.execute("GET VARIABLE", "TWO")
        return first.data, second.data

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    assert await line.answers("GET VARIABLE", "200 result=1 (one)") == ["ONE"]
    assert await line.answers("GET VARIABLE", "100 Trying...", "200 result=1 (two)") == ["TWO"]
    assert await outcome == ("one", "two")


@pytest.mark.parametrize(
    "lines",
    [
        ["200 result=-1", "HANGUP"],
        ["HANGUP", "200 result=-1"],
        ["HANGUP", "511 Command Not Permitted on a dead channel or intercept routine"],
        ["511 Command Not Permitted on a dead channel or intercept routine"],
    ],
    ids=["reply first", "notice first", "dead channel", "dead without notice"],
)
async def test_a_hang_up_ends_the_running_command_or_the_next(serve: Serve, outcome: Outcome, lines: list[str]) -> None:
    async def talk(session: Session) -> object:
        await session.execute("STREAM FILE", "x", "")
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("STREAM FILE", *lines)
    assert isinstance(await outcome, CallerHungUp)
    assert await line.ended() == b""


async def test_a_hang_up_between_commands_ends_the_next(serve: Serve, outcome: Outcome) -> None:
    idle, gone = asyncio.Event(), asyncio.Event()

    async def talk(session: Session) -> object:
        await noop(session)
        idle.set()
        await gone.wait()
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("NOOP", "200 result=0")
    await idle.wait()
    line.reply("HANGUP")
    gone.set()
    await line.answers("NOOP", "200 result=0")
    assert isinstance(await outcome, CallerHungUp)


async def test_a_hang_up_without_a_reply_does_not_last(
    serve: Serve, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.agi.session.HANGUP_REPLY_SECONDS", 0.05)

    async def talk(session: Session) -> object:
        return await session.execute("STREAM FILE", "x", "", within=60)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("STREAM FILE", "HANGUP")
    assert isinstance(await outcome, CallerHungUp)


async def test_silence_is_noticed_and_its_late_reply_is_nobodys(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        with pytest.raises(AsteriskSilent, match="STREAM FILE: no reply"):
            await session.execute("STREAM FILE", "x", "", within=0.05)
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.asked("STREAM FILE")
    error = await outcome
    assert isinstance(error, AsteriskSilent)
    assert await line.ended() == b"", "nothing more was sent"


async def test_a_cancelled_command_leaves_no_reply_to_the_next(serve: Serve, outcome: Outcome) -> None:
    given_up = asyncio.Event()

    async def talk(session: Session) -> object:
        try:
            async with asyncio.timeout(0.05):
                await session.execute("GET DATA", "x", 1000, 1)
        except TimeoutError:
            given_up.set()
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.asked("GET DATA")
    await given_up.wait()
    line.reply("200 result=7")
    assert isinstance(await outcome, AsteriskSilent)


async def test_two_commands_at_once_are_refused(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(session.execute("GET VARIABLE", "ONE"))
            await asyncio.sleep(0)
            with pytest.raises(ProtocolError, match="while another"):
                await noop(session)
        return first.result().data

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("GET VARIABLE", "200 result=1 (one)")
    assert await outcome == "one"


@pytest.mark.parametrize(
    "lines", [["510 Invalid or unknown command"], ["520-Invalid command syntax.", "Usage", "520 End of proper usage."]]
)
async def test_refusals_are_told_and_the_next_command_pairs(serve: Serve, outcome: Outcome, lines: list[str]) -> None:
    async def talk(session: Session) -> object:
        with pytest.raises(CommandRefused, match=lines[0][:3]):
            await session.execute("FOO", "246813")
        return (await noop(session)).result

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("FOO", *lines)
    await line.answers("NOOP", "200 result=0")
    assert await outcome == "0"


async def test_a_killed_asterisk_is_noticed(serve: Serve, outcome: Outcome) -> None:
    line = await Asterisk.calling(await serve(telling(outcome, noop)))
    await line.asked("NOOP")
    line.abort()
    assert isinstance(await outcome, AsteriskGone)


async def test_an_end_after_the_hang_up_is_a_hang_up(serve: Serve, outcome: Outcome) -> None:
    line = await Asterisk.calling(await serve(telling(outcome, noop)))
    await line.answers("NOOP", "HANGUP")
    await line.close()
    assert isinstance(await outcome, CallerHungUp)


@pytest.mark.parametrize("early", ["200 result=7", "510 Invalid or unknown command"])
async def test_a_reply_nobody_asked_for_is_refused(serve: Serve, outcome: Outcome, early: str) -> None:
    async def talk(session: Session) -> object:
        await session.execute("GET DATA", "x", 1000, 1)
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("GET DATA", "200 result=1", early)
    assert isinstance(await outcome, ProtocolError)


async def test_nonsense_ends_the_session(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        with pytest.raises(ProtocolError):
            await noop(session)
        return await noop(session)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("NOOP", "nonsense")
    assert isinstance(await outcome, AsteriskSilent)


async def test_what_is_begun_can_be_finished_after_the_hang_up(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        replies = [
            await session.execute("EXEC", "AddQueueMember", "changsha", after_hangup=True),
            await session.execute("GET VARIABLE", "AQMSTATUS", after_hangup=True),
        ]
        with pytest.raises(CallerHungUp):
            await noop(session)
        return [reply.data or reply.result for reply in replies]

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("EXEC", "200 result=0", "HANGUP")
    await line.answers("GET VARIABLE", "200 result=1 (ADDED)")
    assert await outcome == ["0", "ADDED"]


async def test_what_a_dead_channel_refuses_is_a_hang_up_in_any_case(serve: Serve, outcome: Outcome) -> None:
    async def talk(session: Session) -> object:
        return await session.execute("STREAM FILE", "x", "", after_hangup=True)

    line = await Asterisk.calling(await serve(telling(outcome, talk)))
    await line.answers("STREAM FILE", "511 Command Not Permitted on a dead channel or intercept routine")
    assert isinstance(await outcome, CallerHungUp)
