"""A core system to try ours against: `python -m fund.core.standin [--port P] [--mood well|slow|down|lying]`.

It keeps a few invented holders in memory and answers as fund/core/contract.json says. POST /mood changes how it behaves:
well; slow (answers after `seconds`); down (503); gone (cuts the connection); lying (one of LIES instead of the truth).
"""

import argparse
import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

ACCOUNT = {
    "key": "A-1", "tail": "5566", "status": "normal", "balance": "34567.89", "employer_share": "800.00",
    "own_share": "800.00", "paid_until": "2026-10",
}  # fmt: skip
LOAN = {
    "key": "L-1", "tail": "7788", "balance": "250000.00", "term_months": 240, "remaining_months": 180,
    "monthly_payment": "1888.00", "next_due": "2026-12-20", "paid_until": "2026-10", "overdue": "0.00",
}  # fmt: skip
MOVEMENT = {"on": "2026-11-05", "kind": "deposit", "amount": "1600.00"}
APPLICATION = {"key": "P-1", "stage": "approved", "since": "2026-11-02"}
UNIT = {
    "tail": "0202", "name": "远方机械有限公司", "status": "normal", "people": 12, "monthly_sum": "19200.00",
    "paid_until": "2026-10",
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "accounts": [ACCOUNT],
    "movements": [MOVEMENT],
    "loans": [LOAN],
    "applications": [APPLICATION],
    "unit": UNIT,
    "mobile": {"mobile": "13912345678"},
}
HOLDERS = {
    ("account", "7000000001"): ("depositor", "D-1"),
    ("id", "430102199003072476"): ("depositor", "D-1"),
    ("unit", "8000000001"): ("unit", "U-1"),
}
PASSWORD = "739185"  # noqa: S105 - invented

LIES: dict[str, Any] = {
    "not json": b"<html>busy</html>",
    "nothing": b"",
    "null": None,
    "another shape": {"error": "none"},
    "a number for a sum": [ACCOUNT | {"balance": 34567.89}],
    "a huge sum": [ACCOUNT | {"balance": "9" * 40}],
    "a negative sum": [ACCOUNT | {"balance": "-1.00"}],
    "not a number": [ACCOUNT | {"balance": "NaN"}],
    "three places": [ACCOUNT | {"balance": "1.005"}],
    "a missing field": [{name: value for name, value in ACCOUNT.items() if name != "balance"}],
    "a month that is none": [ACCOUNT | {"paid_until": "2026-13"}],
    "a far year": [ACCOUNT | {"paid_until": "9999-01"}],
    "a status nobody knows": [ACCOUNT | {"status": "正常"}],
    "a whole number": [ACCOUNT | {"tail": "6228481234567890123"}],
    "a key with a path": [ACCOUNT | {"key": "../../units/U-1"}],
    "too much": b"[" + b" " * 300_000 + b"]",
    "too many": [ACCOUNT] * 1000,
}


@dataclass(slots=True)
class StandIn:
    """How it behaves, and what it was asked: (method, path) only, for numbers and passwords are nobody's business."""

    mood: str = "well"
    seconds: float = 3.0
    lie: str = "another shape"
    token: str = ""
    password: str = PASSWORD
    must_change: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def application(self) -> web.Application:
        """Its HTTP server."""
        application = web.Application(middlewares=[self._behave])
        application.router.add_post("/mood", self._set_mood)
        application.router.add_post("/v1/holders/verify", self._verify)
        application.router.add_post("/v1/holders/{holder}/{key}/password", self._change)
        application.router.add_get("/v1/holders/{holder}/{key}/mobile", self._tell("mobile"))
        application.router.add_get("/v1/units/{key}", self._tell("unit"))
        application.router.add_get("/v1/depositors/{key}/accounts/{account}/movements", self._tell("movements"))
        for what in ("accounts", "loans", "applications"):
            application.router.add_get(f"/v1/depositors/{{key}}/{what}", self._tell(what))
        return application

    @web.middleware
    async def _behave(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's
        if request.path == "/mood":
            return await handler(request)  # type: ignore[no-any-return]
        self.asked.append((request.method, request.path))
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            raise web.HTTPUnauthorized
        match self.mood:
            case "slow":
                await asyncio.sleep(self.seconds)
            case "down":
                raise web.HTTPServiceUnavailable
            case "gone":
                assert request.transport is not None
                request.transport.abort()
            case "lying" if request.method == "GET":
                lie = LIES[self.lie]
                return web.Response(body=lie if isinstance(lie, bytes) else json.dumps(lie).encode())
        return await handler(request)  # type: ignore[no-any-return]

    async def _set_mood(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        self.mood, self.seconds = wanted.get("mood", "well"), float(wanted.get("seconds", self.seconds))
        self.lie = wanted.get("lie", self.lie)
        return web.json_response({"mood": self.mood})

    async def _verify(self, request: web.Request) -> web.Response:
        asked = await request.json()
        holder = HOLDERS.get((asked["login"], asked["number"]))
        if holder is None or asked["password"] != self.password:
            return web.json_response({"outcome": "wrong"})
        return web.json_response({"outcome": "verified", "key": holder[1], "must_change": self.must_change})

    async def _change(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked["old"] != self.password:
            return web.json_response({"outcome": "wrong"})
        if asked["new"] == self.password:
            return web.json_response({"outcome": "same"})
        self.password, self.must_change = asked["new"], False
        return web.json_response({"outcome": "changed"})

    def _tell(self, what: str) -> Any:  # noqa: ANN401 - aiohttp's handler
        async def tell(_request: web.Request) -> web.Response:
            return web.json_response(ANSWERS[what])

        return tell


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m fund.core.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=8330)
    parser.add_argument("--mood", default="well", choices=("well", "slow", "down", "gone", "lying"))
    parser.add_argument("--seconds", type=float, default=3.0, help="how slow slow is")
    parser.add_argument("--token", default="", help="the token it wants to hear")
    arguments = parser.parse_args()
    standin = StandIn(mood=arguments.mood, seconds=arguments.seconds, token=arguments.token)
    web.run_app(standin.application(), host="127.0.0.1", port=arguments.port)


if __name__ == "__main__":
    main()
