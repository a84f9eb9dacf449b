"""转自助验密: in the middle of a talk the caller proves to the machine who they are, and the agent is told yes or no.

The dialplan keeps the agent with music and the recording off meanwhile (dialplan/consultation.conf.j2).
"""

from agi_scripts import whisper
from agi_scripts.agent import from_queue
from agi_scripts.caller import Caller, Up, WantsAgent, World
from agi_scripts.verify import FAILURES, REMEMBERED, attempted, remember
from fund.port import Holder, Refusal, Verified
from ivr import variables
from ivr.call import Call
from ivr.exceptions import TooManyTries


async def verified_query(call: Call, world: World) -> None:
    """Ask anew, whoever the caller proved to be before: the agent may doubt who is on the line by now."""
    caller = await from_queue(call, world)
    holder = Holder.UNIT if set(caller.verified) == {Holder.UNIT} else Holder.DEPOSITOR
    caller.verified.clear()
    for name in REMEMBERED.values():
        await call.set(name, "")
    await call.say("query.intro")
    try:
        answer = await _typed(caller, holder)
    except (Up, WantsAgent, TooManyTries):
        # Whichever key it was: back to the agent is where it leads.
        answer = False
    await whisper.prepare(caller)
    await call.say("query.back", keys="")
    await call.set(variables.ANSWER, variables.YES if answer else variables.NO)


async def _typed(caller: Caller, holder: Holder) -> bool:
    for _ in range(FAILURES):
        found, _password = await attempted(caller, holder)
        if isinstance(found, Verified):
            # A first password proves who it is, but is to be changed before a balance is spoken.
            if not found.must_change:
                await remember(caller, found)
            return True
        if found is Refusal.LOCKED:
            return False
        await caller.call.say("verify.wrong")
    return False
