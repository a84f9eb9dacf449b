"""How far something long is, on a terminal or in a log."""

import sys
import time


class Progress:
    """One line that counts on a terminal; elsewhere a line for a new thing and for every quarter of it."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._what = ""
        self._quarter = 0
        self._drawn = 0.0

    def tell(self, what: str, percent: float | None) -> None:
        """Show that `what` is being done, `percent` of it so far."""
        new = what != self._what
        if self._terminal:
            self._draw(what, percent, new=new)
        elif new:
            print(f"  {what} …", flush=True)
        elif percent is not None and percent // 25 > self._quarter:
            print(f"  {what} {percent:.0f} %", flush=True)
        self._what = what
        self._quarter = 0 if percent is None else int(percent // 25)

    def _draw(self, what: str, percent: float | None, *, new: bool) -> None:
        now = time.monotonic()
        if not new and now - self._drawn < 0.1 and percent != 100:
            return
        if new and self._what:
            print()
        print(f"\r  {what} {'…' if percent is None else f'{percent:3.0f} %'}\033[K", end="", flush=True)
        self._drawn = now

    def done(self) -> bool:
        """End the line; tell whether there was anything to show."""
        if self._terminal and self._what:
            print()
        return bool(self._what)
