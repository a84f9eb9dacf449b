"""What Asterisk really said, through the codec and through a session."""

import asyncio

import pytest

from ivr.agi import HangupNotice, Parser, Reply, Session, encode
from ivr.exceptions import CallEnded, CallerHungUp, CommandRefused
from tests.ivr.conftest import Serve
from tests.ivr.quoting import words
from tests.ivr.scripted import Asterisk, greeting
from tests.ivr.transcript import NAMES, Line, lines

VERBS = ("STREAM FILE", "GET DATA", "RECORD FILE", "WAIT FOR DIGIT", "CHANNEL STATUS", "SET VARIABLE", "GET VARIABLE")


def command(line: str) -> tuple[str, list[str]]:
    """The command's name and its arguments."""
    found = [word.decode() for word in words(line.encode())]
    name = next((verb for verb in VERBS if found[: verb.count(" ") + 1] == verb.split()), found[0])
    return name, found[len(name.split()) :]


@pytest.mark.parametrize("name", NAMES)
def test_each_command_has_one_reply(name: str) -> None:
    said = [line.what for line in lines(name) if line.who == "<"]
    asked = [line.what for line in lines(name) if line.who == ">"]
    parser = Parser()
    list(parser.feed(greeting()))
    events = list(parser.feed("".join(f"{line}\n" for line in said).encode()))
    assert sum(isinstance(event, Reply) for event in events) == len(asked)
    assert sum(isinstance(event, HangupNotice) for event in events) == said.count("HANGUP")


@pytest.mark.parametrize("name", NAMES)
def test_our_commands_are_written_as_asterisk_took_them(name: str) -> None:
    for line in lines(name):
        if line.who == ">":
            verb, arguments = command(line.what)
            assert encode(verb, *arguments).decode() == line.what + "\n"


async def spoken(session: Session, script: list[Line]) -> type[BaseException] | None:
    """Send the commands of a transcript; give what ended them."""
    for line in script:
        if line.who == ">":
            verb, arguments = command(line.what)
            try:
                await session.execute(verb, *arguments)
            except CommandRefused:
                continue
            except CallEnded as error:
                return type(error)
    return None


@pytest.mark.parametrize("name", NAMES)
async def test_a_session_follows_it(serve: Serve, name: str) -> None:
    """Every reply belongs to its command; where the caller hangs up, that is what the conversation learns."""
    script = lines(name)
    outcome: asyncio.Future[type[BaseException] | None] = asyncio.get_running_loop().create_future()

    async def handle(session: Session) -> None:
        outcome.set_result(await spoken(session, script))

    asterisk = await Asterisk.calling(await serve(handle))
    hung_up = False
    for line in script:
        if line.who == "<":
            asterisk.reply(line.what)
            hung_up = hung_up or line.what == "HANGUP"
        elif line.who == ">" and not hung_up:
            await asterisk.asked(command(line.what)[0])
        elif line.who == ">" and not await asterisk.line():
            break
    async with asyncio.timeout(5):
        assert await outcome is (CallerHungUp if hung_up else None)
