"""Where a page ended, as text that needs no escaping in a URL: `<microseconds since 1970>~<id>`.

The next page begins after it, however much came in between: nothing is shown twice, nothing shifts.
"""

import datetime as dt

CURSOR = r"^[0-9]{1,17}~[0-9A-Za-z_.:-]{1,80}$"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def written(moment: dt.datetime, id_: str) -> str:
    """Give the cursor of a row, by the moment it is sorted by and what tells it from others of that moment."""
    return f"{(moment - EPOCH) // dt.timedelta(microseconds=1)}~{id_}"


def read(text: str) -> tuple[dt.datetime, str]:
    """Give the moment and the id of a text that matches CURSOR."""
    moment, _, id_ = text.partition("~")
    return EPOCH + dt.timedelta(microseconds=int(moment)), id_
