"""A branch (业务网点): where a centre's customers are served. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch. `code` ([a-z0-9_-]+) is unique within its centre; the texts are as they are written, for a screen or a row.

    What begins with `said_` are the ids of the recordings that say it to a caller.
    """

    code: str
    centre: str
    district: str
    name: str
    address: str
    hours: str
    phone: str
    said_district: str
    said_name: str
    said_more: tuple[str, ...]
    """Address, hours, and whatever else the file says, in this order."""
