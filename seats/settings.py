"""The sections [seats], [waiting] and [dialling] of hotline.toml."""

import datetime as dt
import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from seats.dialling import Rules
from seats.experts import FIRST, Subject
from seats.pauses import NO_ANSWER, PAUSES, Pause
from seats.skills import Skill

WRAP_UP = "wrap_up"


class SeatsSettings(BaseModel):
    """How agents work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    extensions: tuple[str, ...] = Field(
        default=(), description="extensions of the phones that may register; the demo adds its own"
    )
    ring_seconds: int = Field(default=20, ge=5, le=120, description="how long one agent's phone rings")
    wrap_up_seconds: int = Field(default=10, ge=0, le=600, description="after-call work before the next call")
    pauses: tuple[Pause, ...] = Field(
        default=PAUSES, description="tables of name, key, minutes, prompt: why an agent may pause, and for how long"
    )
    phone_grace_seconds: int = Field(
        default=60, ge=5, le=3600, description="how long a phone may be gone until its agent is signed out"
    )
    token_hours: int = Field(default=14, ge=1, le=168, description="how long an agent's token of the API holds at most")
    longest_wait_seconds: int = Field(
        default=600, ge=10, le=7200, description="wait until the caller is offered something else"
    )
    most_waiting: int = Field(default=50, ge=0, le=1000, description="callers waiting in one queue; 0: no limit")
    pin_failures: int = Field(default=5, ge=1, le=20, description="wrong PINs until an agent number is locked")
    pin_lock_minutes: int = Field(default=15, ge=1, le=1440, description="how long it stays locked")
    answer_seconds: float = Field(default=5.0, ge=0.2, le=30, description="time the database has for an answer")

    @field_validator("pauses")
    @classmethod
    def _told_apart(cls, pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
        names, keys = [one.name for one in pauses], [one.key for one in pauses]
        if not pauses or len(set(names)) < len(names) or len(set(keys)) < len(keys):
            raise ValueError("expected at least one, each with a name and a key of its own")
        if taken := {NO_ANSWER, WRAP_UP} & set(names):
            raise ValueError(f"{min(taken)} is a word of the hotline's own")
        return pauses


class WaitingSettings(BaseModel):
    """What happens to callers in the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    announce_seconds: int = Field(default=30, ge=10, le=600, description="between two announcements of place and wait")
    first_announce_seconds: int = Field(
        default=3, ge=1, le=60, description="until the first; who is answered sooner hears none"
    )
    handling_window_minutes: int = Field(
        default=60, ge=5, le=1440, description="the estimate counts with the talks that ended within it"
    )
    missed_rings: int = Field(
        default=2, ge=0, le=20, description="calls in a row a phone does not answer until its seat is paused; 0: never"
    )
    skills: tuple[Skill, ...] = Field(
        default=(), description="tables of name, paths, centres, agents: each gives its centres a queue of its own"
    )
    widen_seconds: int = Field(
        default=40, ge=1, le=3600, description="wait for an agent with the skill until all agents are rung"
    )
    overflow: dict[str, tuple[str, ...]] = Field(
        default={}, description="centre → centres whose agents help out, in order"
    )
    overflow_seconds: int = Field(default=120, ge=10, le=7200, description="wait until another centre helps out")


class ExpertsSettings(BaseModel):
    """Who is asked what an agent cannot answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subjects: tuple[Subject, ...] = Field(
        default=(), description="tables of name, title, key, weekday, weekend: each is a queue of its own"
    )
    limit_seconds: int = Field(
        default=30, ge=5, le=300, description="wait for an expert until the caller is back with the agent"
    )
    ring_seconds: int = Field(default=15, ge=5, le=120, description="how long one expert's phone rings")
    return_ring_seconds: int = Field(
        default=20, ge=5, le=120, description="how long the agent's phone rings who gets a caller back"
    )

    @field_validator("subjects")
    @classmethod
    def _told_apart(cls, subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
        names, keys = [one.name for one in subjects], [one.key for one in subjects]
        if len(set(names)) < len(names) or len(set(keys)) < len(keys):
            raise ValueError("expected subjects with a name and a key of their own")
        if FIRST in names:
            raise ValueError(f"{FIRST} is the way back to the agent who had the caller first")
        return subjects


class DiallingSettings(BaseModel):
    """Which outside numbers may be dialled, for call-backs and for returning a call, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outgoing: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:[0-9]{1,5})?$",
        description="host:port of the trunk for outgoing calls; empty: nobody is dialled, no call-back is offered",
    )
    mobiles: bool = Field(default=True, description="mobile numbers may be dialled")
    area_codes: tuple[str, ...] = Field(
        default=(), description="areas whose subscribers may be dialled; empty: those of the centres"
    )
    refused: tuple[str, ...] = Field(
        default=("1349", "1740", "168"),
        description="beginnings refused all the same: satellite telephones, paid information",
    )
    call_back_from: dt.time = Field(default=dt.time(8, 30), description="nobody is called back before")
    call_back_until: dt.time = Field(default=dt.time(20), description="nor from then on")
    call_back_tries: int = Field(default=3, ge=1, le=9, description="how often a call-back is tried")
    call_back_again_minutes: int = Field(default=10, ge=1, le=1440, description="between two tries")
    call_back_ring_seconds: int = Field(default=30, ge=10, le=120, description="how long it rings")
    return_days: int = Field(
        default=30, ge=1, le=366, description="how long an agent can return the call of somebody who asked for a person"
    )

    @field_validator("area_codes", "refused")
    @classmethod
    def _digits(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [value for value in values if not re.fullmatch(r"[0-9]{1,11}", value)]:
            raise ValueError(f"expected digits, not {wrong[0]!r}")
        return values

    @model_validator(mode="after")
    def _hours(self) -> Self:
        if self.call_back_from >= self.call_back_until:
            raise ValueError("call_back_from must be before call_back_until")
        return self

    def rules(self, area_codes: tuple[str, ...]) -> Rules:
        """The plan; `area_codes`: of the centres."""
        return Rules(self.area_codes or area_codes, self.mobiles, self.refused)
