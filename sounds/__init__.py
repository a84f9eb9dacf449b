"""Prompts: their texts, their recordings, and how they are voiced."""

from sounds.catalogue import Catalogue, Prompt
from sounds.exceptions import CatalogueError, EngineMissing, NothingHeard, NotVoiced, SoundsError
from sounds.recordings import DEFAULT_VOICE, FOLDER, Finding, Recordings, check

__all__ = [
    "DEFAULT_VOICE",
    "FOLDER",
    "Catalogue",
    "CatalogueError",
    "EngineMissing",
    "Finding",
    "NotVoiced",
    "NothingHeard",
    "Prompt",
    "Recordings",
    "SoundsError",
    "check",
]
