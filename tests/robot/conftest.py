import pytest

from ivr import speech
from robot.lexicon import Lexicon
from sounds.catalogue import Catalogue
from sounds.recordings import DEFAULT_VOICE, FOLDER, Recordings


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    return Recordings(FOLDER / DEFAULT_VOICE)


@pytest.fixture(scope="session")
def lexicon(recordings: Recordings) -> Lexicon:
    return Lexicon.of_recordings(Catalogue.load(pieces=speech.clips()), recordings)
