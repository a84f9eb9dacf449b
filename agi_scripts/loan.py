"""1 → 2: the housing loan: what is left of it, what is due next, what is late."""

from agi_scripts.caller import Caller, choose
from agi_scripts.several import the_one
from agi_scripts.summary import send
from agi_scripts.verify import verified
from fund.port import Loan
from ivr import speech
from ivr.speaker import Spoken


async def loan(caller: Caller) -> None:
    """Say how the loan stands, as often as the caller wants to hear it."""
    who = await verified(caller)
    loans = await caller.call.meanwhile(caller.world.fund.loans(who))
    caller.call.note("query", what="loan")
    if not loans:
        await choose(caller, "menu.again", told=("loan.none",))
        return
    chosen = await the_one(caller, loans, "loan.several")
    told = spoken(chosen)
    while True:
        await choose(caller, "query.more", told=told, choices={"2": "sms"})
        told = await send(caller, who, "loan", written(chosen))


def spoken(loan: Loan) -> tuple[Spoken, ...]:
    """The loan in words. What is repaid has no term and nothing due."""
    head: tuple[Spoken, ...] = ("loan.tail", speech.digits(loan.tail))
    if not loan.balance:
        return (*head, "loan.repaid")
    due: tuple[Spoken, ...] = ("loan.next_due", speech.date(loan.next_due)) if loan.next_due else ()
    late: tuple[Spoken, ...] = ("loan.overdue", speech.amount(loan.overdue), "loan.overdue.pay") if loan.overdue else ()
    return (
        *head,
        *late,
        "loan.balance",
        speech.amount(loan.balance),
        "loan.monthly",
        speech.amount(loan.monthly_payment),
        *due,
        "loan.term",
        speech.term(loan.term_months),
        "loan.remaining",
        speech.term(loan.remaining_months),
        "loan.paid_until",
        speech.month(loan.paid_until.year, loan.paid_until.month),
        *(() if late else ("loan.not_overdue",)),
    )


def written(loan: Loan) -> str:
    """The loan as an SMS says it."""
    due = f"，下次还款日{loan.next_due:%Y年%m月%d日}" if loan.next_due else ""
    late = f"，已逾期{loan.overdue:.2f}元，请尽快还款" if loan.overdue else ""
    return f"您尾号{loan.tail}的公积金贷款余额{loan.balance:.2f}元，月还款额{loan.monthly_payment:.2f}元{due}{late}。"
