"""Walking the menu: one key a level."""

from agi_scripts import agent
from agi_scripts.caller import Caller, Up, WantsAgent, choose
from agi_scripts.leaves import LEAVES
from agi_scripts.menu_tree import Node
from fund.exceptions import FundUnavailable
from ivr.call import Menu
from ivr.exceptions import TooManyTries
from service_requests.exceptions import RequestsUnavailable

AGENT, UP = "agent", "up"


async def browse(caller: Caller, node: Node) -> None:
    """Read this menu and follow the keys until the caller goes up from it."""
    choices = {key: key for key in node.children} | {"0": AGENT, "*": UP}
    while True:
        try:
            outcome = await caller.call.menu(Menu((node.prompt,), choices))
        except TooManyTries:
            await agent.offer(caller)
        if outcome == AGENT:
            raise WantsAgent("key")
        if outcome == UP:
            return
        child = node.children[outcome]
        caller.call.note("menu", path=child.path)
        caller.path = child.path
        if child.children:
            await browse(caller, child)
        else:
            await _leaf(caller, child)


async def _leaf(caller: Caller, node: Node) -> None:
    try:
        try:
            await LEAVES[node.leaf](caller)
        except (FundUnavailable, RequestsUnavailable):
            caller.call.note("fault", what="lookup")
            await choose(caller, "fault.lookup", reason="fault")
    except Up:
        return
    except TooManyTries:
        await agent.offer(caller)
