"""What can keep a request from being taken.

RequestsError
└── RequestsUnavailable   the database is away: the caller is told
"""


class RequestsError(Exception):
    """Anything that keeps a request from being taken."""


class RequestsUnavailable(RequestsError):  # noqa: N818 - says what the room is
    """Requests cannot be stored now."""
