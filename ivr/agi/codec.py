"""The Asterisk Gateway Interface as bytes and values, without I/O.

Asterisk speaks first: header lines `agi_…: value` up to an empty line. Then each command line of ours gets one reply:

    200 result=1 (data) endpos=800      done; GET DATA's result is the digits, `(timeout)` says they ended by silence
    100 …                               going on; the real reply follows
    510 …                               no such command
    511 …                               not on a dead channel
    520-… lines … 520 End of proper usage.   wrong arguments
    HANGUP                              out of band, between replies: the caller is gone

As res/res_agi.c of 22.10.1 writes them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.exceptions import ProtocolError

MAX_LINE = 8192
"""Bytes of a line that is taken, its end included."""

MAX_COMMAND = 8191
"""Bytes of a command that Asterisk takes, its end included: AGI_BUF_LEN without the NUL. One more is read as two commands,
and every later reply would belong to the command before.
"""

MAX_HEADERS = 128
MAX_ARGUMENTS = 60
"""res_agi parses fewer than 128 words; no command of ours comes near."""

OK, TRYING, UNKNOWN, DEAD, USAGE = 200, 100, 510, 511, 520

_REPLY = re.compile(r"([0-9]{3})(-| |$)(.*)", re.DOTALL)
_RESULT = re.compile(r"result=(\S*)(.*)", re.DOTALL)
_ENDPOS = re.compile(r"endpos=([0-9]{1,18})\s*$")


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk says of the call before the first command: `agi_` headers without the prefix.

    The headers hold the secret and the caller's number, so they are not in its repr.
    """

    headers: Mapping[str, str] = field(repr=False)

    @property
    def call(self) -> str:
        """Asterisk's id of the channel: what log lines of a conversation carry."""
        return self.headers.get("uniqueid", "")

    @property
    def route(self) -> str:
        """The path of the agi:// address: which conversation is wanted."""
        return self.headers.get("network_script", "").split("?")[0].strip("/")

    @property
    def arguments(self) -> tuple[str, ...]:
        """Arguments of AGI() after the address."""
        found: list[str] = []
        while (value := self.headers.get(f"arg_{len(found) + 1}")) is not None:
            found.append(value)
        return tuple(found)

    @property
    def caller(self) -> str:
        """The caller's number, empty when withheld."""
        number = self.headers.get("callerid", "")
        return "" if number in {"unknown", "<unknown>"} else number


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command. `result` is what follows result=, `data` what stands in parentheses.

    What was entered may stand in each of them, so only the code is in its repr.
    """

    code: int
    result: str = field(default="", repr=False)
    data: str = field(default="", repr=False)
    endpos: int | None = None
    text: str = field(default="", repr=False)

    @property
    def timed_out(self) -> bool:
        """GET DATA and RECORD FILE ended by silence."""
        return self.data == "timeout"


@dataclass(frozen=True, slots=True)
class HangupNotice:
    """The caller is gone; replies go on pairing with commands."""


Event = Environment | Reply | HangupNotice


def encode(command: str, *arguments: str | int) -> bytes:
    """A command line. Arguments are quoted; what could break the line is refused."""
    if len(arguments) > MAX_ARGUMENTS:
        raise ProtocolError(f"{command}: more than {MAX_ARGUMENTS} arguments")
    line = " ".join([command, *(_quoted(command, str(argument)) for argument in arguments)]) + "\n"
    try:
        data = line.encode()
    except UnicodeEncodeError:
        raise ProtocolError(f"{command}: an argument is no text") from None
    if len(data) > MAX_COMMAND:
        raise ProtocolError(f"{command}: longer than {MAX_COMMAND} bytes")
    return data


def _quoted(command: str, argument: str) -> str:
    if any(character in argument for character in "\r\n\0"):
        raise ProtocolError(f"{command}: an argument has a line break or NUL")
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Parser:
    """Bytes in, events out, however the bytes are cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._headers: dict[str, str] = {}
        self._lines = 0
        self._greeted = False
        self._usage: list[str] | None = None

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes as they came and give what they complete, as it is asked for.

        ProtocolError when they cannot be AGI: what came before is given first, afterwards the parser is of no use.
        """
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            if end >= MAX_LINE:
                raise ProtocolError(f"a line longer than {MAX_LINE} bytes")
            line = self._buffer[:end].decode("utf-8", "replace").rstrip("\r")
            del self._buffer[: end + 1]
            event = self._replied(line) if self._greeted else self._header(line)
            if event is not None:
                yield event
        if len(self._buffer) >= MAX_LINE:
            raise ProtocolError(f"a line longer than {MAX_LINE} bytes")

    def _header(self, line: str) -> Environment | None:
        if not line:
            self._greeted = True
            return Environment(dict(self._headers))
        name, colon, value = line.partition(":")
        if not name.startswith("agi_") or not colon:
            raise ProtocolError("a header that is not agi_…")
        self._lines += 1
        if self._lines > MAX_HEADERS:
            raise ProtocolError(f"more than {MAX_HEADERS} headers")
        self._headers[name.removeprefix("agi_")] = value.strip()
        return None

    def _replied(self, line: str) -> Reply | HangupNotice | None:
        if line == "HANGUP":
            return HangupNotice()
        if self._usage is not None:
            return self._in_usage(line)
        found = _REPLY.fullmatch(line)
        if found is None:
            raise ProtocolError("a reply that does not begin with a code")
        code, more, text = int(found[1]), found[2], found[3]
        if code == TRYING:
            return None
        if code == USAGE and more == "-":
            self._usage = [text]
            return None
        return _parsed(code, text)

    def _in_usage(self, line: str) -> Reply | None:
        assert self._usage is not None
        if line.startswith("520 "):
            reply = Reply(USAGE, text="\n".join(self._usage))
            self._usage = None
            return reply
        if len(self._usage) >= MAX_HEADERS:
            raise ProtocolError("a usage text without an end")
        self._usage.append(line)
        return None


def _parsed(code: int, text: str) -> Reply:
    found = _RESULT.match(text)
    if found is None:
        return Reply(code, text=text)
    rest = found[2]
    endpos = _ENDPOS.search(rest)
    opened, closed = rest.find("("), rest.rfind(")")
    data = rest[opened + 1 : closed] if 0 <= opened < closed else ""
    return Reply(code, found[1], data, int(endpos[1]) if endpos else None, text)
