"""`hotline status`: what is up, asked of the running service itself."""

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path

from hotline.paths import Paths
from hotline.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the processes and the health of each part; 0 only when all is well."""
    state = Paths(Path(settings.hotline.var)).run / "services.json"
    services = json.loads(state.read_text(encoding="utf-8")) if state.is_file() else {}
    health = _health(settings)
    if arguments.json:
        print(json.dumps({"services": services, "health": health}, ensure_ascii=False, indent=1))
    else:
        _print(services, health)
    return 0 if health.get("status") == "ok" else 1


def _health(settings: Settings) -> dict[str, object]:
    url = f"http://{settings.http.bind}:{settings.http.port}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            answer: dict[str, object] = json.load(reply)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    except (OSError, ValueError) as error:
        return {"status": "down", "reason": f"{url} does not answer: {error}"}
    return answer


def _print(services: dict[str, object], health: dict[str, object]) -> None:
    listed = services.get("services", [])
    for service in listed if isinstance(listed, list) else []:
        print(f"{service['name']:<14} pid {service['pid'] or '-':<8} restarts {service['restarts']}")
    for key, value in health.items():
        print(f"{key:<14} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
