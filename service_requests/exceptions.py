"""What can keep a request from being taken.

RequestsError
├── RequestsUnavailable   the database is away: the caller is told
├── SlotTaken             the last place of a half day has gone
└── AlreadyBooked         the holder has an open appointment for this business
"""


class RequestsError(Exception):
    """Anything that keeps a request from being taken."""


class RequestsUnavailable(RequestsError):  # noqa: N818 - says what the room is
    """Requests cannot be stored now."""


class SlotTaken(RequestsError):  # noqa: N818 - says what the slot is
    """No place is left."""


class AlreadyBooked(RequestsError):  # noqa: N818 - says what is so
    """One open appointment for each business."""
