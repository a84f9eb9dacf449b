"""The process inside a robot telephone: PJSIP, told what to do by JSON lines on stdin, telling what happens on stdout.

PJSIP keeps one endpoint a process and does not survive being torn down and built up again, so each telephone is a
process of its own and ends by `os._exit`. Run as `python -m robot.handset`; `robot.phone.Phone` is its other end.
The first line opens it: `{"address": "127.0.0.1", "rtp_port": 16000}`; each later one is `{"do": "dial", …}` with the
arguments of the method `do_dial`. Every line out has "event" and "at" (seconds of the system's monotonic clock).
PJSIP's own log stays off: it would print every SIP message.
"""

# ruff: noqa: ANN401, D102, N802 (PJSIP ships no types and names its own callbacks; do_ methods are the messages)

import base64
import json
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from robot.reception import QUIET, Reception

BATCH = 4  # frames told at once: 80 ms
JITTER = 60  # ms held back, always: an adaptive buffer drops frames, and then the ear hears a jump
LATE = 4000  # ms of sound that may wait in the buffer when the clock was late
POLL = 15  # ms
GOODBYE = 1.5  # seconds for the last BYE and un-REGISTER

Message = dict[str, Any]


class Microphone(pj.AudioMediaPort):  # type: ignore[misc]
    """Takes what the other side says. PJSIP calls this from its clock, so it only appends."""

    def __init__(self) -> None:
        super().__init__()
        self.on = False
        self._reception = Reception()
        self._frames: list[bytes] = []
        self._since = 0.0
        self._lock = threading.Lock()
        shape = pj.MediaFormatAudio()
        shape.type = pj.PJMEDIA_TYPE_AUDIO
        shape.clockRate, shape.channelCount, shape.bitsPerSample, shape.frameTimeUsec = 8000, 1, 16, 20_000
        self.createPort("ear", shape)

    def open(self) -> None:
        """Begin to listen to a call."""
        self._reception = Reception()
        self.on = True

    def onFrameReceived(self, frame: Any) -> None:
        if not self.on:
            return
        sound = self._reception.put(bytes(frame.buf) if frame.size == len(QUIET) else QUIET)
        with self._lock:
            if sound and not self._frames:
                self._since = time.monotonic() - 0.02 * len(sound)
            self._frames += sound

    def take(self, least: int) -> tuple[float, bytes] | None:
        """What came since the last time, with the moment it began; None until `least` frames are there."""
        with self._lock:
            if not self._frames or len(self._frames) < least:
                return None
            frames, self._frames = self._frames, []
            return self._since, b"".join(frames)


class Line(pj.Account):  # type: ignore[misc]
    """An identity calls are made under; registered or not."""

    def __init__(self, handset: "Handset") -> None:
        super().__init__()
        self.handset = handset

    def onRegState(self, prm: Any) -> None:
        if prm.code // 100 == 2:
            self.handset.tell("registered" if prm.expiration else "unregistered", expires=prm.expiration)
        else:
            self.handset.tell("refused", code=prm.code, reason=prm.reason)

    def onIncomingCall(self, prm: Any) -> None:
        self.handset.rung(self, prm.callId)


