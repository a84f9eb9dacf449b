"""The section [fund] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class FundSettings(BaseModel):
    """How passwords are guarded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failures_a_day: int = Field(
        default=3, ge=1, le=20, description="wrong passwords until an account is locked for the day"
    )
    failures_a_caller: int = Field(
        default=20, ge=1, le=1000, description="wrong passwords a day from one calling number, whatever the accounts"
    )
    answer_seconds: float = Field(default=2.0, ge=0.2, le=30, description="time the database has for an answer")
