"""What can go wrong here."""


class CallersUnavailable(Exception):  # noqa: N818 - says what is so
    """The database did not answer."""
