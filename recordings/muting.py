"""Silence in a recording while digits are typed or said: for a verified query in the middle of a talk.

Both sides are silent in the recording, whose time goes on, so the parts of the talk stay where they were. Asterisk tells each
change as MixMonitorMute, which the ledger keeps as the fact `recording`, state muted or resumed.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from ami.exceptions import LinkLost, Refused

log = logging.getLogger(__name__)


class Control(Protocol):
    """Actions at Asterisk's manager interface: ami.Control, as hl_control."""

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it once; NotDone when it was refused or no answer came."""
        ...


@dataclass(frozen=True, slots=True)
class Muting:
    """Mutes what is recorded on a caller's channel: PJSIP/trunk-0000002a, the one that Queue() runs on."""

    control: Control

    @asynccontextmanager
    async def muted(self, channel: str) -> AsyncIterator[None]:
        """Nothing is recorded inside; goes on afterwards, whatever happened inside.

        Refused: nothing records on that channel, and nothing needs to. LinkLost: nobody knows whether it is muted, and no
        digits may be asked for; then the body is not run.
        """
        await self.set(channel, muted=True)
        try:
            yield
        finally:
            try:
                await self.set(channel, muted=False)
            except (Refused, LinkLost) as error:
                # The call is over, or Asterisk is away: the recording has ended or stays silent.
                log.warning("the recording of %s stays muted: %s", channel, error)

    async def set(self, channel: str, *, muted: bool) -> None:
        """Mute or resume; errors as in `muted`."""
        await self.control.do("MixMonitorMute", Channel=channel, Direction="both", State="1" if muted else "0")
