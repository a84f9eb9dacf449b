"""What can go wrong at Asterisk's manager interface.

NotDone           an action was not done, or nobody knows
├─ Refused        Asterisk said no, or the action was not one to send: nothing happened
└─ LinkLost       no connection, or no answer in time: it may have happened all the same
"""


class NotDone(Exception):  # noqa: N818 - says what happened
    """An action has no good answer. It is not sent again: only who asked knows whether it may happen twice."""


class Refused(NotDone):
    """Asterisk refused it, or it was never sent because a field has a line break."""


class LinkLost(NotDone):
    """The connection is gone, was refused, or is not usable."""
