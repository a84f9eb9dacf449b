"""What the API of the seats takes and gives."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

NUMBER = r"^[0-9]{1,8}$"
EXTENSION = r"^[0-9]{2,20}$"


class Body(BaseModel):
    """A JSON object: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Body):
    """An agent comes to a phone."""

    pin: str = Field(pattern=r"^[0-9]{4,12}$", repr=False)
    extension: str = Field(pattern=EXTENSION, description="of the phone, which is registered")


class Reason(Body):
    """Why calls are kept away."""

    reason: str = Field(
        default="", max_length=10, description="the name of a pause in [seats.pauses]; a supervisor may leave it out"
    )


class NoReason(Body):
    """Nothing to say."""


class Phone(Body):
    """A supervisor's own phone, where a supervisor is signed in; it rings, and answering it joins the talk."""

    extension: str = Field(pattern=EXTENSION)


class Caller(Body):
    """Which caller an agent is given."""

    call: str = Field(
        default="", pattern=r"^([0-9]{1,12}\.[0-9]{1,12})?$", description="empty: the centre's longest waiting"
    )


class SeatAnswer(BaseModel):
    """A seat that is taken."""

    number: str
    name: str
    centre: str
    role: str = Field(description="agent, expert, supervisor")
    extension: str
    state: str = Field(description="ready, ringing, talking, wrap_up, paused, unavailable")
    reason: str = Field(description="of a pause: its name, or no_answer")
    since: dt.datetime
    seconds: float = Field(description="how long it has been in this state")
    until: dt.datetime | None = Field(description="when wrap-up ends, or when a pause becomes too long")
    too_long: bool = Field(description="a pause beyond its limit")
    gone_since: dt.datetime | None = Field(description="since when the phone cannot be reached")


class SeatsAnswer(BaseModel):
    """Everyone who is signed in, by number."""

    agents: list[SeatAnswer]


class SignedInAnswer(BaseModel):
    """The agent's own token, valid until the agent signs out."""

    token: str
    agent: SeatAnswer


class PauseAnswer(BaseModel):
    """A reason that may be chosen."""

    name: str
    key: str
    minutes: int


class PausesAnswer(BaseModel):
    """Every reason, by key."""

    pauses: list[PauseAnswer]


class DoneAnswer(BaseModel):
    """It is done, or the phone rings."""

    done: str
    call: str = Field(default="", description="the call it was done to")


class AuditQuestion(BaseModel):
    """Which rows."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500)
    before: int | None = Field(default=None, description="`next` of the page before")


class AuditRow(BaseModel):
    """What somebody did, or tried."""

    id: int
    at: dt.datetime
    who: str = Field(description="a supervisor's number, or the token's role")
    what: str = Field(description="listen, whisper, barge, take_over, pull, force_pause, force_sign_out …")
    whom: str
    call: str
    outcome: str = Field(description="done, or why not")
    via: str = Field(description="phone or http")


class AuditAnswer(BaseModel):
    """Rows, newest first."""

    rows: list[AuditRow]
    next: int | None
