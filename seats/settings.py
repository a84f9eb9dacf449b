"""The section [seats] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class SeatsSettings(BaseModel):
    """How agents work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    extensions: tuple[str, ...] = Field(
        default=(), description="extensions of the phones that may register; the demo adds its own"
    )
    ring_seconds: int = Field(default=20, ge=5, le=120, description="how long one agent's phone rings")
    wrap_up_seconds: int = Field(default=10, ge=0, le=600, description="after-call work before the next call")
    longest_wait_seconds: int = Field(
        default=600, ge=10, le=7200, description="wait until the caller is offered something else"
    )
    most_waiting: int = Field(default=50, ge=0, le=1000, description="callers waiting in one queue; 0: no limit")
    pin_failures: int = Field(default=5, ge=1, le=20, description="wrong PINs until an agent number is locked")
    pin_lock_minutes: int = Field(default=15, ge=1, le=1440, description="how long it stays locked")
    answer_seconds: float = Field(default=5.0, ge=0.2, le=30, description="time the database has for an answer")
