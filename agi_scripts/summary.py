"""What was heard, as an SMS to the number on file: queued for the SMS side, which sends it."""

from agi_scripts.caller import Caller
from fund.port import Verified
from ivr import speech
from ivr.speaker import Spoken
from service_requests.exceptions import RequestsUnavailable

PLAUSIBLE = range(7, 16)
"""Digits of a number that something can be sent to."""


async def send(caller: Caller, who: Verified, category: str, text: str) -> tuple[Spoken, ...]:
    """Queue a summary, and give what the caller is told of it: where it goes, or why it cannot."""
    mobile = await caller.call.meanwhile(caller.world.fund.mobile(who))
    if mobile is None or not mobile.isascii() or not mobile.isdigit() or len(mobile) not in PLAUSIBLE:
        return ("sms.no_mobile",)
    try:
        await caller.call.meanwhile(caller.world.requests.queue_sms(who, mobile, category, text, caller.call.id))
    except RequestsUnavailable:
        caller.call.note("fault", what="sms")
        return ("sms.later",)
    caller.call.note("query", what="sms", category=category)
    return "sms.sent", speech.digits(mobile[-4:]), "sms.sent.end"
