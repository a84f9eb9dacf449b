"""How rooms offer HTTP: routes with roles, one error format, an OpenAPI document made from the routes."""

from web.application import build
from web.exceptions import HttpError, NotFound
from web.route import Role, Route, Unchecked

__all__ = ["HttpError", "NotFound", "Role", "Route", "Unchecked", "build"]
