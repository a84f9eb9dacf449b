"""Who talks with whom on Asterisk's channels, and the caller who waits in a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facts import call_of
from seats.exceptions import NotPossible

UP = "6"
TRUNK = "PJSIP/trunk-"
"""Channels of callers."""

CHANNEL = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.-]+(;[12])?")
"""Names of channels that are put into a variable of the dialplan."""

Channel = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk: the agent's channel, the other side's, and the call they belong to."""

    agent: str
    caller: str
    call: str


def talk_at(interface: str, channels: Sequence[Channel]) -> Talk:
    """The talk at a phone, with the caller where three talk; NotPossible when there is none. `channels`: CoreShowChannel."""
    for one in channels:
        name, bridge = one.get("Channel", ""), one.get("BridgeId", "")
        if not name.startswith(f"{interface}-") or not bridge or one.get("ChannelState") != UP:
            continue
        others = [other.get("Channel", "") for other in channels if other.get("BridgeId") == bridge and other is not one]
        if others:
            first = min(others, key=lambda channel: not channel.startswith(TRUNK))
            return Talk(_plain(name), _plain(first), call_of(one.get("Linkedid", "")))
    raise NotPossible("not_talking")


def waiting(call: str, channels: Sequence[Channel]) -> str:
    """The channel of a caller who waits in a line; NotPossible when the call does not."""
    for one in channels:
        in_line = one.get("Application") == "Queue" and not one.get("BridgeId")
        if in_line and call and call_of(one.get("Uniqueid", "")) == call:
            return _plain(one.get("Channel", ""))
    raise NotPossible("no_such_call")


def _plain(name: str) -> str:
    if not CHANNEL.fullmatch(name):
        raise NotPossible("not_talking")
    return name
