"""What the API is asked for requests and what it answers."""

import datetime as dt

from pydantic import BaseModel, Field

from service_requests.kinds import Half, Kind, State
from web.cursor import CURSOR
from web.question import DaysQuestion


class RequestsQuestion(DaysQuestion):
    """Which requests, newest first. The days are those on which they were made, a subscription's of its last change."""

    kind: Kind | None = Field(default=None, description="default: all")
    centre: str | None = Field(default=None, max_length=32, description="code of a centre; default: all")
    state: State | None = Field(
        default=None,
        description="booked, cancelled, past: appointments; on, off: subscriptions; queued: SMS; new: messages",
    )
    limit: int = Field(default=50, ge=1, le=500, description="how many")
    before: str | None = Field(default=None, pattern=CURSOR, description="`next` of the page before")


class RequestAnswer(BaseModel):
    """One request. Phone numbers are masked; what a kind does not have is null."""

    kind: Kind
    id: str = Field(description="of the row: its kind and number in its table")
    number: str | None = Field(description="what the caller was told: of appointments and messages")
    centre: str
    about: str = Field(description="business of an appointment, category of a subscription or SMS, sort of a message")
    state: State
    at: dt.datetime = Field(description="when it was made; of a subscription: when it changed")
    changed: dt.datetime
    call: str = Field(description="id of the call; `/api/v1/calls/{id}` has its story")
    branch: str | None = Field(description="code of the branch, the name of its file in the guide")
    day: dt.date | None
    half: Half | None
    phone: str | None = Field(description="number to call back or to send to, masked; empty: withheld")
    file: str | None = Field(description="name of the recording in the folder of messages")
    seconds: float | None = Field(description="length of the recording")


class RequestsAnswer(BaseModel):
    """A page of requests."""

    requests: list[RequestAnswer]
    next: str | None = Field(description="give it as `before` for the following page; null: this was the last")
