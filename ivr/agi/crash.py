"""Where a conversation broke, without what it held: messages of exceptions may quote what a caller entered."""

from traceback import extract_tb


def places(error: BaseException) -> str:
    """Give the kinds of the exceptions and the lines they passed, the first cause first; no message, no value."""
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None and len(chain) < 8:
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(link.__traceback__)]
        chain.append("\n".join([f"{type(link).__module__}.{type(link).__qualname__}", *lines]))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nthen ".join(reversed(chain))
