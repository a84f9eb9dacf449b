"""A robot that makes one call: dials, listens, presses its keys in time, and tells what happened."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from robot.ear import VALUE, Ear, spoken
from robot.exceptions import CallOver, RobotError
from robot.keys import Step, asks, masked
from robot.lexicon import Lexicon
from robot.phone import Phone
from robot.recogniser import Heard

SETTLED = 2.5
"""Seconds of silence after the last key and the words that followed it: the call has said what it had to say."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys that were pressed, masked, with the seconds from the answer and the prompt they answered."""

    at: float
    keys: str
    prompt: str


@dataclass(slots=True)
class Story:
    """What happened in a call. `trouble` is a sentence; empty when all went well."""

    number: str
    caller: str
    answered_after: float | None = None
    heard: list[Heard] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    seconds: float = 0.0
    ended_by: str = ""
    trouble: str = ""


class Caller:
    """One call of a robot; `tell` is called with each thing as it happens."""

    def __init__(self, phone: Phone, lexicon: Lexicon, tell: Callable[[Heard | Pressed], None]) -> None:
        self.phone = phone
        self.ear = Ear(lexicon)
        self.tell = tell
        self._story = Story("", "")
        self._told = 0
        self._asked = 0  # entries of the transcript before this were answered

    async def make(self, number: str, steps: Iterable[Step], *, caller: str | None, longest: float) -> Story:
        """Call, press, listen until the call ends or has nothing more to say, for `longest` seconds at most."""
        story = self._story = Story(number, caller or "")
        self.phone.listener = self.ear
        start = time.monotonic()
        try:
            await self.phone.call(number, caller=caller, within=min(30, longest))
            story.answered_after = round(time.monotonic() - start, 2)
            teller = asyncio.create_task(self._report())
            try:
                async with asyncio.timeout(longest):
                    await self._press_all(tuple(steps))
            except TimeoutError:
                story.trouble = f"after {longest:g} s the call was still going on"
            finally:
                teller.cancel()
        except RobotError as error:
            story.trouble = str(error)
        story.ended_by = story.ended_by or ("us" if self.phone.in_call else "them")
        story.seconds = round(self.ear.seconds, 2)
        if self.phone.in_call:
            await self.phone.hang_up()
        self.ear.call_over()
        self._tell_new(everything=True)
        story.heard = spoken(self.ear.transcript())
        story.trouble = story.trouble or _amiss(story)
        return story

    async def _press_all(self, steps: tuple[Step, ...]) -> None:
        before = time.monotonic()
        for step in steps:
            prompt = await self._moment(step, before)
            if step.hangs_up:
                self._story.ended_by = "us"
                self._note("hangup", prompt)
                return
            self._note(step.press, prompt)
            await self.phone.press(step.press)
            before = time.monotonic()
        await self._until_said()

    async def _moment(self, step: Step, before: float) -> str:
        """Wait until the step's time has come; give the prompt it answers."""
        if step.prompt is not None:
            entry = await self.ear.heard(step.prompt, within=3600)
            self._asked = max(self._asked, self._place(entry) + 1)
            return step.prompt
        since = self.ear.since or before
        if step.at is not None:
            await self._pause(since + step.at - time.monotonic())
        elif step.after is not None:
            await self._pause(before + step.after - time.monotonic())
        else:
            return await self._question()
        return self._last_prompt()

    async def _pause(self, seconds: float) -> None:
        """Let time pass, unless the call ends."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.ear.over:
                raise CallOver("the call ended before all keys were pressed")
            await self.ear.news(within=left)

    async def _question(self) -> str:
        """Wait for the next prompt that asks for something."""
        while True:
            transcript = self.ear.transcript()
            for place in range(self._asked, len(transcript)):
                if asks(transcript[place].text):
                    self._asked = place + 1
                    return transcript[place].id
            self.ear.check("a question")
            await self.ear.news(within=60)

    async def _until_said(self) -> None:
        """Wait for the end, or for silence after something was said in answer to the last key."""
        answered = len(self.ear.transcript())
        while not self.ear.over:
            if len(self.ear.transcript()) > answered and self.ear.quiet_for > SETTLED:
                return
            self.ear.check("an answer")
            await self.ear.news(within=60)

    async def _report(self) -> None:
        while True:
            self._tell_new()
            await self.ear.news(within=60)

    def _tell_new(self, *, everything: bool = False) -> None:
        """Tell what was heard; the pieces of a value are told together, when they are all there."""
        transcript = self.ear.transcript()
        end = len(transcript)
        if not everything and self.ear.quiet_for < 1:
            while end > self._told and transcript[end - 1].id.startswith(VALUE):
                end -= 1
        for entry in spoken(transcript[self._told : end]):
            self.tell(entry)
        self._told = max(self._told, end)

    def _note(self, press: str, prompt: str) -> None:
        self._tell_new()
        pressed = Pressed(round(self.ear.seconds, 1), masked(press, prompt), prompt)
        self._story.pressed.append(pressed)
        self.tell(pressed)

    def _place(self, entry: Heard) -> int:
        return next(n for n, one in enumerate(self.ear.transcript()) if one.at == entry.at)

    def _last_prompt(self) -> str:
        return next((entry.id for entry in reversed(self.ear.transcript()) if entry.id), "")


PERSON = ("agent.connecting", "agent.serves")
"""After these prompts, unknown sounds are music or a person."""


def _amiss(story: Story) -> str:
    """A sentence if the call went through but not everything in it was known."""
    if not story.heard:
        return "nothing was heard"
    for entry in story.heard:
        if entry.id in PERSON:
            break
        if not entry.id:
            return f"a sound that is no recording of ours was heard from {entry.at:.1f} to {entry.until:.1f} s"
    return ""
