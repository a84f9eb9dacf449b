"""What can keep a recording from being kept or heard, grouped by who must act.

RecordingsError
├── KeyFileError            the operator: the key file is missing or cannot be used
├── UnknownKey              the operator: sealed with a key that the key file does not have
├── Damaged                 a backup: not a recording, cut short, or changed
└── RecordingsUnavailable   wait: the database is away
"""


class RecordingsError(Exception):
    """Anything wrong with recordings, in plain words."""


class KeyFileError(RecordingsError):
    """The key file is missing, can be read by others, or has a line that is no key."""


class UnknownKey(RecordingsError):  # noqa: N818 - says what the key is
    """The key that sealed it is not in the key file: put its line back."""


class Damaged(RecordingsError):  # noqa: N818 - says what the file is
    """Not as it was sealed: nothing of the chunk in question is given."""


class RecordingsUnavailable(RecordingsError):  # noqa: N818 - says what the recordings are
    """The database does not answer: plain parts wait on disk, nothing can be listed or played."""
