"""The section [recordings] of hotline.toml."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RecordingsSettings(BaseModel):
    """How recorded talks are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_file: str = Field(
        default="",
        description="file with a key a line, each 32 bytes in base64; the first seals, all open; empty: one made in var/secrets",
    )
    retention_days: int = Field(default=730, ge=1, le=36500, description="how long a recording is kept")
    work_order_retention_days: int = Field(
        default=1095, ge=1, le=36500, description="how long one that belongs to a work order is kept"
    )
    removal_hour: int = Field(default=3, ge=0, le=23, description="hour of the day at which expired ones are removed")

    @model_validator(mode="after")
    def _longer(self) -> Self:
        if self.work_order_retention_days < self.retention_days:
            raise ValueError("work_order_retention_days: expected at least retention_days")
        return self
