"""How rooms offer HTTP: routes with roles, one error format, an OpenAPI document made from the routes."""

from web.application import People, build
from web.exceptions import HttpError, NotFound
from web.route import PERSON, Person, Role, Route, Unchecked

__all__ = ["PERSON", "HttpError", "NotFound", "People", "Person", "Role", "Route", "Unchecked", "build"]
