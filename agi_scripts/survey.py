"""After a talk that the agent ended: 1 满意 2 基本满意 3 不满意, and for 3 why. A caller who hung up first is not asked.

Told to the ledger as UserEvent(HotlineRated), at once and again with the reason: whoever hangs up in between has rated.
"""

from agi_scripts import message
from agi_scripts.caller import Caller
from ivr import variables
from ivr.call import Call, Menu
from ivr.exceptions import TooManyTries
from service_requests.kinds import MessageKind

RATINGS = {"1": "1", "2": "2", "3": "3"}
LOW = "3"
WHY = {"1": "attitude", "2": "unsolved", "3": "wait", "4": "other", "5": "message"}


async def survey(caller: Caller) -> None:
    """Ask, tell the ledger, thank. No key is no rating, and nobody is pressed for one."""
    call = caller.call
    agent = "".join(filter(str.isdigit, await call.get(variables.MEMBER_NAME)))
    try:
        rating = await call.menu(Menu(("survey.ask",), RATINGS))
        await _tell(call, agent, rating)
        if rating == LOW:
            await _why(caller, agent)
    except TooManyTries:
        return
    await call.say("survey.thanks", keys="")


async def _why(caller: Caller, agent: str) -> None:
    why = await caller.call.menu(Menu(("survey.why",), WHY))
    await _tell(caller.call, agent, LOW, why)
    if why == "message":
        # No complaint: those are counted and have a time limit, and are made as such.
        await message.leave(caller, MessageKind.OTHER)


async def _tell(call: Call, agent: str, rating: str, why: str = "") -> None:
    """Every word is one of ours or a number of our own: nothing the caller could have chosen."""
    await call.run(
        "UserEvent", "HotlineRated", f"CallId: {call.id}", f"Agent: {agent}", f"Rating: {rating}", f"Why: {why}"
    )
