"""One route: what it takes, what it gives, who may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """Whom a token is given to."""

    OPS = "ops"
    SUPERVISOR = "supervisor"


class Unchecked(BaseModel):
    """A route without parameters."""

    model_config = ConfigDict(extra="forbid")


Handler = Callable[[web.Request, Any], Awaitable[BaseModel | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """`roles` empty: anybody may, without a token. `query` is validated before `handler` runs."""

    method: str
    path: str
    handler: Handler
    summary: str
    roles: frozenset[Role] = frozenset(Role)
    query: type[BaseModel] = Unchecked
    response: type[BaseModel] | None = None
    content: str = "application/json"