class Talk(pj.Call):  # type: ignore[misc]
    """One call."""

    def __init__(self, handset: "Handset", line: Line, number: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(line, number)
        self.handset = handset
        self.over = False

    def onCallState(self, _prm: Any) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            self.handset.tell("ringing", code=info.lastStatusCode)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.handset.tell("confirmed")
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.over:
            self.over = True
            self.handset.ended(self, info.lastStatusCode, info.lastReason)

    def onCallMediaState(self, _prm: Any) -> None:
        info = self.getInfo()  # held: its parts point into it
        for place, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self.handset.connected(self.getAudioMedia(place))

    def onDtmfDigit(self, prm: Any) -> None:
        self.handset.tell("digit", digit=prm.digit)  # its length is not known here: pjproject#2436

    def onCallTransferStatus(self, prm: Any) -> None:
        self.handset.tell("transfer", code=prm.statusCode, final=bool(prm.finalNotify))


class Handset:
    """One telephone: one endpoint, one call at a time."""

    def __init__(self, events: int, address: str, rtp_port: int) -> None:
        self.events, self.address, self.rtp_port = events, address, rtp_port
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        self.endpoint.libInit(_endpoint_settings())
        self.endpoint.audDevManager().setNullDev()
        transport = pj.TransportConfig()
        transport.port, transport.boundAddress = 0, address
        self.transport = self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.endpoint.libStart()
        for codec in self.endpoint.codecEnum2():
            wanted = {"PCMA/8000/1": 255, "PCMU/8000/1": 128}.get(codec.codecId, 0)
            self.endpoint.codecSetPriority(codec.codecId, wanted)
            if wanted:
                _conceal_nothing(self.endpoint, codec.codecId)
        self.microphone = Microphone()
        self.lines: dict[str, Line] = {}
        self.own: Line | None = None  # the registered one
        self.call: Talk | None = None
        self.past: list[Talk] = []  # PJSIP may still call into them
        self.audio: Any = None
        self.player: Any = None
        self.auto: int | None = None
        self.keys: deque[tuple[str, int, int]] = deque()  # to be pressed: which, for how long, what follows (ms)
        self.lifted = 0.0  # when the last one and its gap are over
        self._line(f"sip:{address}")  # whom calls reach that are for no other line, as from phone to phone
        self.tell("ready", address=self.endpoint.transportGetInfo(self.transport).localName)

    def tell(self, event: str, **more: object) -> None:
        """Write one line at once."""
        line = json.dumps({"event": event, "at": time.monotonic(), **more}, ensure_ascii=False) + "\n"
        os.write(self.events, line.encode())

    def run(self) -> None:
        """Serve until stdin closes."""
        waiting = b""
        while True:
            self.endpoint.libHandleEvents(POLL)
            self._tell_sound(BATCH)
            self._press()
            while select.select([0], [], [], 0)[0]:
                came = os.read(0, 65536)
                if not came:
                    return
                *lines, waiting = (waiting + came).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))

    def close(self) -> None:
        """Hang up and sign off, within a second or two."""
        until = time.monotonic() + GOODBYE
        if self.call:
            self._quietly(self.endpoint.hangupAllCalls)
        if self.own and self.own.getInfo().regIsActive:
            self._quietly(lambda: self.own and self.own.setRegistration(False))
        while time.monotonic() < until and (self.call or (self.own and self.own.getInfo().regIsActive)):
            self.endpoint.libHandleEvents(POLL)

    # --- what PJSIP reports ------------------------------------------------------------------------------------------

    def rung(self, line: Line, number: int) -> None:
        """Take an incoming call, or say busy."""
        call = Talk(self, line, number)
        if self.call:
            self.past.append(call)
            call.over = True
            call.hangup(_answer(486))
            return
        self.call = call
        info = call.getInfo()
        self.tell("incoming", caller=info.remoteUri)
        call.answer(_answer(180 if self.auto is None else self.auto))

    def connected(self, audio: Any) -> None:
        """Media flows: listen, and go on playing if something is being played."""
        self.audio = audio
        audio.startTransmit(self.microphone)
        if not self.microphone.on:
            self.microphone.open()
            self.tell("media")
        if self.player:
            self.player.startTransmit(audio)

    def ended(self, call: Talk, code: int, reason: str) -> None:
        """Forget the call, after telling the last of what was heard."""
        self.past.append(call)
        if self.call is call:
            self.microphone.on = False
            self._tell_sound(1)
            self.call, self.audio, self.player = None, None, None
            self.keys.clear()
            self.tell("ended", code=code, reason=reason)

    def _press(self) -> None:
        """Press the next key that waits, at a finger's distance from the one before however late we are."""
        if self.keys and time.monotonic() >= self.lifted:
            digit, milliseconds, gap = self.keys.popleft()
            prm = pj.CallSendDtmfParam()
            prm.method, prm.digits, prm.duration = pj.PJSUA_DTMF_METHOD_RFC2833, digit, milliseconds
            try:
                self._the_call().sendDtmf(prm)
            except pj.Error as error:
                self.tell("failed", do="digit", reason=error.reason)
            self.lifted = time.monotonic() + (milliseconds + gap) / 1000

    def _tell_sound(self, least: int) -> None:
        if sound := self.microphone.take(least):
            self.tell("sound", since=sound[0], samples=base64.b64encode(sound[1]).decode())

    # --- what we are told to do --------------------------------------------------------------------------------------

    def _obey(self, message: Message) -> None:
        name = message.pop("do")
        try:
            getattr(self, f"do_{name}")(**message)
        except pj.Error as error:
            self.tell("failed", do=name, reason=error.reason)
        except (AttributeError, TypeError, ValueError) as error:
            self.tell("failed", do=name, reason=f"{type(error).__name__}: {error}")

    def do_register(self, *, user: str, secret: str, server: str) -> None:
        settings = self._line_settings(f"sip:{user}@{server}")
        settings.regConfig.registrarUri = f"sip:{server}"
        settings.regConfig.timeoutSec, settings.regConfig.retryIntervalSec = 300, 0
        settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", user, 0, secret))
        self.own = Line(self)
        self.own.create(settings)

    def do_unregister(self) -> None:
        if self.own:
            self.own.setRegistration(False)

    def do_dial(self, *, to: str, caller: str | None = None) -> None:
        if self.call:
            raise ValueError("there is a call already")
        line = self.own if caller is None else self._line(caller)
        if line is None:
            raise ValueError("not registered: a caller's own address is needed")
        self.call = Talk(self, line)
        prm = pj.CallOpParam(True)
        prm.opt.videoCount = 0
        try:
            self.call.makeCall(to, prm)
        except pj.Error:
            self.call = None
            raise

    def do_answer(self, *, code: int = 200) -> None:
        self._the_call().answer(_answer(code))

    def do_answer_always(self, *, code: int | None = 200) -> None:
        self.auto = code

    def do_hang_up(self, *, code: int = 0) -> None:
        if self.call:
            self.call.hangup(_answer(code))

    def do_digit(self, *, digit: str, milliseconds: int, gap: int) -> None:
        self._the_call()
        self.keys.append((digit, milliseconds, gap))

    def do_play(self, *, file: str, again: bool = False) -> None:
        self.do_stop_playing()
        player = pj.AudioMediaPlayer()
        player.createPlayer(file, 0 if again else pj.PJMEDIA_FILE_NO_LOOP)
        if self.audio:
            player.startTransmit(self.audio)
        self.player = player

    def do_stop_playing(self) -> None:
        if self.player and self.audio:
            self._quietly(lambda: self.player.stopTransmit(self.audio))
        self.player = None

    def do_transfer(self, *, to: str) -> None:
        self._the_call().xfer(to, pj.CallOpParam(True))

    def do_hold(self) -> None:
        self._the_call().setHold(pj.CallOpParam(True))

    def do_resume(self) -> None:
        prm = pj.CallOpParam(True)
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        self._the_call().reinvite(prm)

    # -----------------------------------------------------------------------------------------------------------------

    def _the_call(self) -> Talk:
        if not self.call:
            raise ValueError("there is no call")
        return self.call

    def _line(self, address: str) -> Line:
        if address not in self.lines:
            self.lines[address] = Line(self)
            self.lines[address].create(self._line_settings(address))
        return self.lines[address]

    def _line_settings(self, address: str) -> Any:
        settings = pj.AccountConfig()
        settings.idUri = address
        settings.sipConfig.transportId = self.transport
        settings.natConfig.contactRewriteUse = 0
        settings.natConfig.viaRewriteUse = False
        settings.natConfig.sdpNatRewriteUse = 0
        settings.natConfig.sipOutboundUse = 0
        settings.natConfig.udpKaIntervalSec = 0
        settings.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
        settings.mediaConfig.transportConfig.port = self.rtp_port
        settings.mediaConfig.transportConfig.portRange = 2
        settings.mediaConfig.transportConfig.boundAddress = self.address
        return settings

    def _quietly(self, what: Callable[[], object]) -> None:
        try:
            what()
        except pj.Error as error:
            self.tell("failed", do="end", reason=error.reason)


