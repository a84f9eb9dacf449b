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
    AGENT = "agent"
    """Somebody signed in at a seat; only routes that name the role are open to it."""


INSTALLATION = frozenset({Role.OPS, Role.SUPERVISOR})
"""Roles that tokens of the installation may have."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who shows a token: the role, and the agent's number; empty for a token of the installation."""

    role: Role
    number: str = ""


PERSON = web.RequestKey("person", Person)
"""Where a handler finds who asks."""


class Unchecked(BaseModel):
    """A route without parameters."""

    model_config = ConfigDict(extra="forbid")


Handler = Callable[[web.Request, Any], Awaitable[BaseModel | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """`roles` empty: anybody may, without a token. `query` is validated before `handler` runs.

    With a `body` the request is that JSON object, has no query, and the handler is given the body.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    roles: frozenset[Role] = INSTALLATION
    query: type[BaseModel] = Unchecked
    response: type[BaseModel] | None = None
    content: str = "application/json"
    body: type[BaseModel] | None = None
    ranges: bool = False
    """The answer can be asked for in parts, by the header Range."""
