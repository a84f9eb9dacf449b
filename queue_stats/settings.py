"""The section [queue_stats] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class QueueStatsSettings(BaseModel):
    """What counts as good, and limits of the listener."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_level_seconds: int = Field(
        default=15, ge=1, le=600, description="T of the service level: answered within T"
    )
    short_abandon_seconds: int = Field(
        default=5, ge=0, le=60, description="waits below this that were given up are short"
    )
    events_waiting: int = Field(default=50_000, ge=100, description="AMI events held in memory before the link is cut")
    batch: int = Field(default=1000, ge=1, le=20_000, description="facts stored in one transaction")
    loss_rate_alarm: float = Field(default=0.1, ge=0, le=1, description="loss rate the wallboard warns from")
    wait_alarm_seconds: int = Field(default=60, ge=1, description="wait the wallboard warns from")
