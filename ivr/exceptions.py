"""What ends or bends a conversation. Exceptions unwind it; nobody checks return codes.

IvrError
├── CallEnded             nobody is there any more
│   ├── CallerHungUp      the caller ended the call
│   └── AsteriskGone      Asterisk closed the connection
├── HandedOver            the dialplan goes on (queue, goodbye)
├── TooManyTries          wrong or missing keys, as often as allowed
├── AsteriskSilent        a command was not answered in its time
├── CommandRefused        Asterisk answered 510 or 520, or could not do it
├── PromptMissing         a recording cannot be played
├── UnsafeFolder          the folder for what is said is another user's
└── ProtocolError         what came is not AGI
"""


class IvrError(Exception):
    """Anything that leaves the straight way of a conversation."""


class CallEnded(IvrError):  # noqa: N818 - these names say what happened, which reads better in `except`
    """Nobody is there any more."""


class CallerHungUp(CallEnded):
    """The caller ended the call."""


class AsteriskGone(CallEnded):
    """Asterisk closed the connection."""


class HandedOver(IvrError):  # noqa: N818
    """The conversation is over; the dialplan goes on with the call."""


class TooManyTries(IvrError):  # noqa: N818
    """Wrong or missing keys, as often as allowed."""


class AsteriskSilent(IvrError):  # noqa: N818
    """A command was not answered within its time."""


class CommandRefused(IvrError):  # noqa: N818
    """Asterisk does not know a command or its arguments (510, 520), or cannot do it."""


class PromptMissing(IvrError):  # noqa: N818
    """A recording cannot be played though the caller is there."""


class UnsafeFolder(IvrError):  # noqa: N818
    """The folder for what is said belongs to another user, who could read or change it."""


class ProtocolError(IvrError):
    """What came over the connection is not AGI, or breaks its limits."""
