"""The codec against the grammar of res_agi.c."""

import pytest

from ivr.agi import Environment, HangupNotice, Parser, Reply, encode
from ivr.agi.codec import MAX_ARGUMENTS, MAX_COMMAND, MAX_HEADERS, MAX_LINE, Event
from ivr.exceptions import ProtocolError
from tests.ivr.quoting import words
from tests.ivr.scripted import SECRET, greeting


def greeted() -> Parser:
    parser = Parser()
    list(parser.feed(greeting()))
    return parser


def events(*lines: str) -> list[Event]:
    return list(greeted().feed("".join(f"{line}\n" for line in lines).encode()))


def fields(event: Event) -> tuple[int, str, str, int | None]:
    assert isinstance(event, Reply)
    return event.code, event.result, event.data, event.endpos


# --- what Asterisk says first ---


def test_headers_become_the_environment() -> None:
    (environment,) = Parser().feed(greeting(arg_2="second", dnid="unknown"))
    assert isinstance(environment, Environment)
    assert environment.route == "call"
    assert environment.arguments == (SECRET, "second")
    assert environment.caller == "13812345678"
    assert environment.call == "1795426380.3"


@pytest.mark.parametrize("withheld", ["unknown", "<unknown>", ""])
def test_withheld_number_is_empty(withheld: str) -> None:
    (environment,) = Parser().feed(greeting(callerid=withheld))
    assert isinstance(environment, Environment)
    assert environment.caller == ""


@pytest.mark.parametrize(
    ("script", "route"), [("call", "call"), ("/call/", "call"), ("call?x=y", "call"), ("", ""), ("a/b", "a/b")]
)
def test_route_is_the_path_of_the_address(script: str, route: str) -> None:
    assert Environment({"network_script": script}).route == route


def test_the_secret_and_what_was_entered_are_in_no_repr() -> None:
    (environment,) = Parser().feed(greeting())
    (reply,) = events("200 result=246813 (135792)")
    assert SECRET not in repr(environment)
    assert "246813" not in repr(reply)
    assert "135792" not in repr(reply)


def test_a_header_that_is_none_is_refused() -> None:
    with pytest.raises(ProtocolError, match="agi_"):
        list(Parser().feed(b"GET / HTTP/1.1\r\n"))


@pytest.mark.parametrize("name", ["agi_%d", "agi_x"])
def test_headers_without_end_are_refused(name: str) -> None:
    endless = b"".join(f"{name.replace('%d', str(number))}: x\n".encode() for number in range(MAX_HEADERS + 1))
    with pytest.raises(ProtocolError, match="headers"):
        list(Parser().feed(endless))


# --- replies ---


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("200 result=0", (200, "0", "", None)),
        ("200 result=49 endpos=1600", (200, "49", "", 1600)),
        ("200 result=-1 endpos=0", (200, "-1", "", 0)),
        ("200 result=123 (timeout)", (200, "123", "timeout", None)),
        ("200 result=*5", (200, "*5", "", None)),
        ("200 result= (timeout)", (200, "", "timeout", None)),
        ("200 result=", (200, "", "", None)),
        ("200 result=1 (bye)", (200, "1", "bye", None)),
        ("200 result=1 (a (b) c)", (200, "1", "a (b) c", None)),
        ("200 result=1 ()", (200, "1", "", None)),
        ("200 result=-1 (hangup) endpos=9600", (200, "-1", "hangup", 9600)),
        ("200 result=1 (x endpos=5)", (200, "1", "x endpos=5", None)),
        ("510 Invalid or unknown command", (510, "", "", None)),
        ("511 Command Not Permitted on a dead channel or intercept routine", (511, "", "", None)),
        ("520 Invalid command syntax.  Proper usage not available.", (520, "", "", None)),
        ("200 result=1 (名字)\r", (200, "1", "名字", None)),
    ],
)
def test_reply_lines(line: str, expected: tuple[int, str, str, int | None]) -> None:
    (reply,) = events(line)
    assert fields(reply) == expected


def test_only_a_timeout_is_a_timeout() -> None:
    silent, ended = events("200 result=12 (timeout)", "200 result=12")
    assert isinstance(silent, Reply)
    assert isinstance(ended, Reply)
    assert (silent.timed_out, ended.timed_out) == (True, False)


def test_trying_is_no_reply() -> None:
    (reply,) = events("100 Trying...", "200 result=0")
    assert fields(reply)[0] == 200


def test_usage_is_one_reply() -> None:
    usage, after = events(
        "520-Invalid command syntax.", "Usage: STREAM FILE", "", "520 End of proper usage.", "200 result=0"
    )
    assert fields(usage)[0] == 520
    assert fields(after)[0] == 200


def test_hangup_stands_between_and_inside_replies() -> None:
    found = events("HANGUP", "520-Invalid", "HANGUP", "520 End of proper usage.", "200 result=-1")
    assert [type(event) for event in found] == [HangupNotice, HangupNotice, Reply, Reply]


def test_usage_without_end_is_refused() -> None:
    with pytest.raises(ProtocolError, match="usage"):
        events("520-Invalid", *["line"] * (MAX_HEADERS + 1))


@pytest.mark.parametrize("line", ["hello", "", "20 result=0", "200result=0", " 200 result=0", "２００ result=0"])
def test_a_line_without_a_code_is_refused(line: str) -> None:
    with pytest.raises(ProtocolError):
        events(line)


def test_what_came_before_nonsense_is_given_first() -> None:
    stream = greeted().feed(b"200 result=1\nnonsense\n")
    assert fields(next(iter(stream)))[1] == "1"
    with pytest.raises(ProtocolError):
        next(stream)


@pytest.mark.parametrize("last", [b"x" * (1 << 20), b"x" * 1000, b"\n"])
def test_a_long_line_is_refused_before_it_is_kept(last: bytes) -> None:
    parser = greeted()
    for _ in range(MAX_LINE - 1):
        list(parser.feed(b"x"))
    with pytest.raises(ProtocolError, match="longer"):
        list(parser.feed(last if last != b"\n" else b"x\n"))


def test_the_longest_line_is_taken() -> None:
    value = "x" * (MAX_LINE - len("200 result=1 ()\n"))
    (reply,) = events(f"200 result=1 ({value})")
    assert fields(reply)[2] == value


def test_bytes_that_are_no_text_do_not_end_the_call() -> None:
    (reply,) = greeted().feed(b"200 result=1 (\xff\xfe)\n")
    assert fields(reply)[1] == "1"


# --- commands ---


def test_a_command_is_one_line_of_quoted_words() -> None:
    assert encode("SET VARIABLE", "HL_NEXT", 'a "b" \\c') == b'SET VARIABLE "HL_NEXT" "a \\"b\\" \\\\c"\n'


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\0b"])
def test_what_breaks_a_line_is_refused_without_being_quoted(bad: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        encode("EXEC", "NoOp", bad)
    assert bad not in str(caught.value)


def test_too_many_arguments_are_refused() -> None:
    assert len(words(encode("EXEC", *["x"] * MAX_ARGUMENTS))) == MAX_ARGUMENTS + 1
    with pytest.raises(ProtocolError, match="arguments"):
        encode("EXEC", *["x"] * (MAX_ARGUMENTS + 1))


def test_the_longest_command_leaves_room_for_the_end_of_a_string() -> None:
    room = MAX_COMMAND - len(encode("NOOP", ""))
    assert len(encode("NOOP", "x" * room)) == MAX_COMMAND
    with pytest.raises(ProtocolError, match="longer"):
        encode("NOOP", "x" * (room + 1))
