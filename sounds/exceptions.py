"""What can be wrong with sounds.

SoundsError
├── CatalogueError   the author of catalogue.toml
├── NotVoiced        whoever runs `hotline prompts build`
├── NothingHeard     whoever made the recording, or the engine
└── EngineMissing    whoever installs the voice
"""


class SoundsError(Exception):
    """Anything wrong with prompts or recordings, in plain words."""


class CatalogueError(SoundsError):
    """A text cannot be used."""


class NotVoiced(SoundsError):  # noqa: N818 - says what the prompt is
    """A prompt has no recording."""


class NothingHeard(SoundsError):  # noqa: N818 - says what the voice is
    """An engine or a studio recording gave silence, or a file that is no sound."""


class EngineMissing(SoundsError):  # noqa: N818 - says what the engine is
    """A voice or what it needs is not installed, or cannot be reached."""
