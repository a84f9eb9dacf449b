"""Why a seat takes no calls for now, and for how long that may be. Pure."""

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

NO_ANSWER = "no_answer"
"""The phone rang and nobody took it: the waiting room pauses such a seat."""


class Pause(BaseModel):
    """A reason an agent can choose. `key` is what is pressed after *13."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[^\s,;:\"\\|]{1,10}$", description="as people read it, such as 用餐")
    key: str = Field(pattern=r"^[1-9]$", description="the key that chooses it")
    minutes: int = Field(ge=1, le=1440, description="longer than this is warned of")
    prompt: str = Field(default="", description="the recording that says it; empty: the key works, nobody reads it out")

    @property
    def limit(self) -> dt.timedelta:
        """How long it may last."""
        return dt.timedelta(minutes=self.minutes)


PAUSES = (
    Pause(name="休息", key="1", minutes=15, prompt="pause.rest"),
    Pause(name="用餐", key="2", minutes=45, prompt="pause.meal"),
    Pause(name="培训", key="3", minutes=120, prompt="pause.training"),
    Pause(name="外出", key="4", minutes=60, prompt="pause.out"),
    Pause(name="会议", key="5", minutes=60, prompt="pause.meeting"),
)


def by_key(pauses: Sequence[Pause], key: str) -> Pause | None:
    """The pause of a key."""
    return next((one for one in pauses if one.key == key), None)


def by_name(pauses: Sequence[Pause], name: str) -> Pause | None:
    """The pause of a name."""
    return next((one for one in pauses if one.name == name), None)
