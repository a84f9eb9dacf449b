"""After an agent has joined caller and expert (an attended transfer): their bridge is made again.

Asterisk leaves the new phone's voice out of a running recording for as long as its packets are numbered behind the former
phone's (docs/decisions/0082), and of this transfer no dialplan hears. So both are led into `recording-again-bridged`, where a
new part begins.
"""

import logging
from collections.abc import Mapping
from typing import Protocol

from ami.exceptions import NotDone

TRUNK = "PJSIP/trunk-"
"""Channels of callers."""

AGAIN = "recording-again-bridged"

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
        number = (await control.do("Getvar", Channel=taker, Variable="MEMBERNAME")).get("Value", "")
        for name, value in (("HL_TAKER", taker), ("HL_TAKER_NUMBER", number if number.isdigit() else "")):
            await control.do("Setvar", Channel=caller, Variable=name, Value=value)
        await control.do(
            "Redirect", Channel=caller, Context=AGAIN, Exten="rejoin", Priority="1",
            ExtraChannel=taker, ExtraContext=AGAIN, ExtraExten="hold", ExtraPriority="1",
        )  # fmt: skip
    except NotDone as error:
        log.warning("the recording of %s may lack the voice of %s: %s", caller, taker, error)
