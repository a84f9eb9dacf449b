"""The section [callers] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class CallersSettings(BaseModel):
    """What is remembered of calling numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    returning_days: int = Field(
        default=30, ge=0, le=3650, description="who called within these days hears the short welcome; 0: nobody"
    )
    forget_days: int = Field(default=365, ge=1, le=3650, description="days without a call until a number is forgotten")
    answer_seconds: float = Field(
        default=0.5, ge=0.05, le=5, description="time the database has; then the call goes on as an unknown caller's"
    )
