"""The conversation Asterisk runs itself when the conversations' server is silent: no database, no network.

Run as a local AGI by pyst2. It says that self-service is out of order and offers an agent or a message; when the
agents were tried already (reason `queue`) only the message is left. Every key but 1 means an agent, and so does no
key at all: who cannot press anything needs a person most. What happened goes to a journal that the ledger reads later.

Arguments: call id, reason, centre, journal, folder of messages, longest message in seconds, beep, and the recordings
sorry, choose, message, thanks, goodbye, without their endings.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asterisk.agi import AGI, AGIException

KEYS = "0123456789*#"
MESSAGE_KEY = "1"
KEY_WAIT_MS = 5000
SILENCE_SECONDS = 5
SHORTEST_MESSAGE_SECONDS = 1.0
BYTES_PER_SECOND = 16000  # 8 kHz, 16 bit
WAV_HEADER = 44


class CallerGoneError(Exception):
    """The caller hung up: unwinds the conversation."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the dialplan asks for."""

    call: str
    reason: str
    centre: str
    journal: Path
    messages: Path
    max_seconds: int
    beep: str
    sorry: str
    choose: str
    message: str
    thanks: str
    goodbye: str

    @classmethod
    def read(cls, arguments: Sequence[str]) -> "Order":
        """Take the script's arguments apart."""
        call, reason, centre, journal, messages, seconds, *prompts = arguments
        return cls(call, reason, centre, Path(journal), Path(messages), int(seconds), *prompts)


class Channel:
    """The caller, through pyst2, whose ways need care.

    - It writes every line, keys included, to stderr, and Asterisk's stderr is a log: it gets nowhere to write.
    - It does not quote file names in STREAM FILE, and reads `result=-1` of a missing recording like a hang-up.
    - At the end of input, and at a HANGUP line, it fails with ValueError.
    - SIGHUP only sets a flag that the next command looks at; the hang-up of the running one comes as its reply.
    """

    def __init__(self) -> None:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            self._agi = AGI(stderr=nowhere)
        self._agi.stderr = _Nowhere()

    def play(self, recording: str, keys: str = "") -> str:
        """Play; give the key that interrupted, or nothing. A recording that is missing is passed over."""
        reply = self._command("STREAM FILE", f'"{recording}"', f'"{keys}"')
        return _key(reply)

    def key(self, milliseconds: int) -> str:
        """Give the next key, or nothing when none came in time."""
        return _key(self._command("WAIT FOR DIGIT", milliseconds))

    def record(self, file: Path, max_seconds: int) -> None:
        """Record to `file` (without .wav) until #, five seconds of silence or the limit."""
        self._command("RECORD FILE", f'"{file}"', "wav", '"#"', max_seconds * 1000, f"s={SILENCE_SECONDS}")

    def leave_word(self, name: str, value: str) -> None:
        """Tell the dialplan."""
        self._command("SET VARIABLE", name, f'"{value}"')

    def _command(self, name: str, *arguments: object) -> str:
        try:
            return str(self._agi.execute(name, *arguments)["result"][0])
        except AGIException:
            self._still_there()
            return "-1"
        except (ValueError, OSError) as error:
            raise CallerGoneError from error

    def _still_there(self) -> None:
        """A failed command is a hang-up unless the channel says otherwise."""
        try:
            if str(self._agi.execute("CHANNEL STATUS")["result"][0]) == "6":
                return
        except (AGIException, ValueError, OSError):
            pass
        raise CallerGoneError


class _Nowhere:
    """A stream that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing to do."""


def _key(code: str) -> str:
    return chr(int(code)) if code.isdigit() and code != "0" else ""


def converse(caller: Channel, order: Order) -> None:
    """Lead the conversation; CallerGoneError when the caller hangs up in it."""
    note(order, "emergency", reason=order.reason)
    key = caller.play(order.sorry, "" if order.reason == "queue" else KEYS)
    if order.reason != "queue":
        key = key or caller.play(order.choose, KEYS) or caller.key(KEY_WAIT_MS)
        if key != MESSAGE_KEY:
            note(order, "asked_agent", queue=order.centre, reason="emergency")
            caller.leave_word("HL_QUEUE", order.centre)
            caller.leave_word("HL_NEXT", "queue")
            return
    take_message(caller, order)
    caller.play(order.goodbye)
    caller.leave_word("HL_NEXT", "bye")


def take_message(caller: Channel, order: Order) -> None:
    """Record a message; it is kept when the caller ends it by hanging up, and dropped when nothing was said."""
    caller.play(order.message)
    caller.play(order.beep)
    file = order.messages / f"{order.call}-{time.time_ns() // 1_000_000}"
    try:
        caller.record(file, order.max_seconds)
    finally:
        kept = keep(file.with_name(file.name + ".wav"), order)
    if kept:
        caller.play(order.thanks)


def keep(wav: Path, order: Order) -> bool:
    """Note a recorded message; delete one that is too short to say anything."""
    try:
        seconds = (wav.stat().st_size - WAV_HEADER) / BYTES_PER_SECOND
    except OSError:
        return False
    if seconds < SHORTEST_MESSAGE_SECONDS:
        wav.unlink()
        return False
    wav.chmod(0o600)
    note(order, "message", seconds=round(seconds, 1), file=wav.name, centre=order.centre)
    leave_slip(wav, seconds, order)
    return True


def leave_slip(wav: Path, seconds: float, order: Order) -> None:
    """Say beside the recording what it is, as service_requests/message_box.py reads it; this script imports nothing of ours."""
    slip = {
        "number": str(10**7 + secrets.randbelow(9 * 10**7)),
        "kind": "other",
        "centre": order.centre,
        "call": order.call,
        "caller": "",
        "file": wav.name,
        "seconds": round(seconds, 1),
        "t": time.time_ns() // 1_000_000,
    }
    draft = wav.with_name(f".{wav.name}.draft")
    try:
        draft.write_text(json.dumps(slip), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(wav.with_name(wav.name + ".slip.json"))
    except OSError as error:
        print(f"emergency: no slip for {wav}: {error.strerror}", file=sys.stderr)


def note(order: Order, kind: str, **data: object) -> None:
    """Append one fact. A journal that cannot be written does not stop the call."""
    now = time.time_ns()
    fact = {"id": f"em-{order.call}-{now}", "t": now // 1_000_000, "kind": kind, "call": order.call, **data}
    line = json.dumps(fact, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        handle = os.open(order.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
    except OSError as error:
        print(f"emergency: {order.journal} cannot be written: {error.strerror}", file=sys.stderr)


def main(arguments: Sequence[str]) -> None:
    """Serve one call."""
    order = Order.read(arguments)
    try:
        converse(Channel(), order)
    except CallerGoneError:
        note(order, "hung_up", where="emergency")


if __name__ == "__main__":
    main(sys.argv[1:])
