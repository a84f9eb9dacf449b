"""Digits a caller entered: never printed by accident."""

from typing import final


@final
class Digits:
    """A string that shows only its length unless it is asked to `reveal`."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def reveal(self) -> str:
        """The digits themselves: for the one who checks them."""
        return self._digits

    def __len__(self) -> int:
        return len(self._digits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digits) and other._digits == self._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return f"Digits({'•' * len(self._digits)})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)
