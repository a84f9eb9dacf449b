import pytest

from sounds.recordings import DEFAULT_VOICE, FOLDER, Recordings


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    return Recordings(FOLDER / DEFAULT_VOICE)
