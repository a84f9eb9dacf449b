"""The conversations that menu.toml can name."""

from collections.abc import Awaitable, Callable, Mapping

from agi_scripts import agent, appointment, guide, message
from agi_scripts.caller import Caller, WantsAgent
from agi_scripts.change_password import change_password
from agi_scripts.loan import loan
from agi_scripts.personal_account import personal_account
from agi_scripts.progress import progress
from agi_scripts.subscription import subscription
from agi_scripts.unit_account import unit_account


async def complaint(caller: Caller) -> None:
    """A complaint is taken by a person, out of hours as a recorded message."""
    if agent.open_now(caller):
        raise WantsAgent("leaf")
    await message.complaint(caller)


async def suggestion(caller: Caller) -> None:
    """The same for a suggestion."""
    if agent.open_now(caller):
        raise WantsAgent("leaf")
    await message.suggestion(caller)


LEAVES: Mapping[str, Callable[[Caller], Awaitable[None]]] = {
    "personal_account": personal_account,
    "loan": loan,
    "progress": progress,
    "unit_account": unit_account,
    "change_password": change_password,
    "deposit_policy": guide.deposit_policy,
    "withdrawal_policy": guide.withdrawal_policy,
    "loan_policy": guide.loan_policy,
    "branches": guide.branches,
    "loan_appointment": appointment.loan_appointment,
    "repayment_appointment": appointment.repayment_appointment,
    "withdrawal_appointment": appointment.withdrawal_appointment,
    "subscription": subscription,
    "complaint": complaint,
    "suggestion": suggestion,
}
