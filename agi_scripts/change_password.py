"""1 → 5: a new password for the personal account or the unit's."""

from agi_scripts import password
from agi_scripts.caller import Caller, Up, choose
from agi_scripts.verify import proved
from fund.port import Holder


async def change_password(caller: Caller) -> None:
    """Whose password, the old one (which is also the proof of who calls), the new one twice."""
    choice = await choose(caller, "password.whose", choices={"1": Holder.DEPOSITOR, "2": Holder.UNIT})
    proof = await proved(caller, Holder(choice))
    if not proof.renewed:
        old = proof.password or await password.entered_password(caller, "password.old")
        await password.changed(caller, proof.who, old)
    raise Up
