"""The OpenAPI 3.1 description, made from the routes themselves."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.route import Route

REFERENCE = "#/components/schemas/{model}"

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "where"],
            "properties": {name: {"type": "string"} for name in ("code", "message", "where")},
        }
    },
}


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """Give the description."""
    models: list[tuple[type[BaseModel], Literal["validation", "serialization"]]]
    models = [(route.response, "serialization") for route in routes if route.response is not None]
    models += [(route.body, "validation") for route in routes if route.body is not None]
    _, schemas = models_json_schema([*dict.fromkeys(models)], ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "12329 hotline", "version": version},
        "paths": paths,
        "components": {
            "schemas": _parts_of_queries(routes) | schemas.get("$defs", {}) | {"Error": ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _parts_of_queries(routes: Sequence[Route]) -> dict[str, Any]:
    """Schemas that parameters refer to: the enumerations."""
    return {
        name: part
        for route in routes
        for name, part in route.query.model_json_schema(ref_template=REFERENCE).get("$defs", {}).items()
    }


def _operation(route: Route) -> dict[str, Any]:
    schema = route.query.model_json_schema(ref_template=REFERENCE)
    required = schema.get("required", [])
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    for name, field in schema.get("properties", {}).items():
        described = {key: value for key, value in field.items() if key not in {"title", "description"}}
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": described,
                "description": field.get("description", ""),
            }
        )
    good = {"$ref": f"#/components/schemas/{route.response.__name__}"} if route.response else {}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "description": (route.handler.__doc__ or route.summary).strip(),
        "parameters": parameters,
        "responses": {
            "200": {"description": "as asked", "content": {route.content: {"schema": good}}},
            "400": {"description": "a parameter is wrong; `where` names it", "content": error},
        },
    }
    if route.body is not None:
        sent = {"$ref": f"#/components/schemas/{route.body.__name__}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    if route.ranges:
        parameters.append(
            {
                "name": "Range",
                "in": "header",
                "required": False,
                "schema": {"type": "string"},
                "description": "bytes=<first>-<last>",
            }
        )
        operation["responses"] |= {
            "206": {"description": "the part asked for", "content": {route.content: {"schema": good}}},
            "416": {"description": "the part lies outside", "content": error},
        }
    if route.roles:
        operation["security"] = [{"token": []}]
        operation["x-roles"] = sorted(route.roles)
        operation["responses"] |= {
            "401": {"description": "no known token", "content": error},
            "403": {"description": "the token's role may not", "content": error},
        }
    return operation
