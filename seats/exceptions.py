"""What can keep a seat from being taken."""


class SeatsError(Exception):
    """Anything wrong with seats."""


class SeatsUnavailable(SeatsError):  # noqa: N818 - says what the seats are
    """The database is away: nobody can sign in, those who are signed in go on."""


class NotPossible(SeatsError):  # noqa: N818 - says what it is
    """What was asked cannot be done now.

    `why`: nobody, not_talking, no_such_call, busy, not_supervisor, no_phone, asterisk (away, or it refused).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
