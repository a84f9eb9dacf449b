"""1 → 4: the unit's account, for the person who keeps it."""

from agi_scripts.caller import Caller, choose
from agi_scripts.personal_account import STATUS
from agi_scripts.summary import send
from agi_scripts.verify import verified
from fund.port import Holder, Unit
from ivr import speech
from ivr.speaker import Spoken


async def unit_account(caller: Caller) -> None:
    """Say how the unit stands, as often as the caller wants to hear it."""
    who = await verified(caller, Holder.UNIT)
    unit = await caller.call.meanwhile(caller.world.fund.unit(who))
    caller.call.note("query", what="unit")
    told = spoken(unit)
    while True:
        await choose(caller, "query.more", told=told, choices={"2": "sms"})
        told = await send(caller, who, "deposit", written(unit))


def spoken(unit: Unit) -> tuple[Spoken, ...]:
    """The unit in words. Names cannot be read from recordings: its last digits tell that it is the right one."""
    return (
        "unit.tail",
        speech.digits(unit.tail),
        "unit.people",
        speech.number(unit.people),
        "unit.monthly",
        speech.amount(unit.monthly_sum),
        "account.paid_until",
        speech.month(unit.paid_until.year, unit.paid_until.month),
        STATUS[unit.status],
    )


def written(unit: Unit) -> str:
    """The unit as an SMS says it."""
    return (
        f"贵单位尾号{unit.tail}的公积金账户，缴存{unit.people}人，月缴存额{unit.monthly_sum:.2f}元，"
        f"缴至{unit.paid_until:%Y年%m月}。"
    )
