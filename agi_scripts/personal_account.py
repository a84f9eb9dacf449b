"""1 → 1: the personal account: what stands in it, what comes in each month, and its last movements."""

from agi_scripts.caller import Caller, choose
from agi_scripts.several import the_one
from agi_scripts.summary import send
from agi_scripts.verify import verified
from fund.port import AccountStatus, Movement, MovementKind, PersonalAccount
from ivr import speech
from ivr.speaker import Spoken

STATUS = {
    AccountStatus.NORMAL: "status.normal",
    AccountStatus.SEALED: "status.sealed",
    AccountStatus.FROZEN: "status.frozen",
    AccountStatus.CLOSED: "status.closed",
}
MOVEMENTS = {
    MovementKind.DEPOSIT: "movement.deposit",
    MovementKind.SUPPLEMENT: "movement.supplement",
    MovementKind.INTEREST: "movement.interest",
    MovementKind.TRANSFER_IN: "movement.transfer_in",
    MovementKind.WITHDRAWAL: "movement.withdrawal",
    MovementKind.TRANSFER_OUT: "movement.transfer_out",
    MovementKind.REPAYMENT: "movement.repayment",
}


async def personal_account(caller: Caller) -> None:
    """Say what stands in the account, as often as the caller wants to hear it."""
    who = await verified(caller)
    accounts = await caller.call.meanwhile(caller.world.fund.personal_accounts(who))
    caller.call.note("query", what="personal_account")
    if not accounts:
        await choose(caller, "menu.again", told=("account.none",))
        return
    account = await the_one(caller, accounts, "account.several")
    told = spoken(account)
    while True:
        wish = await choose(caller, "account.more", told=told, choices={"1": "movements", "2": "sms"})
        if wish == "sms":
            told = await send(caller, who, "deposit", written(account))
            continue
        movements = await caller.call.meanwhile(caller.world.fund.movements(who, account.key))
        caller.call.note("query", what="movements")
        told = tuple(part for movement in movements for part in _moved(movement)) or ("movement.none",)


def spoken(account: PersonalAccount) -> tuple[Spoken, ...]:
    """The account in words, what is asked for most first."""
    return (
        "account.tail",
        speech.digits(account.tail),
        "account.balance",
        speech.amount(account.balance),
        "account.monthly",
        speech.amount(account.monthly_deposit),
        "account.employer",
        speech.amount(account.employer_share),
        "account.own",
        speech.amount(account.own_share),
        "account.paid_until",
        speech.month(account.paid_until.year, account.paid_until.month),
        STATUS[account.status],
    )


def written(account: PersonalAccount) -> str:
    """The account as an SMS says it: nothing of the number but its last four digits."""
    return (
        f"您尾号{account.tail}的公积金账户余额{account.balance:.2f}元，月缴存额{account.monthly_deposit:.2f}元"
        f"（单位{account.employer_share:.2f}元，个人{account.own_share:.2f}元），缴至{account.paid_until:%Y年%m月}。"
    )


def _moved(movement: Movement) -> tuple[Spoken, ...]:
    return speech.date(movement.on), MOVEMENTS[movement.kind], speech.amount(movement.amount)
