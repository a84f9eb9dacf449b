"""Numbers people identify themselves with: their shapes, check characters and masks. Pure."""

import datetime as dt
from enum import StrEnum

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
ID_LENGTH = 18
LEGACY_ID_LENGTH = 15
"""ID numbers of before 1999: no century, no check character."""
CARD_LENGTHS = range(16, 20)
ACCOUNT_LENGTHS = range(6, 16)


class Login(StrEnum):
    """What a depositor or a unit identifies with."""

    ACCOUNT = "account"
    ID_NUMBER = "id"
    CARD = "card"
    UNIT = "unit"


def check_character(body: str) -> str:
    """The 18th character of an ID number whose first 17 digits are `body` (GB 11643, ISO 7064 MOD 11-2)."""
    return ID_CHECK[sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True)) % 11]


def id_number_holds(text: str) -> bool:
    """True for 18 characters with a day of birth that exists and the right check character."""
    if len(text) != ID_LENGTH or not (text.isascii() and text[:-1].isdigit()):
        return False
    return _has_birthday(text) and check_character(text[:-1]) == text[-1].upper()


def _has_birthday(text: str) -> bool:
    """True when the digits from the seventh on are a day since 1900."""
    try:
        return dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14])).year >= 1900
    except ValueError:
        return False


def luhn_holds(text: str) -> bool:
    """True when the card number's last digit checks the others (ISO/IEC 7812)."""
    if not (text.isascii() and text.isdigit()):
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(text)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def luhn_digit(body: str) -> str:
    """The digit that makes `body` a card number."""
    return next(digit for digit in "0123456789" if luhn_holds(body + digit))


def kind_of_login(text: str) -> Login | None:
    """Tell the login's kind by its shape; None when it can be none of them.

    One ID number in ten whose check character is wrong would pass as a card: eighteen digits with a birthday in the
    right place are an ID number or nothing.
    """
    if id_number_holds(text):
        return Login.ID_NUMBER
    if len(text) in CARD_LENGTHS and luhn_holds(text) and not (looks_like_id_number(text) and _has_birthday(text)):
        return Login.CARD
    if text.isascii() and text.isdigit() and len(text) in ACCOUNT_LENGTHS:
        return Login.ACCOUNT
    return None


def legacy_id_number_holds(text: str) -> bool:
    """True for fifteen digits with a day of birth that exists in the last century's years."""
    return (
        len(text) == LEGACY_ID_LENGTH and text.isascii() and text.isdigit() and _has_birthday(f"{text[:6]}19{text[6:]}")
    )


def logins(text: str, *, legacy_ids: bool = False) -> tuple[Login, ...]:
    """Every kind of depositor's login that `text` can be: more than one only where old ID numbers are in use."""
    kind = kind_of_login(text)
    if kind is None:
        return ()
    return (kind, Login.ID_NUMBER) if legacy_ids and legacy_id_number_holds(text) else (kind,)


def looks_like_id_number(text: str) -> bool:
    """True for eighteen characters that may have been meant as an ID number."""
    return (
        len(text) == ID_LENGTH and text.isascii() and text[:-1].isdigit() and (text[-1].isdigit() or text[-1] in "Xx")
    )


def masked_id_number(text: str) -> str:
    """First and last four: 4301****1234."""
    return f"{text[:4]}****{text[-4:]}"


def masked_phone(text: str) -> str:
    """First three and last four: 138****5678."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "*" * len(text)
