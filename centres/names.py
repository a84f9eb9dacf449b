"""What callers hear of the centres: names, and which key is whose. Pure: ids of recordings → their texts.

Centres are data, so these texts follow from the settings and are voiced with the other prompts.
"""

from collections.abc import Iterator, Mapping, Sequence

from centres.centre import Centre, sharing

ONE_KEY = 8
"""As many centres are chosen by one key: 9 says the choice again and 0 leads to a person."""

DIGITS = "零一二三四五六七八九"


def name(centre: Centre) -> str:
    """Id of the recording that says which centre it is."""
    return f"centre/{centre.code}"


def keys(among: Sequence[Centre]) -> Mapping[str, Centre]:
    """What is pressed for each of these centres, in the settings' order: one key for a few, else two digits."""
    digits = 1 if len(among) <= ONE_KEY else 2
    return {f"{number:0{digits}d}": centre for number, centre in enumerate(among, 1)}


def choice(centre: Centre, key: str) -> str:
    """Id of the recording that says which key is the centre's."""
    return f"centre/{centre.code}/{key}"


def texts(centres: Sequence[Centre]) -> dict[str, str]:
    """Everything that is said of these centres."""
    found = {name(centre): f"{centre.name}中心" for centre in centres}
    for among in _groups(centres):
        for key, centre in keys(among).items():
            found[choice(centre, key)] = f"{centre.name}请按{''.join(DIGITS[int(digit)] for digit in key)}"
    return found


def _groups(centres: Sequence[Centre]) -> Iterator[Sequence[Centre]]:
    """What a caller may choose among: all of them, or those that share an area code."""
    if len(centres) > 1:
        yield centres
    for area_code in {code for centre in centres for code in centre.area_codes}:
        if len(among := sharing(centres, area_code)) > 1:
            yield among
