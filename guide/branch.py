"""A branch (业务网点): where a centre's customers are served. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from guide.exceptions import GuideError
from guide.page import Page
from guide.wording import Wording
from sounds import Prompt

KEYS = frozenset({"district", "name", "address", "hours", "phone", "order", "pinyin"})

LONGEST = {"district": 8, "name": 24, "address": 60, "hours": 60, "phone": 40}
"""Characters as they are said."""


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
    """Address, hours, telephone, and whatever else the file says, in this order."""
    order: int = 100
    file: str = ""
    prompts: tuple[Prompt, ...] = ()
    """Everything that must be voiced to tell of it."""


def branch(page: Page, centre: str, code: str) -> Branch:
    """Check a file's content; GuideError names every mistake."""
    wording = Wording(page, f"guide/{centre}/branches/{code}", KEYS)
    lines = {key: wording.line(key, longest) for key, longest in LONGEST.items() if key != "phone" or key in page.keys}
    order = wording.number("order", 100)
    extra = wording.paragraphs()
    found = {key: line for key, line in lines.items() if line}
    if wording.mistakes:
        raise GuideError(wording.mistakes)
    more = tuple(found[key].prompt for key in ("address", "hours", "phone") if key in found) + extra
    return Branch(
        code=code,
        centre=centre,
        district=found["district"].written,
        name=found["name"].written,
        address=found["address"].written,
        hours=found["hours"].written,
        phone=found["phone"].written if "phone" in found else "",
        order=order,
        file=page.file,
        said_district=found["district"].prompt.id,
        said_name=found["name"].prompt.id,
        said_more=tuple(prompt.id for prompt in more),
        prompts=(found["district"].prompt, found["name"].prompt, *more),
    )


def by_district(branches: Iterable[Branch]) -> list[list[Branch]]:
    """The branches of each district together, both in the order in which they come."""
    districts: dict[str, list[Branch]] = {}
    for one in branches:
        districts.setdefault(one.district, []).append(one)
    return list(districts.values())
