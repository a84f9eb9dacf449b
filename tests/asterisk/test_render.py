"""What may stand in a configuration, and what the rendered one says."""

import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asterisk_conf import BadPlan, Entrance, Phone, Plan, Queue, render
from asterisk_conf.announcements import announcement, write
from dialplan import TEMPLATES
from ivr import variables
from tests.asterisk.switchboard import PHONE_SECRETS, Switchboard

NASTY = [
    "a\nb",
    "a\rb",
    "a;b",
    "[a]",
    "a]b",
    "${X}",
    "a,b",
    'a"b',
    "a\\b",
    "a=b",
    "a>b",
    "",
    " ",
    "a\0b",
    "名",
    "a&b",
    "a|b",
    "a)b",
]


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    "field",
    ["ami_events_secret", "ami_control_secret", "fastagi_secret", "sip_bind", "trunk_hosts", "entrance", "queue", "user", "extension", "secret",
     "feature"],
)  # fmt: skip
def test_nothing_that_means_something_to_asterisk_gets_in(plan: Plan, folder: Path, field: str, value: str) -> None:
    phone = plan.phones[0]
    changes: dict[str, dict[str, Any]] = {
        "trunk_hosts": {"trunk_hosts": (value,)},
        "entrance": {"entrances": (Entrance(value, "changsha"),)},
        "queue": {"queues": (Queue(value),), "entrances": (Entrance("12329", value),)},
        "user": {"phones": (replace(phone, sip_user=value),)},
        "extension": {"phones": (replace(phone, extension=value),)},
        "secret": {"phones": (Phone("8001", "ag8001", value),)},
        "feature": {"features": {value: "sign_in"}},
    }
    with pytest.raises(BadPlan) as error:
        render(replace(plan, **changes.get(field, {field: value})), folder / "x")
    assert "secret-of-the-test" not in str(error.value)
    assert not (folder / "x").exists()


@pytest.mark.parametrize(
    "path", ["/a\nb", "/a;b", "/a,b", "relative", "/a[b", "/${X}", "/a ", "/a&b", '/a"b', "/a|b", "/a=>b", "/a(b"]
)
@pytest.mark.parametrize(
    "field",
    ["modules", "data", "announcements", "recordings", "messages", "facts", "music", "python", "emergency_script"],
)
def test_no_path_with_a_meaning(plan: Plan, folder: Path, field: str, path: str) -> None:
    changes: dict[str, Any] = {field: Path(path)}
    with pytest.raises(BadPlan, match=f"^{field}: "):
        render(replace(plan, **changes), folder / "x")


def test_paths_of_people_who_use_spaces_and_chinese_are_fine(plan: Plan, folder: Path) -> None:
    render(replace(plan, recordings=folder / "录音 2026"), folder / "x y")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sip_port": 0}, "sip_port: expected a port"),
        ({"rtp_end": 21101, "rtp_start": 21100}, "rtp_end: expected at least"),
        ({"trunk_hosts": ()}, "trunk_hosts: expected at least one"),
        ({"queues": ()}, "queues: expected at least one"),
        ({"queues": (Queue("changsha"), Queue("yueyang"), Queue("changsha"))}, "queues: 'changsha' stands twice"),
        ({"entrances": (Entrance("12329", "nowhere"),)}, r"entrances\[0\].centre: there is no queue 'nowhere'"),
        ({"phones": (Phone("12329", "ag1", "x" * 8),)}, "entrances and phones: '12329' stands twice"),
        ({"phones": (Phone("8001", "trunk", "x" * 8),)}, r"phones\[0\].sip_user: 'trunk' is taken"),
        (
            {"queues": (Queue("changsha", strategy="nearest"), Queue("yueyang"))},
            r"queues\[0\].strategy: expected one of",
        ),
        (
            {"queues": (Queue("changsha", ring_seconds=1), Queue("yueyang"))},
            r"queues\[0\].ring_seconds: expected 5 to 300",
        ),
        ({"features": {"*11": "launch"}}, r"features\[\*11\]: expected one of"),
        ({"prompts": {}}, "prompts: emergency.sorry is missing"),
    ],
)
def test_the_error_names_the_field(plan: Plan, folder: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadPlan, match=f"^{message}"):
        render(replace(plan, **changes), folder / "x")


def test_a_folder_too_long_for_the_console_is_told_before_the_start(plan: Plan, folder: Path) -> None:
    with pytest.raises(BadPlan, match=r"^folder: .* too long"):
        render(plan, folder / ("x" * 100))


def test_secrets_are_the_owners_alone(plan: Plan, folder: Path) -> None:
    places = render(plan, folder / "x")
    for file in places.etc.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert file.suffix == ".conf"
    assert all(
        secret not in repr(plan) for secret in (*PHONE_SECRETS.values(), plan.fastagi_secret, plan.ami_events_secret)
    )


def test_rendering_twice_changes_nothing(plan: Plan, folder: Path) -> None:
    first = {file.name: file.read_text(encoding="utf-8") for file in render(plan, folder / "x").etc.iterdir()}
    assert {file.name: file.read_text(encoding="utf-8") for file in render(plan, folder / "x").etc.iterdir()} == first


def test_no_level_that_writes_down_keys(plan: Plan, folder: Path) -> None:
    lines = (render(plan, folder / "x").etc / "logger.conf").read_text(encoding="utf-8").splitlines()
    (log,) = (line for line in lines if "=>" in line)
    assert log == "messages.log => notice,warning,error"


def test_the_dialplan_uses_the_names_the_conversations_use() -> None:
    shared = {value for name, value in vars(variables).items() if name.isupper() and str(value).startswith("HL_")}
    text = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.conf.j2"))
    assert shared <= set(re.findall(r"HL_[A-Z_]+", text))


async def test_asterisk_knows_every_application_and_function_of_the_dialplan(board: Switchboard) -> None:
    """Naming the modules leaves out what is not named: a missing application hangs up the call that meets it."""
    text = (board.places.etc / "extensions.conf").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    named = {match[1] for line in lines if (match := re.search(r"(?:,1,|=> n(?:\(\w+\))?,)(\w+)\(", line))}
    assert {"Queue", "AGI", "Set", "Goto", "GotoIf", "StopMixMonitor", "UserEvent"} <= named
    for application in named:
        assert "Info about" in await board.rx(f"core show application {application}"), application
    functions = set(re.findall(r"(?:\$\{|Set\()([A-Z_]+)\(", "\n".join(lines)))
    assert {"FILTER", "STAT", "CHANNEL", "QUEUE_EXISTS", "MASTER_CHANNEL"} <= functions
    for function in functions:
        assert "No function by that name" not in await board.rx(f"core show function {function}"), function


def test_announcements_have_one_length(tmp_path: Path) -> None:
    audio = announcement([b"\x01" * 800, b"\x02" * 800], 0.5)
    assert audio == b"\x01" * 800 + b"\x02" * 800 + b"\xd5" * 2400
    assert write(tmp_path / "a", "1001", audio).read_bytes() == audio
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["1001.alaw"]
    with pytest.raises(ValueError, match=r"0\.5 s of speech does not fit 0\.4 s"):
        announcement([b"\x01" * 4000], 0.4)