def _endpoint_settings() -> Any:
    settings = pj.EpConfig()
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    settings.uaConfig.threadCnt, settings.uaConfig.mainThreadOnly = 0, True
    settings.uaConfig.userAgent = "12329 robot telephone"
    document = pj.JsonDocument()
    document.loadString(json.dumps({"MediaConfig": _media_settings()}))
    settings.medConfig.readObject(document.getRootContainer())
    return settings


def _media_settings() -> dict[str, object]:
    """Through JSON, because the binding gives no way to name a value of PJSIP's enumeration jbDiscardAlgo."""
    document = pj.JsonDocument()
    pj.MediaConfig().writeObject(document.getRootContainer())
    settings: dict[str, object] = json.loads(document.saveString())["MediaConfig"]
    return settings | {
        "clockRate": 8000, "sndClockRate": 8000, "audioFramePtime": 20, "ecTailLen": 0, "noVad": True,
        "sndAutoCloseTime": -1, "jbInit": JITTER, "jbMinPre": JITTER, "jbMaxPre": JITTER, "jbMax": LATE,
        "jbDiscardAlgo": 0,
    }  # fmt: skip


def _conceal_nothing(endpoint: Any, codec: str) -> None:
    """A frame that did not come is silence, not a guess: so the reception knows it."""
    settings = endpoint.codecGetParam(codec)
    settings.setting.plc = False
    endpoint.codecSetParam(codec, settings)


def _answer(code: int) -> Any:
    prm = pj.CallOpParam(True)
    if code:
        prm.statusCode = code
    return prm


def main() -> None:
    """Read the opening line, then serve."""
    events = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # PJSIP prints a few lines before its log can be turned off
    opening = b""
    while not opening.endswith(b"\n"):
        opening += os.read(0, 1)
    handset = Handset(events, **json.loads(opening))
    try:
        handset.run()
        handset.close()
    finally:
        os._exit(0)  # PJSIP's own way down waits for threads that wait for the interpreter


if __name__ == "__main__":
    main()
