"""Every value that reaches a configuration line is held to a tight character set first.

Asterisk's files have no quoting to speak of: a line break starts a new setting, `;` a comment, `[` a section, `${`
an expression, a comma the next argument. So nothing of the kind gets in, and the error names the field.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

from asterisk_conf.exceptions import BadPlan
from asterisk_conf.plan import FEATURE_ROUTES, PROMPTS, Phone, Plan, Queue

DIALABLE = re.compile(r"[0-9]{2,20}")
FEATURE_CODE = re.compile(r"\*[0-9]{1,4}")
OUTGOING = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?:[0-9]{1,5}")
PATTERN = re.compile(r"([0-9XZN]|\[[0-9](-[0-9])?\]){3,20}")
BEGINNING = re.compile(r"[0-9]{1,11}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
SUBJECT = re.compile(r"(?!first$)[a-z][a-z0-9]{0,15}")
SUBJECT_KEY = re.compile(r"[1-9]")
SIP_USER = re.compile(r"[a-z][a-z0-9_-]{1,31}")
SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
PATH = re.compile(r"(/[\w.+@~-]+( [\w.+@~-]+)*)+")
STRATEGIES = frozenset(
    {"leastrecent", "fewestcalls", "random", "rrmemory", "rrordered", "linear", "wrandom", "ringall"}
)
PORTS = range(1, 65536)


def check(plan: Plan) -> None:
    """Raise BadPlan for the first field that cannot be rendered."""
    _check_addresses(plan)
    _check_paths(plan)
    _check_numbers(plan)
    for key in ("ami_events_secret", "ami_control_secret", "fastagi_secret"):
        _secret(key, getattr(plan, key))
    _check_people(plan)
    _check_outgoing(plan)


def _check_addresses(plan: Plan) -> None:
    try:
        ip_address(plan.sip_bind)
    except ValueError:
        raise BadPlan(f"sip_bind: expected an IP address, found {plan.sip_bind!r}") from None
    for key in ("sip_port", "rtp_start", "rtp_end", "ami_port", "fastagi_port"):
        if getattr(plan, key) not in PORTS:
            raise BadPlan(f"{key}: expected a port from 1 to 65535, found {getattr(plan, key)!r}")
    if plan.rtp_end - plan.rtp_start < 3:
        raise BadPlan("rtp_end: expected at least rtp_start + 3, since one call needs four ports")
    if not plan.trunk_hosts:
        raise BadPlan("trunk_hosts: expected at least one host")
    for index, host in enumerate(plan.trunk_hosts):
        if not _is_network(host):
            _match(f"trunk_hosts[{index}]", host, HOST, "a host name, an IP address or a network such as 10.0.0.0/24")


def _is_network(host: str) -> bool:
    try:
        ip_network(host, strict=False)
    except ValueError:
        return False
    return True


def _check_paths(plan: Plan) -> None:
    keys = (
        "modules", "data", "announcements", "recordings", "messages", "facts", "music", "whispers", "waiting", "python",
        "emergency_script",
    )  # fmt: skip
    for key in keys:
        check_path(key, getattr(plan, key))
    for prompt in PROMPTS:
        if prompt not in plan.prompts:
            raise BadPlan(f"prompts: {prompt} is missing")
        check_path(f"prompts[{prompt}]", plan.prompts[prompt])


def check_path(key: str, path: Path) -> None:
    """Raise BadPlan unless `path` is absolute and plain enough for a configuration line."""
    _match(key, str(path), PATH, "an absolute path of letters, digits and . _ + @ ~ - with single spaces at most")


def _check_numbers(plan: Plan) -> None:
    for key, low, high in (
        ("announcement_seconds", 0.1, 60),
        ("max_call_seconds", 60, 86400),
        ("max_message_seconds", 5, 3600),
        ("trunk_rtp_timeout", 5, 3600),
        ("phone_rtp_timeout", 5, 3600),
    ):
        _between(key, getattr(plan, key), low, high)


def _check_people(plan: Plan) -> None:
    if not plan.entrances:
        raise BadPlan("entrances: expected at least one number")
    if not plan.queues:
        raise BadPlan("queues: expected at least one")
    _check_queues(plan)
    queues = {queue.name for queue in plan.queues}
    for index, entrance in enumerate(plan.entrances):
        _match(f"entrances[{index}].number", entrance.number, DIALABLE, "2 to 20 digits")
        if entrance.centre not in queues:
            raise BadPlan(f"entrances[{index}].centre: there is no queue {entrance.centre!r}")
    for index, phone in enumerate(plan.phones):
        _check_phone(f"phones[{index}]", phone)
    _check_experts(plan)
    for code, route in plan.features.items():
        _match("features", code, FEATURE_CODE, "a star and 1 to 4 digits")
        if route not in FEATURE_ROUTES:
            raise BadPlan(f"features[{code}]: expected one of {', '.join(FEATURE_ROUTES)}, found {route!r}")
    _unique("queues", (queue.name for queue in plan.queues))
    _unique("phones", (phone.sip_user for phone in plan.phones))
    _unique("entrances and phones", _dialable(plan))


def _check_experts(plan: Plan) -> None:
    for index, expert in enumerate(plan.experts):
        _match(f"experts[{index}].name", expert.name, SUBJECT, "a lower-case name of letters and digits")
        _match(f"experts[{index}].key", expert.key, SUBJECT_KEY, "a key from 1 to 9")
    _unique("experts", (value for expert in plan.experts for value in (expert.name, expert.key)))
    for key in ("expert_ring_seconds", "expert_limit_seconds", "return_ring_seconds"):
        _between(key, getattr(plan, key), 3, 300)


def _check_queues(plan: Plan) -> None:
    queues = {queue.name for queue in plan.queues}
    for index, queue in enumerate(plan.queues):
        _check_queue(f"queues[{index}]", queue)
        for other in queue.overflow:
            if other not in queues - {queue.name}:
                raise BadPlan(f"queues[{index}].overflow: there is no other queue {other!r}")


def _check_outgoing(plan: Plan) -> None:
    if plan.outgoing:
        _match("outgoing", plan.outgoing, OUTGOING, "a host and a port, such as 10.0.0.1:5060")
    _match("outgoing_number", plan.outgoing_number, DIALABLE, "2 to 20 digits")
    for index, pattern in enumerate(plan.dial_patterns):
        _match(f"dial_patterns[{index}]", pattern, PATTERN, "digits, X, Z, N and sets such as [3-9], no wildcard")
    for index, beginning in enumerate(plan.dial_refused):
        _match(f"dial_refused[{index}]", beginning, BEGINNING, "1 to 11 digits")


def _dialable(plan: Plan) -> Iterator[str]:
    yield from (entrance.number for entrance in plan.entrances)
    yield from (phone.extension for phone in plan.phones)


def _check_queue(key: str, queue: Queue) -> None:
    _match(f"{key}.name", queue.name, NAME, "a lower-case name of letters, digits and _")
    if queue.strategy not in STRATEGIES:
        raise BadPlan(f"{key}.strategy: expected one of {', '.join(sorted(STRATEGIES))}, found {queue.strategy!r}")
    _between(f"{key}.ring_seconds", queue.ring_seconds, 5, 300)
    _between(f"{key}.retry_seconds", queue.retry_seconds, 1, 60)
    _between(f"{key}.wrap_up_seconds", queue.wrap_up_seconds, 0, 3600)
    _between(f"{key}.max_waiting", queue.max_waiting, 0, 10000)
    _between(f"{key}.max_wait_seconds", queue.max_wait_seconds, 1, 7200)
    _between(f"{key}.announce_seconds", queue.announce_seconds, 5, 600)
    _between(f"{key}.first_announce_seconds", queue.first_announce_seconds, 0, 600)
    _between(f"{key}.widen_seconds", queue.widen_seconds, 0, 3600)
    _between(f"{key}.overflow_seconds", queue.overflow_seconds, 1, 7200)


def _check_phone(key: str, phone: Phone) -> None:
    _match(f"{key}.extension", phone.extension, DIALABLE, "2 to 20 digits")
    _match(f"{key}.sip_user", phone.sip_user, SIP_USER, "a lower-case name that starts with a letter")
    if phone.sip_user in {"trunk", "trunk-out"}:
        raise BadPlan(f"{key}.sip_user: {phone.sip_user!r} is taken")
    _secret(f"{key}.secret", phone.secret)


def _match(key: str, value: str, pattern: re.Pattern[str], expected: str) -> None:
    if not pattern.fullmatch(value):
        raise BadPlan(f"{key}: expected {expected}, found {value!r}")


def _secret(key: str, value: str) -> None:
    if not SECRET.fullmatch(value):
        raise BadPlan(f"{key}: expected 8 to 128 letters, digits, _ or -")


def _between(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadPlan(f"{key}: expected {low} to {high}, found {value!r}")


def _unique(key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BadPlan(f"{key}: {value!r} stands twice")
        seen.add(value)
