"""What a client is told when a request cannot be answered: {"error": {"code", "message", "where"}}."""


class HttpError(Exception):
    """An answer other than the asked one. `where` names the parameter that is wrong."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.message, self.where = message, where


class Unauthorised(HttpError):  # noqa: N818
    """No token, or one nobody was given."""

    status, code = 401, "unauthorised"


class Forbidden(HttpError):  # noqa: N818
    """The token's role may not do this."""

    status, code = 403, "forbidden"


class NotFound(HttpError):  # noqa: N818
    """There is no such thing."""

    status, code = 404, "not_found"


class Conflict(HttpError):  # noqa: N818
    """It cannot be done as things are."""

    status, code = 409, "conflict"


class Gone(HttpError):  # noqa: N818
    """It was there and is not any more."""

    status, code = 410, "gone"


class OutsideRange(HttpError):  # noqa: N818
    """The part of it that was asked for lies outside; `length` is all there is, in bytes."""

    status, code = 416, "range_not_satisfiable"

    def __init__(self, length: int) -> None:
        super().__init__(f"it has {length} bytes", "Range")
        self.length = length


class Broken(HttpError):  # noqa: N818
    """It is there, and damaged."""

    status, code = 500, "damaged"


class Unavailable(HttpError):  # noqa: N818
    """A part that is needed is away."""

    status, code = 503, "unavailable"
