"""After an agent has joined caller and expert (an attended transfer): their bridge is made again.

Asterisk leaves the new phone's voice out of a running recording for as long as its packets are numbered behind the former
phone's (docs/decisions/0082), and of this transfer no dialplan hears. So the caller is led into `talk`, where a new part begins.
"""

import logging
from collections.abc import Mapping
from typing import Protocol

from ami.exceptions import NotDone
from seats.floor import TRUNK

log = logging.getLogger(__name__)


class Control(Protocol):
    """Actions at Asterisk's manager interface (ami.Control)."""

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it once."""
        ...


def joined(event: Mapping[str, str]) -> tuple[str, str] | None:
    """Channels of the caller and of whom he was joined with, of an AttendedTransfer; None when no caller was joined with a phone."""
    if event.get("Result") != "Success":
        return None
    ends = event.get("TransfereeChannel", ""), event.get("TransferTargetChannel", "")
    caller, taker = sorted(ends, key=lambda channel: not channel.startswith(TRUNK))
    return (caller, taker) if caller.startswith(TRUNK) and taker and not taker.startswith(TRUNK) else None


async def rejoin(control: Control, event: Mapping[str, str]) -> None:
    """Lead both through the dialplan. What Asterisk refuses is logged: they talk on, perhaps half recorded."""
    if (ends := joined(event)) is None:
        return
    caller, taker = ends
    try:
        await control.do("Setvar", Channel=caller, Variable="SHARED(HL_WITH)", Value=taker)
        await control.do(
            "Redirect", Channel=caller, Context="talk", Exten="s", Priority="1",
            ExtraChannel=taker, ExtraContext="consultation", ExtraExten="held", ExtraPriority="1",
        )  # fmt: skip
    except NotDone as error:
        log.warning("the recording of %s may lack the voice of %s: %s", caller, taker, error)
