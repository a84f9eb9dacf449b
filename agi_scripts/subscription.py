"""3 → 4: SMS by category, on and off."""

from agi_scripts.caller import Caller, choose, offer_agent
from agi_scripts.verify import verified
from service_requests.kinds import Category

BY_KEY = {
    "1": Category.DEPOSIT,
    "2": Category.LOAN,
    "3": Category.WITHDRAWAL,
    "4": Category.CHANGE,
    "5": Category.NOTICE,
}
NAMES = {
    Category.DEPOSIT: "subscription.deposit",
    Category.LOAN: "subscription.loan",
    Category.WITHDRAWAL: "subscription.withdrawal",
    Category.CHANGE: "subscription.change",
    Category.NOTICE: "subscription.notice",
}


async def subscription(caller: Caller) -> None:
    """Say whether a category is subscribed to, and change it, as often as the caller wants."""
    who = await verified(caller)
    if await caller.call.meanwhile(caller.world.fund.mobile(who)) is None:
        await offer_agent(caller, "sms.no_mobile", "menu.again", reason="request")
    requests = caller.world.requests
    while True:
        category = Category(await choose(caller, "subscription.menu", choices=BY_KEY))
        active = category in await caller.call.meanwhile(requests.subscribed(who))
        state, question = (
            ("subscription.on", "subscription.turn_off") if active else ("subscription.off", "subscription.turn_on")
        )
        await choose(caller, question, choices={"1": "turn"}, told=(NAMES[category], state))
        await caller.call.meanwhile(requests.subscribe(who, category, caller.call.id, active=not active))
        caller.call.note("request", what="subscription", category=str(category), active=not active)
        await caller.call.say(NAMES[category], "subscription.now_off" if active else "subscription.now_on")
