"""Everything that is ever said: the prompts, the pieces of values, the names of the centres."""

from centres import names
from hotline.settings import Settings
from ivr import speech
from sounds import Catalogue


def catalogue(settings: Settings) -> Catalogue:
    """Give every text by its id; CatalogueError names a mistake in the file."""
    return Catalogue.load(pieces={**speech.clips(), **names.texts(settings.centres)})
