"""What the API is asked and what it answers: the shapes of docs/http.md."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from queue_stats.indicators import By, Indicators
from web.cursor import CURSOR
from web.question import FIRST_DAY, LAST_DAY, DaysQuestion

AGENT = r"^[0-9A-Za-z_.-]{1,20}$"


class PeriodQuestion(DaysQuestion):
    """Days in the hotline's time zone, both included; without them: today."""

    first: dt.date | None = Field(
        default=None,
        alias="from",
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="first day, 2026-11-23; default: today, or `to` when that is earlier",
    )
    last: dt.date | None = Field(
        default=None,
        alias="to",
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="last day; default: today, or `from` when that is later",
    )
    centre: str | None = Field(default=None, max_length=32, description="code of a centre; default: all")
    by: By | None = Field(default=None, description="hour, day, month or centre; default: one row for all")


class CallsQuestion(DaysQuestion):
    """Which calls, newest first."""

    centre: str | None = Field(default=None, max_length=32, description="code of a centre")
    outcome: str | None = Field(
        default=None, pattern="^(going_on|self_service|answered|lost)$", description="what became of it"
    )
    agent: str | None = Field(default=None, pattern=AGENT, description="number of the agent who answered")
    limit: int = Field(default=50, ge=1, le=500, description="how many")
    before: str | None = Field(default=None, pattern=CURSOR, description="`next` of the page before")


class Nothing(BaseModel):
    """An empty JSON object."""

    model_config = ConfigDict(extra="forbid")


class IndicatorAnswer(BaseModel):
    """Indicators of a period."""

    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    centre: str | None
    by: By | None
    timezone: str
    service_level_seconds: int
    short_abandon_seconds: int
    rows: list[Indicators]


class VisitAnswer(BaseModel):
    """One wait in a queue. Durations in seconds."""

    queue: str
    joined: dt.datetime
    agent: str
    rings: int
    answered: dt.datetime | None
    left: dt.datetime | None
    lost: str | None
    wait: float | None
    talk: float | None


class CallAnswer(BaseModel):
    """One call. Durations in seconds; the caller's number is masked."""

    id: str
    started: dt.datetime
    ended: dt.datetime | None
    centre: str
    dialled: str
    caller: str
    path: list[str] = Field(description="menu steps, as keys from the top: 1, 1/1")
    verified: bool
    outcome: str
    lost: str | None
    agent: str
    wait: float | None
    talk: float | None
    with_agent: float | None = Field(default=None, description="of talk, with agents")
    with_expert: float | None = Field(default=None, description="of talk, with experts; null: none answered")
    with_both: float | None = Field(default=None, description="of talk, with agent and expert together")
    on_hold: float | None = Field(default=None, description="of talk, on hold")
    settled: bool | None = Field(default=None, description="false: an expert was asked for and none answered")
    emergency: bool
    message: bool
    visits: list[VisitAnswer]


class CallsAnswer(BaseModel):
    """A page of calls."""

    calls: list[CallAnswer]
    next: str | None = Field(description="give it as `before` for the following page; null: this was the last")


class FactAnswer(BaseModel):
    """One thing that happened."""

    at: dt.datetime
    kind: str
    queue: str
    agent: str
    data: dict[str, Any]


class StoryAnswer(CallAnswer):
    """A call with everything that happened."""

    story: list[FactAnswer]


class WaitingAnswer(BaseModel):
    """A caller who waits."""

    call: str
    centre: str
    since: dt.datetime
    seconds: float
    ringing: str = Field(description="number of the agent whose phone rings, else empty")


class AgentAnswer(BaseModel):
    """An agent who is signed in."""

    number: str
    centre: str
    state: str = Field(description="ready, ringing, talking, wrap_up, paused, unavailable")
    since: dt.datetime
    seconds: float
    reason: str
    too_long: bool = Field(default=False, description="a pause beyond its limit")


class AgentsAnswer(BaseModel):
    """Everyone who is signed in."""

    agents: list[AgentAnswer]


class LowRatingAnswer(BaseModel):
    """A caller who was not satisfied, within the last day."""

    call: str
    centre: str
    agent: str
    at: dt.datetime
    why: str = Field(description="attitude, unsolved, wait, other, message; empty: not told (yet)")


class LiveAnswer(BaseModel):
    """What is going on right now."""

    as_of: dt.datetime
    connected: bool = Field(description="false: Asterisk is not heard, what follows is as of stale_since")
    stale_since: dt.datetime | None
    calls_up: int
    waiting: list[WaitingAnswer]
    agents: list[AgentAnswer]
    low_ratings: list[LowRatingAnswer] = Field(default=[], description="不满意, newest first")
    today: Indicators | None = Field(description="null: the database is away")
    today_by_centre: dict[str, Indicators] = Field(description="centre → its row; only centres that had calls")
    centres: dict[str, str] = Field(description="code → name")
    service_level_seconds: int
    loss_rate_alarm: float
    wait_alarm_seconds: int
