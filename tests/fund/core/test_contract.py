"""The document that a core's makers are given is what both sides keep to."""

import json
from pathlib import Path

import fund.core
from fund.core.contract import document
from fund.core.standin import StandIn

FILE = Path(next(iter(fund.core.__path__))) / "contract.json"


def test_the_file_is_made_from_the_models() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == document(), "run: python -m fund.core.contract > " + str(
        FILE
    )


def test_the_stand_in_serves_every_path_of_it_and_no_other() -> None:
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in StandIn().application().router.routes()
        if route.resource is not None and route.method != "HEAD"
    } - {("post", "/mood")}
    agreed = {
        (method, path)
        for path, operations in document()["paths"].items()
        for method in operations.keys() & {"get", "post"}
    }
    assert served == agreed


def test_every_schema_that_is_named_is_there() -> None:
    text = json.dumps(document())
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= document()["components"]["schemas"].keys()
