"""Write Asterisk's whole configuration below one folder."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from asterisk_conf.checks import check, check_path
from asterisk_conf.exceptions import BadPlan
from asterisk_conf.line import write_still
from asterisk_conf.modules import MODULES
from asterisk_conf.music import write_music
from asterisk_conf.plan import ANY_PENALTY, ASK_CODE, EXPERT_CODE, FIRST_KEY, PROMPTS, SKILLED_PENALTY, TALK_CODES, Plan
from dialplan import TEMPLATES as DIALPLAN

TEMPLATES = Path(__file__).parent / "templates"
FILES = (
    "asterisk", "modules", "pjsip", "queues", "manager", "logger", "rtp", "features", "musiconhold", "indications",
    "cdr", "cel", "confbridge", "http", "ccss", "acl", "udptl", "stasis", "queuerules", "pjproject", "extensions",
)  # fmt: skip
SOCKET = "asterisk.ctl"
LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un(7)
START_MARGIN = (
    0.3  # seconds between the queue's start of MixMonitor and the bridge's start of the announcement, at most
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where one Asterisk keeps its files, all below one folder."""

    folder: Path

    @property
    def etc(self) -> Path:
        """The rendered configuration."""
        return self.folder / "etc"

    @property
    def conf(self) -> Path:
        """The file Asterisk is started with."""
        return self.etc / "asterisk.conf"

    @property
    def lib(self) -> Path:
        """State of Asterisk's own."""
        return self.folder / "lib"

    @property
    def db(self) -> Path:
        """Registrations and signed-in members, kept over a restart."""
        return self.folder / "db"

    @property
    def keys(self) -> Path:
        """Unused, and empty."""
        return self.folder / "keys"

    @property
    def agi(self) -> Path:
        """Unused, and empty: scripts are named by absolute path."""
        return self.folder / "agi-bin"

    @property
    def spool(self) -> Path:
        """Temporary files."""
        return self.folder / "spool"

    @property
    def run(self) -> Path:
        """The console's socket and the pid."""
        return self.folder / "run"

    @property
    def log(self) -> Path:
        """messages.log and queue_log."""
        return self.folder / "log"

    @property
    def queue_log(self) -> Path:
        """What the queues did, a line each."""
        return self.log / "queue_log"

    @property
    def messages_log(self) -> Path:
        """Notices, warnings and errors."""
        return self.log / "messages.log"


def render(plan: Plan, folder: Path) -> Places:
    """Write the configuration below `folder` and make the folders it names; BadPlan for what cannot be rendered.

    A file is replaced whole or not at all, and only its owner reads it: passwords stand in some.
    """
    check(plan)
    check_path("folder", folder)
    places = Places(folder)
    socket = os.fsencode(places.run / SOCKET)
    if len(socket) > LONGEST_SOCKET_PATH:
        raise BadPlan(
            f"folder: {folder} is too long: the console's socket takes {len(socket)} of {LONGEST_SOCKET_PATH} bytes"
        )
    _make_folders(plan, places)
    write_music(plan.music)
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, DIALPLAN]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - these are no web pages; checks.py holds every value to a character set
    )
    environment.filters["hostport"] = _hostport
    environment.globals["route"] = lambda name: f"agi://127.0.0.1:{plan.fastagi_port}/{name},{plan.fastagi_secret}"
    features = list(_talk_features(plan))
    values = {
        "plan": plan,
        "places": places,
        "modules": MODULES,
        "media_address": None if ip_address(plan.sip_bind).is_unspecified else plan.sip_bind,
        "skip_seconds": f"{plan.announcement_seconds + START_MARGIN:.1f}",
        "skilled_penalty": SKILLED_PENALTY,
        "any_penalty": ANY_PENALTY,
        "first_code": EXPERT_CODE + FIRST_KEY,
        "talk_features": features,
        "feature_names": "#".join(name for _, name, _ in features),
        "widenings": sorted({queue.widen_seconds for queue in plan.queues if queue.widen_seconds}),
        "emergency_prompts": ",".join(
            str(plan.prompts[prompt]) for prompt in PROMPTS if prompt.startswith("emergency.")
        ),
    }
    write_still(plan)
    for name in FILES:
        _replace(places.etc / f"{name}.conf", environment.get_template(f"{name}.conf.j2").render(values))
    return places


def _talk_features(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Codes that a phone may press in a talk: code, name of the feature, extension of handed-by-key."""
    for expert in plan.experts:
        yield expert.code, f"expert_{expert.name}", expert.name
        yield ASK_CODE + expert.key, f"ask_{expert.name}", f"ask_{expert.name}"
    if plan.experts:
        yield EXPERT_CODE + FIRST_KEY, "expert_first", "first"
    for code, name in TALK_CODES.items():
        if plan.experts or name == "query":
            yield code, name, name


def _make_folders(plan: Plan, places: Places) -> None:
    own = (places.etc, places.lib, places.db, places.keys, places.agi, places.spool, places.run, places.log)
    for path in (*own, plan.recordings, plan.messages, plan.facts, plan.announcements, plan.whispers, plan.waiting):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)


def _hostport(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _replace(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
