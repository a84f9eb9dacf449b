"""The section [fund] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field

from fund.core.settings import CoreSettings


class FundSettings(BaseModel):
    """How passwords are guarded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failures_a_day: int = Field(
        default=3, ge=1, le=20, description="wrong passwords until an account is locked for the day"
    )
    failures_a_caller: int = Field(
        default=20, ge=1, le=1000, description="wrong passwords a day from one calling number, whatever the accounts"
    )
    cores: dict[str, CoreSettings] = Field(
        default={}, description="a table [fund.cores.<centre>] for each centre whose accounts live in its core system"
    )
    answer_seconds: float = Field(default=2.0, ge=0.2, le=30, description="time the database has for an answer")
