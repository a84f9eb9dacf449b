"""A telephone for tests: SIP over UDP and A-law over RTP, small enough to send what no honest telephone would."""

import asyncio
import hashlib
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

from tests.asterisk.tones import PITCHES, Heard, heard, tone

VOICES = {name: tone(name, 1.0) for name in PITCHES} | {"": b"\xd5" * 8000}
PACKET_SECONDS = 0.02
DTMF = 101
KEYS = "0123456789*#"


@dataclass(slots=True)
class Message:
    """One SIP message, as far as the tests look."""

    first: str
    headers: dict[str, str]
    body: str
    vias: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, data: bytes) -> Self:
        head, _, body = data.decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        return cls(first, dict(reversed(pairs)), body, [value for name, value in pairs if name == "via"])

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self.headers["cseq"].split()[1] if self.status else self.first.split()[0]


class _Port(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._received(data)


class Telephone:
    """One telephone with one call at a time. `voice` is the pitch it speaks with; it speaks while a call is up."""

    def __init__(self, server: int, *, user: str = "13812345678", voice: str = "") -> None:
        self.server, self.user, self.voice = server, user, voice
        self.ringing, self.ended, self.keyed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.stream = bytearray()
        self._arrived = 0
        self.invitation: Message | None = None
        self._responses: asyncio.Queue[Message] = asyncio.Queue()
        self._dialog: dict[str, str] = {}
        self._sequence = 1
        self._peer_rtp: tuple[str, int] | None = None
        self._packets, self._stamp = 0, 0
        self._keys: list[tuple[int, int]] = []
        self._speaking: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._sip, _ = await loop.create_datagram_endpoint(lambda: _Port(self._signal), ("127.0.0.1", 0))
        self._rtp, _ = await loop.create_datagram_endpoint(lambda: _Port(self._audio), ("127.0.0.1", 0))
        self.port = self._sip.get_extra_info("sockname")[1]
        self.rtp_port = self._rtp.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._dialog and not self.ended.is_set():
            await self.hang_up()
        self._quiet()
        self._sip.close()
        self._rtp.close()

    # --- placing and taking calls ---

    async def dial(self, number: str, *, display: str = "", extra: str = "", secret: str = "") -> int:
        """Call a number; give the final status, 0 when nothing answered. With `secret` a challenge is answered."""
        call, tag = f"{time.time_ns()}@test", f"{time.time_ns():x}"
        sender = (
            f'"{display}" <sip:{self.user}@127.0.0.1>;tag={tag}'
            if display
            else f"<sip:{self.user}@127.0.0.1>;tag={tag}"
        )
        target = f"sip:{number}@127.0.0.1:{self.server}"
        self._dialog = {"call": call, "from": sender, "to": f"<{target}>", "target": target}
        authorization = ""
        for _ in range(2):
            self._sequence += 1
            self._send("INVITE", target, extra + authorization, self._offer())
            try:
                answer = await self._final("INVITE")
            except TimeoutError:
                self._dialog = {}
                return 0
            if answer.status >= 200:
                self._dialog["to"] = answer.headers["to"]
            if answer.status != 401 or not secret:
                break
            self._send("ACK", target)
            self._dialog["to"] = f"<{target}>"
            authorization = self._digest(answer, "INVITE", target, secret)
        if answer.status == 200:
            self._dialog["target"] = _address(answer.headers["contact"])
            self._send("ACK", self._dialog["target"])
            self._talk(answer.body)
        else:
            self._send("ACK", target)
            self._dialog = {}
        return answer.status

    async def register(self, secret: str, *, user: str = "", seconds: int = 300) -> int:
        """Register for so long, 0: no more; give the final status."""
        user = user or self.user
        target, tag = f"sip:127.0.0.1:{self.server}", f"{time.time_ns():x}"
        self._dialog = {
            "call": f"{time.time_ns()}@test",
            "from": f"<sip:{user}@127.0.0.1>;tag={tag}",
            "to": f"<sip:{user}@127.0.0.1>",
        }
        authorization = f"Expires: {seconds}\r\n"
        for _ in range(2):
            self._sequence += 1
            self._send("REGISTER", target, authorization)
            answer = await self._final("REGISTER")
            if answer.status != 401:
                break
            authorization = f"Expires: {seconds}\r\n" + self._digest(answer, "REGISTER", target, secret)
        self._dialog = {}
        return answer.status

    def answer(self) -> None:
        """Take the call that rings."""
        assert self.invitation is not None
        self.ringing.clear()
        self._respond(self.invitation, "200 OK", self._offer())
        self._talk(self.invitation.body)

    async def hang_up(self) -> None:
        """End the call."""
        self._sequence += 1
        self._send("BYE", self._dialog["target"])
        self._quiet()
        await self._final("BYE")
        self.ended.set()

    async def refer(self, target: str) -> int:
        """Ask to have the other party transferred; give the final status."""
        self._sequence += 1
        self._send(
            "REFER", self._dialog["target"], f"Refer-To: <{target}>\r\nReferred-By: <sip:{self.user}@127.0.0.1>\r\n"
        )
        return (await self._final("REFER")).status

    def replaces(self, port: int) -> str:
        """A target of REFER that puts somebody in this telephone's place in its own call."""
        ours, theirs = (re.search(r"tag=([^;>]+)", self._dialog[side]) for side in ("from", "to"))
        assert ours is not None
        assert theirs is not None
        named = f"{self._dialog['call']};to-tag={theirs[1]};from-tag={ours[1]}"
        return f"sip:%2A201@127.0.0.1:{port}?Replaces={quote(named, safe='')}"

    async def hold(self, *, off: bool = False) -> None:
        """Put the other side on hold, or go on."""
        self._sequence += 1
        offer = self._offer() if off else self._offer().replace("a=sendrecv", "a=sendonly")
        self._send("INVITE", self._dialog["target"], body=offer)
        assert (await self._final("INVITE")).status == 200
        self._send("ACK", self._dialog["target"])

    async def press(self, key: str) -> None:
        """Send one key as RFC 4733 events; returns when it is sent."""
        code = KEYS.index(key)
        self.keyed.clear()
        self._keys += [(code, n) for n in range(1, 6)] + [(code | 0x100, 5)] * 3
        await self.keyed.wait()

    async def rings(self, within: float = 10) -> None:
        """Wait until this telephone is called."""
        async with asyncio.timeout(within):
            await self.ringing.wait()

    async def ends(self, within: float = 10) -> None:
        """Wait until the other side has ended the call."""
        async with asyncio.timeout(within):
            await self.ended.wait()

    # --- what was heard ---

    @property
    def seconds(self) -> float:
        """How much has been heard."""
        return len(self.stream) / 8000

    def sounds(self) -> list[Heard]:
        """Everything heard so far."""
        return heard(bytes(self.stream))

    async def hears(self, name: str, within: float = 15, *, until_end: bool = False, after: float = 0) -> Heard:
        """Wait until a pitch is heard (and is over); give it."""
        async with asyncio.timeout(within), self._news:
            while True:
                now = len(self.stream) / 8000
                for sound in self.sounds():
                    if sound.name == name and sound.start >= after and (not until_end or now - sound.end > 0.15):
                        return sound
                await self._news.wait()

    async def listens(self, seconds: float) -> None:
        """Wait until this many more seconds of sound have come."""
        wanted = len(self.stream) + 8000 * seconds
        async with asyncio.timeout(seconds + 10), self._news:
            await self._news.wait_for(lambda: len(self.stream) >= wanted)

    # --- inside ---

    def _signal(self, data: bytes) -> None:
        if not data.strip():
            return
        message = Message.read(data)
        if message.status:
            self._responses.put_nowait(message)
            return
        match message.method:
            case "INVITE" if self.ended.is_set() or not self._dialog:
                self.ended.clear()
                self.invitation = message
                self._dialog = {
                    "call": message.headers["call-id"], "from": message.headers["to"] + f";tag={self.port}",
                    "to": message.headers["from"], "target": _address(message.headers["contact"]),
                }  # fmt: skip
                self._respond(message, "180 Ringing")
                self.ringing.set()
            case "ACK":
                pass
            case "CANCEL":
                self._respond(message, "200 OK")
                if self.invitation is not None:
                    self._respond(self.invitation, "487 Request Terminated")
                self._finish()
            case "BYE":
                self._respond(message, "200 OK")
                self._finish()
            case "INVITE":
                self._respond(message, "200 OK", self._offer())
            case _:
                self._respond(message, "200 OK")

    def _finish(self) -> None:
        self._quiet()
        self._dialog = {}
        self.ended.set()
        self.ringing.clear()

    async def _final(self, method: str) -> Message:
        async with asyncio.timeout(3):
            while True:
                message = await self._responses.get()
                if message.method == method and message.status >= 200:
                    return message

    def _send(self, method: str, target: str, extra: str = "", body: str = "") -> None:
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{time.time_ns()};rport",
            f"From: {self._dialog['from']}",
            f"To: {self._dialog['to']}",
            f"Call-ID: {self._dialog['call']}",
            f"CSeq: {self._sequence} {method}",
            f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>",
            "Max-Forwards: 70",
            "Content-Type: application/sdp",
            f"Content-Length: {len(body)}",
        ]
        text = "\r\n".join(lines) + "\r\n" + extra + "\r\n" + body
        self._sip.sendto(text.encode("utf-8", "surrogateescape"), ("127.0.0.1", self.server))

    def _respond(self, request: Message, status: str, body: str = "") -> None:
        tag = "" if "tag=" in request.headers["to"] else f";tag={self.port}"
        lines = [
            f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.vias), f"From: {request.headers['from']}", f"To: {request.headers['to']}{tag}",
            f"Call-ID: {request.headers['call-id']}", f"CSeq: {request.headers['cseq']}",
            f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>", "Content-Type: application/sdp", f"Content-Length: {len(body)}",
        ]  # fmt: skip
        self._sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), ("127.0.0.1", self.server))

    def _digest(self, challenge: Message, method: str, target: str, secret: str) -> str:
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.headers["www-authenticate"].partition(" ")[2]))
        first = _md5(f"{self.user}:{fields['realm']}:{secret}")
        second = _md5(f"{method}:{target}")
        response = _md5(f"{first}:{fields['nonce']}:00000001:c:auth:{second}")
        opaque = f', opaque="{fields["opaque"]}"' if "opaque" in fields else ""
        return (
            f'Authorization: Digest username="{self.user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{target}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"{opaque}\r\n'
        )

    def _offer(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {self.rtp_port} RTP/AVP 8 {DTMF}\r\n"
            f"a=rtpmap:8 PCMA/8000\r\na=rtpmap:{DTMF} telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    def _talk(self, sdp: str) -> None:
        match = re.search(r"m=audio (\d+)", sdp)
        assert match is not None
        self._peer_rtp = ("127.0.0.1", int(match[1]))
        self._speaking = asyncio.get_running_loop().create_task(self._speak())

    def _quiet(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None
            self.keyed.set()

    async def _speak(self) -> None:
        assert self._peer_rtp is not None
        loop = asyncio.get_running_loop()
        due, source = loop.time(), 12345 + self.port
        while True:
            voice, place = VOICES[self.voice], (self._packets % 50) * 160
            if self._keys:
                code, step = self._keys.pop(0)
                payload = struct.pack("!BBH", code & 0xFF, (0x80 if code & 0x100 else 0) | 10, 160 * step)
                header = struct.pack(
                    "!BBHII", 0x80, DTMF | (0x80 if step == 1 else 0), self._packets & 0xFFFF, self._stamp, source
                )
                if not self._keys:
                    self.keyed.set()
                    self._stamp += 160 * 5
            else:
                payload = voice[place : place + 160]
                header = struct.pack("!BBHII", 0x80, 8, self._packets & 0xFFFF, self._stamp, source)
                self._stamp += 160
            self._rtp.sendto(header + payload, self._peer_rtp)
            self._packets += 1
            due += PACKET_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _audio(self, data: bytes) -> None:
        if data[1] & 0x7F == 8:
            self.stream += data[12:]
            self._arrived += 1
            if self._arrived % 5 == 0:
                asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _address(header: str) -> str:
    match = re.search(r"<(.+?)>", header)
    return match[1] if match else header


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - what SIP digest is made of


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Give a port nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
