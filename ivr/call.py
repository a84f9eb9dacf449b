"""The verbs a conversation is written in: say, ask, menu, record, hand_over.

A caller's hang-up is the exception CallerHungUp and unwinds the conversation. Keys work while something is said; a key
that ends what is said counts for the question that follows. Asterisk drops keys pressed while no command runs (res_agi.c,
run_agi idles the channel), so a conversation that looks something up does it `meanwhile`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeVar

from facts import Journal
from ivr import variables
from ivr.agi import Reply, Session
from ivr.digits import Digits
from ivr.exceptions import CallEnded, CallerHungUp, CommandRefused, HandedOver, PromptMissing, TooManyTries
from ivr.settings import IvrSettings
from ivr.speaker import Speaker, Spoken
from sounds.alaw import RATE

T = TypeVar("T")

ALL_KEYS = "0123456789*"
"""Keys that interrupt what is said. # ends entries and means nothing else: many press it after every one."""

FAILED = "-1"
SILENCE_KEPT = 1.0
PACKET = 20
"""Milliseconds."""
LISTENING = 50
"""Milliseconds of each turn in which `meanwhile` waits for a key: what a caller waits beyond the look-up, at most."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A question answered by one key. `told` and `prompts` are read; a key of `choices` gives its outcome.

    What was told stays told: a wrong or missing key only reads `prompts` again, and the repeat key both.
    """

    prompts: tuple[Spoken, ...]
    choices: Mapping[str, str]
    repeat: str = "9"
    told: tuple[Spoken, ...] = ()


