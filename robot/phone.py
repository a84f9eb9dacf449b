"""A robot telephone: registers, dials, answers, presses keys, plays, transfers; what it hears goes to an ear."""

import asyncio
import asyncio.subprocess
import base64
import contextlib
import importlib.util
import json
import random
import socket
import sys
import tempfile
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from robot.exceptions import CallFailed, CallOver, PhoneBroken, Refused

Samples = npt.NDArray[np.int16]

OF_A_CALL = frozenset({"incoming", "ringing", "confirmed", "media", "digit", "transfer", "ended"})
RTP_PORTS = range(16000, 20000, 2)
PRESS = 0.1  # seconds a key is held
GAP = 0.12  # seconds between two keys
LINE_LIMIT = 1 << 22
CLOSING = 4.0


class Listener(Protocol):
    """What a telephone passes sound on to; robot.ear.Ear is one."""

    def hear(self, samples: Samples, since: float) -> None:
        """Take 8 kHz samples and the moment (monotonic seconds) the first of them came."""

    def call_over(self) -> None:
        """Take note that nothing more will come."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something the telephone reports. `at`: monotonic seconds."""

    kind: str
    at: float
    data: dict[str, Any] = field(default_factory=dict)


class Phone:
    """One telephone with one line; use as `async with Phone("127.0.0.1:5060") as phone`.

    Two ways to call: registered (`register`), or as anybody from a trusted trunk (`call(…, caller="13812345678")`).
    """

    def __init__(self, server: str, *, name: str = "phone") -> None:
        self.server = server
        self.name = name
        self.address = ""  # host:port it is reached at
        self.listener: Listener | None = None
        self.in_call = False
        self.events: list[Event] = []  # everything that was ever reported, sound apart
        self._fresh: list[Event] = []  # what nobody has waited for yet
        self._news = asyncio.Condition()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- life --------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Start the telephone's process; PhoneBroken if it does not come up."""
        if importlib.util.find_spec("pjsua2") is None:
            raise PhoneBroken("pjsua2-python is not installed: the robot telephone runs on x86-64 only")
        address = _own_address(self.server)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "robot.handset",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT,
            cwd=Path(__file__).parent.parent, start_new_session=True,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read(), name=f"{self.name}: events")
        await self._write({"address": address, "rtp_port": _free_rtp_port(address)})
        self.address = str((await self.event("ready", within=15)).data["address"])

    async def close(self) -> None:
        """Hang up, sign off, end the process."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            async with asyncio.timeout(CLOSING):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reader:
            await self._reader
        if self._folder:
            self._folder.cleanup()
        self._process = None

    # --- calls -------------------------------------------------------------------------------------------------------

    async def register(self, user: str, secret: str, *, within: float = 5) -> None:
        """Register; Refused with SIP's code if the server will not have us."""
        await self._do("register", user=user, secret=secret, server=self.server)
        came = await self.event("registered", "refused", within=within)
        if came.kind == "refused":
            raise Refused(came.data["code"], came.data["reason"])

    async def dial(self, number: str, *, caller: str | None = None, display: str = "") -> None:
        """Start a call. `caller`: the number shown, for a call from the trunk; without it, as the registered phone."""
        address = None if caller is None else f"sip:{caller}@{self.server.partition(':')[0]}"
        if address and display:
            address = f'"{display}" <{address}>'
        self._forget_the_last_call()
        self.in_call = True
        await self._do("dial", to=self._address(number), caller=address)

    async def call(self, number: str, *, caller: str | None = None, display: str = "", within: float = 10) -> None:
        """Dial and wait until it is answered and sound flows; CallFailed with SIP's code and words if it is not."""
        await self.dial(number, caller=caller, display=display)
        try:
            came = await self.event("media", "ended", within=within)
        except TimeoutError:
            await self._do("hang_up")
            raise CallFailed(408, f"no answer within {within:g} s") from None
        if came.kind == "ended":
            raise CallFailed(came.data["code"], came.data["reason"])

    async def answer_always(self, *, yes: bool = True) -> None:
        """Answer, or leave ringing, every call that comes from now on."""
        await self._do("answer_always", code=200 if yes else None)

    async def rung(self, *, within: float) -> str:
        """Wait for an incoming call; the caller's SIP address."""
        return str((await self.event("incoming", within=within)).data["caller"])

    async def answer(self, *, within: float = 5) -> None:
        """Answer the call that rings, and wait until sound flows."""
        await self._do("answer")
        await self.talking(within=within)

    async def reject(self, code: int = 486) -> None:
        """Decline the call that rings."""
        await self._do("answer", code=code)

    async def talking(self, *, within: float) -> None:
        """Wait until a call is up and sound flows."""
        came = await self.event("media", "ended", within=within)
        if came.kind == "ended":
            raise CallOver(f"{self.name}: the call ended: {came.data['code']} {came.data['reason']}")

    async def press(self, keys: str, *, hold: float = PRESS, gap: float = GAP) -> None:
        """Press keys one after the other (RFC 4733), each held and followed by a gap, in seconds."""
        for key in keys:
            if not self.in_call:
                raise CallOver(f"{self.name}: a key was pressed after the call had ended")
            await self._do("digit", digit=key, milliseconds=round(hold * 1000), gap=round(gap * 1000))
            await asyncio.sleep(hold + gap)  # a finger's time, not a wait for luck

    async def play(self, sound: Samples | Path, *, again: bool = False) -> None:
        """Say something: 8 kHz samples or a WAV file, once or again and again."""
        file = sound if isinstance(sound, Path) else self._file_of(sound)
        await self._do("play", file=str(file), again=again)

    async def stop_playing(self) -> None:
        """Be quiet."""
        await self._do("stop_playing")

    async def transfer(self, number: str, *, within: float = 10) -> int:
        """Transfer the call blind (REFER); SIP's final code for the transferred leg. Our own leg must still be hung up."""
        await self._do("transfer", to=self._address(number))
        async with asyncio.timeout(within):
            while not (came := await self.event("transfer", within=within)).data["final"]:
                pass
        return int(came.data["code"])

    async def hold(self) -> None:
        """Put the other side on hold."""
        await self._do("hold")

    async def resume(self) -> None:
        """Take the other side back from hold."""
        await self._do("resume")

    async def hang_up(self, *, within: float = 5) -> None:
        """End the call if there is one, and wait until it is over."""
        if self.in_call:
            await self._do("hang_up")
            await self.ended(within=within)

    async def ended(self, *, within: float) -> Event:
        """Wait until the call is over."""
        return await self.event("ended", within=within)

    # --- events ------------------------------------------------------------------------------------------------------

    async def event(self, *kinds: str, within: float) -> Event:
        """Give the next event of one of these kinds that nobody waited for yet; TimeoutError says what came instead."""
        try:
            async with asyncio.timeout(within), self._news:
                while True:
                    if came := next((event for event in self._fresh if event.kind in {*kinds, "failed"}), None):
                        self._fresh.remove(came)
                        if came.kind == "failed":
                            raise PhoneBroken(f"{self.name}: {came.data['do']}: {came.data['reason']}")
                        return came
                    if self._reader is None or self._reader.done():
                        raise PhoneBroken(f"{self.name}: the telephone's process has ended")
                    await self._news.wait()
        except TimeoutError:
            seen = ", ".join(event.kind for event in self.events) or "nothing"
            raise TimeoutError(f"{self.name}: no {' or '.join(kinds)} within {within:g} s; there was: {seen}") from None

    async def _read(self) -> None:
        """Take the process's lines until it ends."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                if not line.endswith(b"\n"):
                    break  # the process was ended in the middle of it
                message = json.loads(line)
                kind, at = message.pop("event"), message.pop("at")
                if kind == "sound":
                    if self.listener:
                        samples = np.frombuffer(base64.b64decode(message["samples"]), dtype="<i2")
                        self.listener.hear(samples, message["since"])
                    continue
                await self._note(Event(kind, at, message))
        finally:
            self.in_call = False
            async with self._news:
                self._news.notify_all()

    async def _note(self, event: Event) -> None:
        if event.kind == "failed" and event.data["do"] == "digit" and not self.in_call:
            return  # the key and the other side's hang-up crossed
        async with self._news:
            if event.kind == "incoming":
                self._forget_the_last_call()
                self.in_call = True
            elif event.kind == "ended":
                self.in_call = False
                if self.listener:
                    self.listener.call_over()
            self.events.append(event)
            self._fresh.append(event)
            self._news.notify_all()

    def _forget_the_last_call(self) -> None:
        self._fresh = [event for event in self._fresh if event.kind not in OF_A_CALL]

    # -----------------------------------------------------------------------------------------------------------------

    async def _do(self, name: str, **arguments: object) -> None:
        await self._write({"do": name, **arguments})

    async def _write(self, message: dict[str, object]) -> None:
        if self._process is None or self._process.stdin is None:
            raise PhoneBroken(f"{self.name}: is not open")
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError:
            raise PhoneBroken(f"{self.name}: the telephone's process has ended") from None

    def _address(self, number: str) -> str:
        return number if number.startswith("sip:") else f"sip:{number}@{self.server}"

    def _file_of(self, samples: Samples) -> Path:
        """Write samples where PJSIP can read them: it plays files."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="robot-")
        file = Path(self._folder.name) / f"{time.monotonic_ns()}.wav"
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(samples.astype("<i2").tobytes())
        return file


def _own_address(server: str) -> str:
    """Which of our addresses talks to the server."""
    host, _, port = server.partition(":")
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.connect((host, int(port or 5060)))
        return str(probe.getsockname()[0])


def _free_rtp_port(address: str) -> int:
    """Give an even port that is free with its odd neighbour."""
    for port in random.sample(RTP_PORTS, 200):
        with contextlib.ExitStack() as sockets:
            try:
                for number in (port, port + 1):
                    sockets.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind((address, number))
            except OSError:
                continue
            return port
    raise PhoneBroken(f"no free RTP port between {RTP_PORTS.start} and {RTP_PORTS.stop}")
