"""What can keep the waiting room from acting."""


class NotDone(Exception):  # noqa: N818 - says what happened
    """Asterisk refused an action, or gave no answer in time: it may or may not have happened, and is not sent again."""
