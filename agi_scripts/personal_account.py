"""1 → 1: the balance of the personal account, the monthly deposit and the month it is paid up to."""

from agi_scripts.caller import Caller, Up, WantsAgent
from agi_scripts.verify import verified
from fund.port import PersonalAccount
from ivr import speech
from ivr.call import Menu
from ivr.speaker import Spoken


async def personal_account(caller: Caller) -> None:
    """Say what stands in the account, as often as the caller wants to hear it."""
    depositor = await verified(caller)
    accounts = await caller.call.meanwhile(caller.world.fund.personal_accounts(depositor.depositor))
    caller.call.note("query", what="personal_account")
    said = tuple(part for account in accounts for part in _spoken(account)) or ("account.none",)
    if await caller.call.menu(Menu((*said, "menu.again"), {"0": "agent", "*": "up"})) == "agent":
        raise WantsAgent("key")
    raise Up


def _spoken(account: PersonalAccount) -> tuple[Spoken, ...]:
    return (
        "account.tail",
        speech.digits(account.tail),
        "account.balance",
        speech.amount(account.balance),
        "account.monthly",
        speech.amount(account.monthly_deposit),
        "account.paid_until",
        speech.month(account.paid_until.year, account.paid_until.month),
    )
