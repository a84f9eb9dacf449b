"""Which outside numbers may be dialled, for call-backs and for an agent returning a call, and how. Pure.

What is allowed is listed, everything else is refused: an own area's subscribers, mobile numbers, nothing more. So no
premium line, no service number (95…, 96…, 400…), no other area, no foreign country, whatever it is written like.
"""

import re
from dataclasses import dataclass

MOBILE = re.compile(r"1[3-9][0-9]{9}")
SUBSCRIBER = re.compile(r"[2-8][0-9]{6,7}")
"""Seven or eight digits; 1 and 9 begin service numbers."""

SERVICES = ("1", "9", "400", "800")
"""How emergency, information, service and shared-cost numbers begin: only a refusal's reason depends on it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The dialling plan. `area_codes`: with their 0; `refused`: beginnings that are refused although they look allowed."""

    area_codes: tuple[str, ...] = ()
    mobiles: bool = True
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """May be dialled, as `number`: a mobile's eleven digits, or area code and subscriber."""

    number: str


@dataclass(frozen=True, slots=True)
class Refused:
    """May not be dialled. `why`: malformed, foreign, service, other_area, mobiles_off, listed."""

    why: str


def dialled(number: str, rules: Rules) -> Allowed | Refused:
    """Judge a number as a caller's network or a caller's keys give it."""
    plain = re.sub(r"^(\+86|0086)", "", number)
    # A trunk may give a mobile of another area with the 0 it would be dialled with.
    if plain.startswith("0") and MOBILE.fullmatch(plain[1:]):
        plain = plain[1:]
    if any(plain.startswith(beginning) for beginning in rules.refused if beginning):
        return Refused("listed")
    if MOBILE.fullmatch(plain):
        return Allowed(plain) if rules.mobiles else Refused("mobiles_off")
    if subscriber := _subscriber(plain, rules.area_codes):
        return Allowed(subscriber)
    return Refused(_why(plain))


def _subscriber(plain: str, area_codes: tuple[str, ...]) -> str:
    """Area code and number of an own area's subscriber, else nothing."""
    for area in area_codes:
        if plain.startswith(area) and SUBSCRIBER.fullmatch(plain.removeprefix(area)):
            return plain
    return area_codes[0] + plain if area_codes and SUBSCRIBER.fullmatch(plain) else ""


def _why(plain: str) -> str:
    if plain.startswith(("+", "00")):
        return "foreign"
    if not re.fullmatch(r"[0-9]{1,20}", plain):
        return "malformed"
    if plain.startswith("0"):
        return "other_area"
    return "service" if plain.startswith(SERVICES) else "malformed"


def patterns(rules: Rules) -> tuple[str, ...]:
    """The same plan as Asterisk's patterns (without _), so that the dialplan refuses by itself what is refused here."""
    mobiles = ("1[3-9]XXXXXXXXX",) if rules.mobiles else ()
    return (*mobiles, *(f"{area}[2-8]{'X' * more}" for area in rules.area_codes for more in (6, 7)))
