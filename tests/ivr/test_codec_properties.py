"""The codec against anything: cut anywhere, quoted anyhow, random bytes."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from ivr.agi import Environment, HangupNotice, Parser, Reply, encode
from ivr.agi.codec import MAX_COMMAND, MAX_LINE, Event
from ivr.exceptions import ProtocolError
from tests.ivr.quoting import words
from tests.ivr.scripted import greeting

LINES = st.sampled_from(
    [
        "200 result=0",
        "200 result=-1 endpos=9760",
        "200 result=123 (timeout)",
        "200 result=1 (名字 é 🎵)",
        "100 Trying...",
        "HANGUP",
        "510 Invalid or unknown command",
        "511 Command Not Permitted on a dead channel or intercept routine",
        "520-Invalid command syntax.\nUsage: 名\n\nHANGUP\n520 End of proper usage.",
    ]
)
STREAMS = st.lists(LINES, max_size=8).map(lambda lines: greeting() + "".join(f"{line}\n" for line in lines).encode())
TEXT = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=200)


def seen(parser: Parser, *parts: bytes) -> tuple[list[Event], bool]:
    """Events until the parser refuses, and whether it did. Compared by all fields: repr hides what was entered."""
    found: list[Event] = []
    try:
        for part in parts:
            found.extend(parser.feed(part))  # keeps what came before a refusal
    except ProtocolError:
        return found, True
    return found, False


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


@given(STREAMS, st.lists(st.integers(min_value=0), max_size=20))
def test_any_cut_gives_the_same_events(data: bytes, places: list[int]) -> None:
    whole = seen(Parser(), data)
    assert seen(Parser(), *cut(data, places)) == whole
    assert not whole[1]


@given(STREAMS)
def test_byte_by_byte_gives_the_same_events(data: bytes) -> None:
    assert seen(Parser(), *(bytes([value]) for value in data)) == seen(Parser(), data)


@given(st.binary(max_size=2000), st.lists(st.integers(min_value=0), max_size=5), st.booleans())
@example(b"520-\n" + b"\n" * 300, [], True)
@example(b"200 result=\xff(\n", [3], True)
def test_random_bytes_are_events_or_refused(data: bytes, places: list[int], greeted: bool) -> None:
    parser = Parser()
    if greeted:
        list(parser.feed(greeting()))
    found, refused = seen(parser, *cut(data, places))
    assert all(isinstance(event, Environment | Reply | HangupNotice) for event in found)
    assert len(found) <= data.count(b"\n")
    assert refused or len(parser._buffer) < MAX_LINE


@given(STREAMS, st.integers(min_value=0), st.binary(min_size=1, max_size=4))
def test_damaged_streams_are_events_or_refused(data: bytes, place: int, damage: bytes) -> None:
    at = place % len(data)
    found, _ = seen(Parser(), data[:at] + damage + data[at + len(damage) :])
    assert sum(isinstance(event, Environment) for event in found) <= 1


@given(st.lists(TEXT, max_size=20))
@example(["", "a b", '"', "\\", '\\"', "\t", "名 字"])
def test_asterisk_reads_what_was_encoded(arguments: list[str]) -> None:
    line = encode("SET VARIABLE", *arguments)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert len(line) <= MAX_COMMAND
    assert words(line[:-1]) == [b"SET", b"VARIABLE", *(argument.encode() for argument in arguments)]


@given(st.lists(st.text(st.characters(), max_size=50) | st.integers(), max_size=80))
@example(["\ud800"])
@example(["\udc0a"])
def test_a_command_is_one_line_or_refused(arguments: list[str | int]) -> None:
    try:
        line = encode("EXEC", *arguments)
    except ProtocolError:
        return
    assert line.count(b"\n") == 1
    assert len(words(line[:-1])) == 1 + len(arguments)
