"""A recorded message for the centre: a complaint, a suggestion, or because nobody could be had.

It is recorded, can be heard, done again or dropped, and is sent by key or by hanging up: who has spoken is heard. What is
sent is on disk, with a slip that says what it is, before the caller hears its number (service_requests/message_box.py).
"""

import asyncio
import time
from dataclasses import replace

from agi_scripts.caller import Caller, WantsAgent
from facts import masked_number
from ivr import speech
from ivr.call import Menu
from ivr.exceptions import CallEnded, TooManyTries
from service_requests import message_box
from service_requests.exceptions import RequestsUnavailable
from service_requests.kinds import MessageKind
from service_requests.message_box import Message

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
    for at in range(TRIES):
        message = await _recorded(caller, kind)
        if message is None:
            await caller.call.say("message.empty", keys="")
            return ""
        try:
            wish = await _wish(caller, message, last=at == TRIES - 1)
        except CallEnded:
            await _send(caller, message)
            raise
        except TooManyTries:
            wish = "send"
        if wish in {"send", "agent"}:
            await _send(caller, message)
            await caller.call.say("message.thanks", "message.number", speech.digits(message.number), keys="")
            await caller.call.say("message.number.again", speech.digits(message.number))
            return wish
        message_box.drop(caller.world.messages, message)
        if wish == "drop":
            await caller.call.say("message.dropped", keys="")
            return wish
    return ""


async def _recorded(caller: Caller, kind: MessageKind) -> Message | None:
    """Record; None when nobody spoke. From before the first word on a slip says what the recording is."""
    call, folder, now = caller.call, caller.world.messages, time.time_ns() // 1_000_000
    message = Message(
        number=message_box.new_number(),
        kind=kind,
        centre=caller.centre.code,
        call=call.id,
        caller=masked_number(call.caller),
        file=f"{call.id}-{now}.wav",
        seconds=0.0,
        t=now,
    )
    await asyncio.to_thread(message_box.hold, folder, message)
    try:
        await call.say("message.ask", "beep", keys="")
    except CallEnded:
        message_box.drop(folder, message)
        raise
    seconds = await call.record(folder / message.file)
    if seconds < message_box.SHORTEST_SECONDS:
        message_box.drop(folder, message)
        return None
    return replace(message, seconds=round(seconds, 1))


async def _wish(caller: Caller, message: Message, *, last: bool) -> str:
    """Send it, drop it, or speak again (not for ever); hearing it comes back here."""
    choices = {"0": "agent", "1": "send", "3": "hear", "*": "drop"} | ({} if last else {"2": "again"})
    while (wish := await caller.call.menu(Menu(("message.choose",), choices))) == "hear":
        await caller.call.play(caller.world.messages / message.file)
    return wish


async def _send(caller: Caller, message: Message) -> None:
    """Send it; without the database it waits on disk, and the caller need not know."""
    caller.call.note("message", seconds=message.seconds, file=message.file, what=str(message.kind))
    try:
        await caller.world.requests.send(caller.world.messages, message, caller.call.caller)
    except RequestsUnavailable:
        caller.call.note("fault", what="message")
