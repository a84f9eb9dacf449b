"""A caller's line: answers the conversation's commands as Asterisk would, presses the keys of a script, notes what is heard.

The recordings of these tests are their own names, so what a command plays can be read in the file it names.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sounds import Recordings
from tests.ivr.quoting import words
from tests.ivr.scripted import Asterisk

PATIENCE = 20.0
NAMES = re.compile(rb"\[([^\]]+)\]")


class NamedRecordings(Recordings):
    """Each recording's sound is its name."""

    def audio(self, name: str) -> bytes:
        return f"[{name}]".encode()


AFTER_THE_CALLER = ("EXEC", "GET VARIABLE", "SET VARIABLE")
"""What Asterisk still does on a channel whose caller is gone."""


@dataclass(slots=True)
class Queues:
    """Asterisk's queues: (queue, interface) → the member's name."""

    names: frozenset[str] = frozenset({"changsha", "yueyang"})
    members: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, queue: str, interface: str, _penalty: str, _options: str, name: str, _state: str) -> str:
        """Give AQMSTATUS (app_queue.c, aqm_exec)."""
        if queue not in self.names:
            return "NOSUCHQUEUE"
        if (queue, interface) in self.members:
            return "MEMBERALREADY"
        self.members[queue, interface] = name
        return "ADDED"

    def remove(self, queue: str, interface: str) -> None:
        """Nothing happens to one who is not there."""
        self.members.pop((queue, interface), None)


class Line:
    """One call. `keys`: what the caller presses at each question, in turn; "" is silence, None hangs up."""

    def __init__(self, asterisk: Asterisk, folder: Path, keys: list[str | None], queues: Queues) -> None:
        self._asterisk, self._folder, self._keys, self._queues = asterisk, folder, list(keys), queues
        self.variables: dict[str, str] = {"HL_CALL_ID": "1795426380.3"}
        self.heard: list[str] = []
        """Names of recordings, in order."""
        self.answered: list[str] = []
        """What was pressed at each question."""
        self.applications: list[tuple[str, str]] = []
        self.recorded = 8000 * 4
        """Samples of a message, of which the last second is silence."""
        self.interrupts: dict[str, str] = {}
        """Recording → the key that cuts it short."""
        self.meanwhile: dict[str, Callable[[], Awaitable[None]]] = {}
        """Recording → what others do while it is heard."""
        self.hangs_up_in = ""
        """The application during which the caller hangs up."""
        self.gone = False

    async def talk(self) -> None:
        """Until the conversation closes the connection."""
        async with asyncio.timeout(PATIENCE):
            while line := await self._asterisk.line():
                answer = self._answer([word.decode() for word in words(line.removesuffix(b"\n"))])
                for name in self.meanwhile.keys() & set(self.heard):
                    await self.meanwhile.pop(name)()
                self._asterisk.reply(*answer)

    def said(self) -> str:
        """What was heard, in one line."""
        return " ".join(self.heard)

    def said_but_digits(self) -> str:
        """The same without what is read digit by digit, such as a number thrown by chance."""
        return " ".join(name for name in self.heard if not name.startswith("value/pair/"))

    def _answer(self, command: list[str]) -> list[str]:
        if self.gone and not " ".join(command).startswith(AFTER_THE_CALLER):
            return ["511 Command Not Permitted on a dead channel or intercept routine"]
        for name, answer in self._commands().items():
            if command[: len(name.split())] == name.split():
                return answer(command[len(name.split()) :])
        raise AssertionError(f"no caller knows {command}")

    def _commands(self) -> dict[str, Callable[[list[str]], list[str]]]:
        return {
            "GET VARIABLE": lambda found: (
                [f"200 result=1 ({self.variables[found[0]]})"] if found[0] in self.variables else ["200 result=0"]
            ),
            "SET VARIABLE": self._set,
            "STREAM FILE": self._stream,
            "GET DATA": self._data,
            "WAIT FOR DIGIT": lambda _: ["200 result=0"],
            "RECORD FILE": self._record,
            "EXEC": self._run,
        }

    def _set(self, found: list[str]) -> list[str]:
        self.variables[found[0].removeprefix("__")] = found[1]
        return ["200 result=1"]

    def _run(self, found: list[str]) -> list[str]:
        name, arguments = found
        self.applications.append((name, arguments))
        match name:
            case "AddQueueMember":
                self.variables["AQMSTATUS"] = self._queues.add(*arguments.split(","))
            case "RemoveQueueMember":
                self._queues.remove(*arguments.split(","))
        if name == self.hangs_up_in:
            self.gone = True
            return ["200 result=0", "HANGUP"]
        return ["200 result=0"]

    def _stream(self, found: list[str]) -> list[str]:
        names = self._names(found[0])
        self.heard += names
        key = next((self.interrupts.pop(name) for name in names if name in self.interrupts), "")
        return [f"200 result={ord(key) if key and key in found[1] else 0} endpos=800"]

    def _record(self, found: list[str]) -> list[str]:
        Path(f"{found[0]}.{found[1]}").write_bytes(b"what the caller said")
        if self.hangs_up_in == "RECORD FILE":
            self.gone = True
            return [f"200 result=-1 (hangup) endpos={self.recorded}", "HANGUP"]
        return [f"200 result=16981 (timeout) endpos={self.recorded}"]

    def _data(self, found: list[str]) -> list[str]:
        self.heard += self._names(found[0])
        if not self._keys:
            raise AssertionError(f"the caller was asked once more than expected, after: {self.said()}")
        keys = self._keys.pop(0)
        self.answered.append(keys or "")
        if keys is None:
            self.gone = True
            return ["HANGUP", "200 result=-1"]
        most = int(found[2])
        if len(keys) >= most:
            return [f"200 result={keys[:most]}"]
        return [f"200 result={keys[:-1]}"] if keys.endswith("#") else [f"200 result={keys} (timeout)"]

    def _names(self, path: str) -> list[str]:
        file = Path(path + ".alaw")
        if file.exists():
            return [name.decode() for name in NAMES.findall(file.read_bytes())]
        if not path.startswith(str(self._folder)):
            return ["recording"]
        return [str(Path(path).relative_to(self._folder))]
