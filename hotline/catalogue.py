"""Everything that is ever said: the prompts, the pieces of values, the names of the centres, the guide."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from centres import names
from guide.shelf import SHIPPED, Contents, contents
from hotline.settings import Settings
from ivr import speech
from sounds import Catalogue, Prompt

GUIDE = "guide/"
"""What ids of the guide's recordings begin with. A call goes on without them, so they are not asked for at the start."""


def catalogue(settings: Settings, prompts: Iterable[Prompt] = ()) -> Catalogue:
    """Give every text that calls cannot do without, by its id, and `prompts`; CatalogueError names a mistake in the file."""
    return Catalogue.load(pieces={**speech.clips(), **names.texts(settings.centres)}, prompts=prompts)


def everything(settings: Settings, today: dt.date) -> Catalogue:
    """All there is to voice, the guide included."""
    return catalogue(settings, guide_of(settings).prompts(today))


def guide_folder(settings: Settings) -> Path:
    """Where the guide's files stand."""
    return Path(settings.guide.folder) if settings.guide.folder else SHIPPED


def guide_of(settings: Settings) -> Contents:
    """What the guide's files say, and what is wrong with them."""
    return contents(guide_folder(settings), [centre.code for centre in settings.centres])
