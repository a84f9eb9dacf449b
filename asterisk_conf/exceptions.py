"""What can go wrong between the settings and a running Asterisk.

AsteriskConfError
├── BadPlan          a value that must not stand in a configuration line: the settings' author acts
├── AsteriskDown     the console does not answer: whoever looks after the process acts
└── NotInstalled     a program cannot be had from Debian: whoever looks after the machine acts
"""


class AsteriskConfError(Exception):
    """Base of this room's errors."""


class BadPlan(AsteriskConfError):  # noqa: N818 - it reads as the sentence it prints
    """A field of the plan cannot be rendered; the message names the field, never a secret's value."""


class AsteriskDown(AsteriskConfError):  # noqa: N818
    """Asterisk's console gave no answer."""


class NotInstalled(AsteriskConfError):  # noqa: N818
    """A program is not there and cannot be fetched; the message is a plain sentence that says why and what helps."""
