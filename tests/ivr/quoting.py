"""How Asterisk takes a command line apart: an independent reading of parse_args in res_agi.c, byte by byte."""

BLANKS = b" \t"


def words(line: bytes) -> list[bytes]:
    """The words of a command line without its end."""
    found: list[bytearray] = []
    quoted = escaped = inside = False
    for value in line:
        character = bytes([value])
        if escaped:
            escaped = False
        elif character == b"\\":
            escaped = True
            continue
        elif character == b'"':
            quoted = not quoted
            if quoted and not inside:
                found.append(bytearray())
                inside = True
            continue
        elif character in BLANKS and not quoted:
            inside = False
            continue
        if not inside:
            found.append(bytearray())
            inside = True
        found[-1] += character
    return [bytes(word) for word in found]
