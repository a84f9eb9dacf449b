"""What a robot presses and when, in a line a person can type. Pure.

    keys    = step, step …              separated by blanks or commas
    step    = [when ":"] press
    when    = prompt id                 as soon as that prompt is heard: menu.main:1
            | "@" seconds               so long after the call was answered: @25:0
            | "+" seconds               so long after the step before: +2:9
              (none)                    as soon as something is being asked next
    press   = keys 0-9 * # | "hangup"

`1,1` presses 1 at the first question and 1 at the next. `verify.account:1000000001#` waits for that very prompt.
"""

import re
from dataclasses import dataclass

HANG_UP = "hangup"
_STEP = re.compile(r"(?:(?P<when>@[0-9.]+s?|\+[0-9.]+s?|[a-z][a-z0-9_./-]*):)?(?P<press>[0-9*#]+|hangup)")
_SECONDS = re.compile(r"[@+]([0-9]+(?:\.[0-9]+)?)s?")
_ASKING = ("请按", "请输入")
_SECRET = ("password", "pin")
_LONG = 8  # digits; what is longer is an account, a card or an identity number


class KeysError(ValueError):
    """The line is not in the grammar; says which step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One press. At most one of `prompt`, `at` (seconds from the answer) and `after` (seconds from the last) is set."""

    press: str
    prompt: str | None = None
    at: float | None = None
    after: float | None = None

    @property
    def hangs_up(self) -> bool:
        """The step ends the call."""
        return self.press == HANG_UP


def parse(text: str) -> tuple[Step, ...]:
    """Read a line of steps; KeysError names the first that is wrong."""
    return tuple(_step(word) for word in re.split(r"[\s,]+", text.strip()) if word)


def _step(word: str) -> Step:
    found = _STEP.fullmatch(word)
    if not found:
        hidden = re.sub(r"[0-9]", "•", word)
        raise KeysError(
            f"{hidden}: expected [prompt:]keys, @seconds:keys or +seconds:keys, keys being 0-9 * # or hangup"
        )
    when, press = found["when"], found["press"]
    if when is None:
        return Step(press)
    if when[0] not in "@+":
        return Step(press, prompt=when)
    seconds = _SECONDS.fullmatch(when)
    if not seconds:
        raise KeysError(f"{when}: expected seconds, such as {when[0]}2.5")
    value = float(seconds[1])
    return Step(press, at=value) if when[0] == "@" else Step(press, after=value)


def asks(text: str) -> bool:
    """Whether a prompt of this text waits for keys."""
    return any(word in text for word in _ASKING)


def masked(press: str, prompt: str = "") -> str:
    """Keys as they may be shown: a password never, an account or identity number by its last four.

    Six digits are a password wherever they are pressed, because a step without a prompt does not say what it answers.
    """
    digits = press.rstrip("#")
    end = press[len(digits) :]
    if press == HANG_UP or len(digits) <= 1:
        return press
    if any(word in prompt for word in _SECRET) or len(digits) < _LONG:
        return "•" * len(digits) + end
    return "•" * (len(digits) - 4) + digits[-4:] + end
