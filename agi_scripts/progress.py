"""1 → 3: how far a loan application is, since when, and what comes next."""

from agi_scripts.caller import Caller, choose
from agi_scripts.summary import send
from agi_scripts.verify import verified
from fund import names
from fund.port import Application, Stage
from ivr import speech
from ivr.speaker import Spoken

STAGES = {
    Stage.ACCEPTED: ("stage.accepted", "stage.accepted.next"),
    Stage.FIRST_REVIEW: ("stage.first_review", "stage.first_review.next"),
    Stage.SECOND_REVIEW: ("stage.second_review", "stage.second_review.next"),
    Stage.APPROVED: ("stage.approved", "stage.approved.next"),
    Stage.SIGNED: ("stage.signed", "stage.signed.next"),
    Stage.DISBURSED: ("stage.disbursed", "stage.disbursed.next"),
    Stage.REJECTED: ("stage.rejected", "stage.rejected.next"),
}
"""Stage → how it is said, and what comes next."""

MOST = 3
"""Applications that are told; who has more asks a person."""


async def progress(caller: Caller) -> None:
    """Say where each application stands, the newest first."""
    who = await verified(caller)
    applications = (await caller.call.meanwhile(caller.world.fund.applications(who)))[:MOST]
    caller.call.note("query", what="progress")
    if not applications:
        await choose(caller, "menu.again", told=("progress.none",))
        return
    told = tuple(part for application in applications for part in spoken(application))
    while True:
        await choose(caller, "query.more", told=told, choices={"2": "sms"})
        told = await send(caller, who, "loan", "".join(map(written, applications)))


def spoken(application: Application) -> tuple[Spoken, ...]:
    """The application in words."""
    stage, following = STAGES[application.stage]
    return stage, "progress.since", speech.date(application.since), following


def written(application: Application) -> str:
    """The application as an SMS says it."""
    return f"您的公积金贷款申请自{application.since:%Y年%m月%d日}起的状态为：{names.STAGES[application.stage]}。"
