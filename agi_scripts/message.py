"""A recorded message for the centre: a complaint, a suggestion, or because nobody could be had.

It is recorded, can be heard, done again or dropped, and is sent by key or by hanging up: who has spoken is heard. What is
sent is on disk, with a slip that says what it is, before the caller hears its number.
"""

import time
from pathlib import Path

from agi_scripts.caller import Caller, WantsAgent
from facts import masked_number
from ivr import speech
from ivr.call import Menu
from ivr.exceptions import CallEnded, TooManyTries
from service_requests import message_box
from service_requests.exceptions import RequestsUnavailable
from service_requests.kinds import MessageKind
from service_requests.message_box import Message

SHORTEST = 1.0
"""Seconds; what is shorter is nobody speaking."""

TRIES = 3


async def complaint(caller: Caller) -> None:
    """A complaint, when no person can be had."""
    await _leaf(caller, MessageKind.COMPLAINT)


async def suggestion(caller: Caller) -> None:
    """A suggestion, when no person can be had."""
    await _leaf(caller, MessageKind.SUGGESTION)


async def _leaf(caller: Caller, kind: MessageKind) -> None:
    if await leave(caller, kind) == "agent":
        raise WantsAgent("key")


async def leave(caller: Caller, kind: MessageKind) -> str:
    """Take a message and tell its number; nothing is kept when nothing was said or the caller drops it.

    Give how it ended: send, agent (sent too: the caller pressed 0), drop, or nothing.
    """
    folder = caller.world.messages
    for at in range(TRIES):
        file = folder / f"{caller.call.id}-{time.time_ns() // 1_000_000}.wav"
        await caller.call.say("message.ask", "beep", keys="")
        seconds = await caller.call.record(file)
        if seconds < SHORTEST:
            file.unlink(missing_ok=True)
            await caller.call.say("message.empty", keys="")
            return ""
        try:
            wish = await _wish(caller, file, last=at == TRIES - 1)
        except CallEnded:
            await _send(caller, kind, file, seconds)
            raise
        except TooManyTries:
            wish = "send"
        if wish in {"send", "agent"}:
            number = await _send(caller, kind, file, seconds)
            await caller.call.say("message.thanks", "message.number", speech.digits(number), keys="")
            await caller.call.say("message.number.again", speech.digits(number))
            return wish
        file.unlink(missing_ok=True)
        if wish == "drop":
            await caller.call.say("message.dropped", keys="")
            return wish
    return ""


async def _wish(caller: Caller, file: Path, *, last: bool) -> str:
    """Send it, drop it, or speak again (not for ever); hearing it comes back here."""
    choices = {"0": "agent", "1": "send", "3": "hear", "*": "drop"} | ({} if last else {"2": "again"})
    while (wish := await caller.call.menu(Menu(("message.choose",), choices))) == "hear":
        await caller.call.play(file)
    return wish


async def _send(caller: Caller, kind: MessageKind, file: Path, seconds: float) -> str:
    """Put the slip beside the recording, and the row into the database if it is there; give the number."""
    call = caller.call
    message = Message(
        number=message_box.new_number(),
        kind=kind,
        centre=caller.centre.code,
        call=call.id,
        caller=masked_number(call.caller),
        file=file.name,
        seconds=round(seconds, 1),
        t=time.time_ns() // 1_000_000,
    )
    message_box.put(caller.world.messages, message)
    call.note("message", seconds=message.seconds, file=file.name, what=str(kind))
    try:
        await caller.world.requests.take_in(caller.world.messages, {file.name: call.caller})
    except RequestsUnavailable:
        call.note("fault", what="message")
    return message.number
