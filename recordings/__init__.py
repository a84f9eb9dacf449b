"""Recorded talks: made small and sealed when a call is over, kept for their time, listed and played by who may."""

from recordings.exceptions import Damaged, KeyFileError, RecordingsError, RecordingsUnavailable, UnknownKey
from recordings.keys import KeyRing
from recordings.settings import RecordingsSettings

__all__ = [
    "Damaged",
    "KeyFileError",
    "KeyRing",
    "RecordingsError",
    "RecordingsSettings",
    "RecordingsUnavailable",
    "UnknownKey",
]
