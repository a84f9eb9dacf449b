"""What can keep a seat from being taken."""


class SeatsError(Exception):
    """Anything wrong with seats."""


class SeatsUnavailable(SeatsError):  # noqa: N818 - says what the seats are
    """The database is away: nobody can sign in, those who are signed in go on."""
