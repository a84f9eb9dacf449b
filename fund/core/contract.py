"""What a core system has to answer, as OpenAPI, made from the very models its answers are checked by.

`python -m fund.core.contract > fund/core/contract.json` writes the document that a core's makers are given.
"""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from fund.core import messages
from fund.core.messages import Message
from fund.port import Holder

KEY = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}}
ACCOUNT = KEY | {"name": "account"}
HOLDER = {"name": "holder", "in": "path", "required": True, "schema": {"enum": [str(one) for one in Holder]}}
PASSWORD = {"type": "string", "pattern": "^[0-9]{6}$"}

MODELS: tuple[type[Message], ...] = (
    messages.VerifiedMessage,
    messages.ChangeMessage,
    messages.AccountMessage,
    messages.MovementMessage,
    messages.LoanMessage,
    messages.ApplicationMessage,
    messages.UnitMessage,
    messages.MobileMessage,
)
INTRODUCTION = (
    "Account, ID and card numbers and passwords come in bodies, never in addresses; keys are your own and say nothing to "
    "others. Sums are texts with two places, days 2026-11-20, months 2026-10. An answer that is not exactly so is not read "
    "to a caller. Unknown fields are passed over. GET questions may come twice. Any status but 200 means that you cannot "
    "answer now."
)


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    _, schemas = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Core system of a housing provident fund centre",
            "version": "1",
            "description": INTRODUCTION,
        },
        "security": [{"token": []}],
        "paths": {
            "/v1/holders/verify": {
                "post": _operation(
                    "Check a login and its password. `wrong` for an unknown login too.",
                    messages.VerifiedMessage,
                    body={
                        "login": {"enum": ["account", "id", "card", "unit"]},
                        "number": {"type": "string"},
                        "password": PASSWORD,
                    },
                )
            },
            "/v1/holders/{holder}/{key}/password": {
                "parameters": [HOLDER, KEY],
                "post": _operation(
                    "Set a new password.", messages.ChangeMessage, body={"old": PASSWORD, "new": PASSWORD}
                ),
            },
            "/v1/holders/{holder}/{key}/mobile": {
                "parameters": [HOLDER, KEY],
                "get": _operation("The mobile number on file.", messages.MobileMessage),
            },
            "/v1/depositors/{key}/accounts": {
                "parameters": [KEY],
                "get": _operation("Personal accounts, those in use first.", messages.AccountMessage, several=True),
            },
            "/v1/depositors/{key}/accounts/{account}/movements": {
                "parameters": [KEY, ACCOUNT],
                "get": _operation("The last movements of an account.", messages.MovementMessage, several=True),
            },
            "/v1/depositors/{key}/loans": {
                "parameters": [KEY],
                "get": _operation("Housing loans.", messages.LoanMessage, several=True),
            },
            "/v1/depositors/{key}/applications": {
                "parameters": [KEY],
                "get": _operation("Loan applications.", messages.ApplicationMessage, several=True),
            },
            "/v1/units/{key}": {
                "parameters": [KEY],
                "get": _operation("A unit's account.", messages.UnitMessage),
            },
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(
    summary: str, model: type[Message], *, several: bool = False, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    one: dict[str, Any] = {"$ref": f"#/components/schemas/{model.__name__}"}
    schema = {"type": "array", "items": one, "maxItems": messages.MOST} if several else one
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {"200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}}},
    }
    if body:
        asked = {"type": "object", "properties": body, "required": list(body), "additionalProperties": False}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": asked}}}
    return operation


if __name__ == "__main__":
    print(json.dumps(document(), indent=1, ensure_ascii=False))
