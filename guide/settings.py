"""The section [guide] of hotline.toml."""

from pydantic import BaseModel, ConfigDict, Field


class GuideSettings(BaseModel):
    """Where policy articles and branches stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = Field(
        default="",
        description="folder of articles and branches: shared/ and one a centre's code; empty: guide/content as shipped",
    )
