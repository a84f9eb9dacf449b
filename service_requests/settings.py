"""The section [requests] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class RequestsSettings(BaseModel):
    """What callers can ask for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slot_capacity: int = Field(
        default=10, ge=1, le=1000, description="appointments a branch takes in one morning or afternoon"
    )
    days_ahead: int = Field(default=10, ge=1, le=30, description="working days that appointments can be made for")
    answer_seconds: float = Field(default=2.0, ge=0.2, le=30, description="time the database has for an answer")
    take_in_seconds: float = Field(
        default=30.0, ge=1, le=3600, description="pause between two looks for messages the database has not got yet"
    )
