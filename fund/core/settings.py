"""A table [fund.cores.<centre>] of hotline.toml."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class CoreSettings(BaseModel):
    """Where a centre's accounts live, when they do not live here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        pattern=r"^https?://[^\s?#]+$", description="address of the core system, https unless it is on this machine"
    )
    token_file: Path | None = Field(default=None, description="file with the token it knows us by")
    answer_seconds: float = Field(default=8.0, ge=0.5, le=30, description="time it has for an answer, retries included")
    connect_seconds: float = Field(default=2.0, ge=0.1, le=30, description="time a connection may take")
    retries: int = Field(default=1, ge=0, le=5, description="times a question that changes nothing is asked again")
    connections: int = Field(default=20, ge=1, le=500, description="connections at once")
    failures: int = Field(default=5, ge=1, le=100, description="failures in a row after which it is left alone")
    pause_seconds: float = Field(default=20.0, ge=1, le=600, description="how long it is left alone")

    @model_validator(mode="after")
    def _private(self) -> Self:
        address = urlsplit(self.url)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise ValueError("url must begin with https://: account data does not cross a network in the clear")
        return self
