"""What can go wrong on the robot's side of a call.

RobotError
├── PhoneBroken        the telephone's process died or cannot start
├── Refused            the registration was refused (code, reason)
├── CallFailed         the call was not answered (code, reason)
├── CallOver           the call ended while something was still expected
├── NotHeard           something else, or nothing expected, was heard in time
└── Silent             nothing at all was heard for too long while the call was up
"""


class RobotError(Exception):
    """Root of this room's errors."""


class PhoneBroken(RobotError):  # noqa: N818 - these names say what happened, which reads better in `except`
    """The telephone's own process failed; nothing is known about the product."""


class Refused(RobotError):  # noqa: N818
    """The server refused the registration. `code` is SIP's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"registration refused: {code} {reason}")
        self.code = code
        self.reason = reason


class CallFailed(RobotError):  # noqa: N818
    """The call came to nothing. `code` is SIP's final answer; 408 stands for none at all."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the call was not answered: {code} {reason}")
        self.code = code
        self.reason = reason


class CallOver(RobotError):  # noqa: N818
    """The other side ended the call, or it was never up."""


class NotHeard(RobotError):  # noqa: N818
    """The message says what was expected and what was heard instead."""


class Silent(RobotError):  # noqa: N818
    """A caller would have thought the line dead."""
