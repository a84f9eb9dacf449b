"""The section [ivr] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class IvrSettings(BaseModel):
    """Time-outs and limits of the conversations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tries: int = Field(default=3, ge=1, le=9, description="wrong or missing entries before a person is offered")
    key_seconds: float = Field(default=6.0, ge=1, le=60, description="wait for a key after a menu was read")
    digit_seconds: float = Field(
        default=5.0, ge=1, le=60, description="wait for the first and each further digit of an entry"
    )
    patience_seconds: float = Field(
        default=2.0, ge=0.1, le=30, description="time a look-up may take until the caller hears that we are looking"
    )
    answer_seconds: float = Field(
        default=10.0, ge=1, le=120, description="time Asterisk has for a command beyond what it plays or waits"
    )
    call_minutes: int = Field(default=60, ge=1, le=600, description="longest conversation with the machine")
    sessions: int = Field(default=1000, ge=1, le=10000, description="conversations at once in one worker")
    drain_seconds: float = Field(
        default=10.0, ge=0, le=600, description="time running conversations have when the worker stops"
    )
    message_seconds: int = Field(default=120, ge=5, le=600, description="longest message a caller can leave")
    voice: str = Field(default="xiaobei", pattern=r"^[a-z0-9_-]{1,32}$", description="folder below sounds/zh")