@dataclass(slots=True)
class Call:
    """One caller on the line."""

    session: Session
    speaker: Speaker
    journal: Journal
    settings: IvrSettings
    id: str = ""
    _typed: list[str] = field(default_factory=list, repr=False)
    _full: bool = field(default=False, repr=False)
    """The last entry ended by its length: a # that follows belongs to it."""

    @property
    def caller(self) -> str:
        """The caller's number; empty when withheld."""
        return self.session.environment.caller

    @property
    def dialled(self) -> str:
        """The number that was dialled."""
        return self.session.environment.headers.get("extension", "")

    @property
    def channel(self) -> str:
        """Asterisk's name of the channel, such as PJSIP/ag8001-00000007."""
        return self.session.environment.headers.get("channel", "")

    async def say(self, *what: Spoken, keys: str = ALL_KEYS) -> str:
        """Say it; give the key that interrupted, which also counts for the next question. Empty: heard to the end."""
        if keys and self._typed:
            return self._typed[0]
        with self.speaker.clip(what) as clip:
            reply = await self._play("STREAM FILE", clip.path, keys, seconds=clip.seconds)
        key = chr(int(reply.result)) if reply.result not in {"0", ""} else ""
        if key:
            self._typed.append(key)
        return key

    async def ask(
        self,
        *what: Spoken,
        most: int,
        good: Callable[[str], bool] = bool,
        wrong: Callable[[str], Spoken] = lambda _: "key.wrong",
        more: Callable[[str], bool] = lambda _: False,
        told: tuple[Spoken, ...] = (),
    ) -> Digits:
        """Ask for digits, ended by # or by the `most`-th. `good` decides, `wrong` says what is amiss.

        What is `told` before the question is told once, by the same command: digits may begin while it is being said.
        Where `more` says of `most` digits that they may lack one, one more is waited for. TooManyTries after wrong or
        missing ones.
        """
        question, what = what, told + what
        for _ in range(self.settings.tries):
            digits = (await self._collect(what, most)).strip("#")
            if len(digits) == most and more(digits):
                self._full = False
                digits += (await self._collect((), 1)).strip("#")
            if digits and good(digits):
                return Digits(digits)
            what = (wrong(digits) if digits else "key.missing", *question)
        raise TooManyTries

    async def menu(self, menu: Menu) -> str:
        """Read a menu and give the outcome of the key pressed; TooManyTries after wrong or missing ones."""
        what = whole = menu.told + menu.prompts
        tries = 0
        while tries < self.settings.tries:
            key = await self._collect(what, 1, self.settings.key_seconds)
            if key in menu.choices:
                return menu.choices[key]
            if key == menu.repeat:
                what = whole
                continue
            what = ("key.wrong" if key else "key.missing", *menu.prompts)
            tries += 1
        raise TooManyTries

    async def record(self, file: Path) -> float:
        """Record the caller into `file` (WAV) until #, silence, the limit or the hang-up; give its seconds.

        A message that ends by hanging up is a message: CallerHungUp comes with the next verb. Of the silence that ends one
        Asterisk keeps the last second in the file; it is not counted. The result then is the milliseconds that were left
        of the limit; where the limit ended it, none or those of the last packet.
        """
        limit = self.settings.message_seconds
        reply = await self._command(
            "RECORD FILE", str(file.with_suffix("")), file.suffix[1:], "#", limit * 1000, "s=5", seconds=limit + 5
        )
        if reply.result == FAILED and reply.data != "hangup":
            raise CommandRefused(f"RECORD FILE: {reply.data}")
        seconds = (reply.endpos or 0) / RATE
        ended_by_silence = reply.timed_out and int(reply.result) > PACKET
        return max(0.0, seconds - SILENCE_KEPT) if ended_by_silence else seconds

    async def play(self, file: Path) -> None:
        """Play a recording that the caller made; a key ends it and counts for the next question."""
        path = str(file.with_suffix(""))
        self._keep(await self._play("STREAM FILE", path, ALL_KEYS, seconds=self.settings.message_seconds))

    async def meanwhile(self, work: Awaitable[T]) -> T:
        """Await `work` and keep the keys the caller presses meanwhile. It is finished even if the caller hangs up.

        When it takes long the caller is told once that we are looking.
        """
        task = asyncio.ensure_future(work)
        slow = asyncio.get_running_loop().time() + self.settings.patience_seconds
        told = False
        try:
            await asyncio.wait({task}, timeout=0)
            while not task.done():
                if not told and asyncio.get_running_loop().time() >= slow:
                    told = True
                    with self.speaker.clip(("lookup.wait",)) as clip:
                        reply = await self._play("STREAM FILE", clip.path, ALL_KEYS, seconds=clip.seconds)
                    self._keep(reply)
                else:
                    await self.pause(LISTENING)
        except CallEnded:
            await asyncio.gather(task, return_exceptions=True)
            raise
        finally:
            task.cancel()
        return await task

    async def pause(self, milliseconds: int) -> None:
        """Be silent that long, or until a key is pressed, which is kept."""
        self._keep(await self._command("WAIT FOR DIGIT", milliseconds))

    def _keep(self, reply: Reply) -> None:
        if reply.result not in {"0", "", FAILED}:
            self._typed.extend(chr(int(reply.result)).strip("#"))

    async def hand_over(self, queue: str) -> NoReturn:
        """Leave the call to the dialplan, which puts it into the queue."""
        await self.set(variables.QUEUE, queue)
        await self.set(variables.NEXT, variables.NEXT_QUEUE)
        raise HandedOver

    async def finish(self) -> NoReturn:
        """Leave the call to the dialplan, which hangs up."""
        await self.set(variables.NEXT, variables.NEXT_BYE)
        raise HandedOver

    async def set(self, name: str, value: str) -> None:
        """Set a channel variable: never to anything a caller entered. Those of TRAVEL every later leg has, too."""
        await self._command("SET VARIABLE", variables.INHERITED + name if name in variables.TRAVEL else name, value)

    async def get(self, name: str) -> str:
        """Give a channel variable, also when the caller is gone; empty when it is not set."""
        return (await self._command("GET VARIABLE", name, after_hangup=True)).data

    async def run(self, application: str, *arguments: str) -> str:
        """Run a dialplan application; give its result (-2: there is no such application).

        It runs also when the caller is gone: who begins to change a queue goes through with it. The next verb that
        needs the caller raises CallerHungUp.
        """
        return (await self._command("EXEC", application, ",".join(arguments), after_hangup=True)).result

    def note(self, kind: str, **data: object) -> None:
        """Write a fact to the journal: what was chosen, never what was entered."""
        self.journal.note(kind, self.id, **data)

    async def _collect(self, what: tuple[Spoken, ...], most: int, seconds: float | None = None) -> str:
        """Play and collect up to `most` digits by one command, keys pressed ahead first. "#": nothing but that key."""
        keys = "".join(self._typed[:most])
        del self._typed[:most]
        wait = seconds or self.settings.digit_seconds
        if len(keys) < most:
            reply = await self._entered(() if keys else what, most - len(keys), wait)
            if self._full and not (keys or reply.result or reply.timed_out):
                reply = await self._entered(what, most, wait)
            keys += reply.result or ("" if keys or reply.timed_out else "#")
        self._full = len(keys) == most and keys != "#"
        return keys

    async def _entered(self, what: tuple[Spoken, ...], most: int, wait: float) -> Reply:
        with self.speaker.clip(what) as clip:
            return await self._play(
                "GET DATA", clip.path, int(wait * 1000), most, seconds=clip.seconds + wait * (most + 1)
            )

    async def _play(self, command: str, *arguments: str | int, seconds: float) -> Reply:
        """Run a command that plays a file; −1 means hang-up or a missing file, and only asking tells which."""
        reply = await self._command(command, *arguments, seconds=seconds)
        if reply.result == FAILED:
            await self._command("CHANNEL STATUS")
            raise PromptMissing(str(arguments[0]))
        return reply

    async def _command(
        self, command: str, *arguments: str | int, seconds: float = 0.0, after_hangup: bool = False
    ) -> Reply:
        return await self.session.execute(
            command, *arguments, within=seconds + self.settings.answer_seconds, after_hangup=after_hangup
        )

    @property
    def is_up(self) -> bool:
        """False once Asterisk said that the caller is gone."""
        return not self.session.hung_up


async def begin(session: Session, speaker: Speaker, journal: Journal, settings: IvrSettings) -> Call:
    """Take up a call that Asterisk hands over, under the id every ledger knows it by."""
    call = Call(session, speaker, journal, settings)
    call.id = await call.get(variables.CALL_ID) or session.environment.headers.get("uniqueid", "")
    if not call.is_up:
        raise CallerHungUp
    return call
