"""The one settings file, hotline.toml, with a section from every room.

A value comes from the environment (HOTLINE_<SECTION>_<KEY>), else from the file, else from the section's default.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from callers.settings import CallersSettings
from centres import Calendar, CalendarSettings, Centre, Hours
from fund.settings import FundSettings
from guide.settings import GuideSettings
from hotline.exceptions import Problem, SettingsError
from ivr.settings import IvrSettings
from queue_stats.settings import QueueStatsSettings
from recordings.settings import RecordingsSettings
from seats.dialling import Rules
from seats.experts import EXPERT
from seats.settings import DiallingSettings, ExpertsSettings, SeatsSettings, WaitingSettings
from seats.skills import DIRECT
from service_requests.settings import RequestsSettings

PREFIX = "HOTLINE_"
# Spelled shorter than the rule makes them, because everyone types them.
SHORT_NAMES = {"HOTLINE_VAR": "HOTLINE_HOTLINE_VAR", "HOTLINE_PROFILE": "HOTLINE_HOTLINE_PROFILE"}
# Read by the set-up before there are settings.
NOT_SETTINGS = {"HOTLINE_DEBIAN_MIRROR", "HOTLINE_SETTINGS"}


class Section(BaseModel):
    """A table of hotline.toml: unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HotlineSection(Section):
    """What concerns every process."""

    profile: Literal["demo", "production"] = Field(default="production", description="demo loads an invented world")
    var: str = Field(default="var", min_length=1, description="folder of everything written at run time")
    timezone: str = Field(default="Asia/Shanghai", description="zone of days, hours and reports")

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone of the IANA database, such as Asia/Shanghai")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone as an object."""
        return ZoneInfo(self.timezone)


class TrunkSection(Section):
    """Where public calls come from, and what they dial."""

    hosts: tuple[str, ...] = Field(default=("127.0.0.1",), description="addresses whose calls need no registration")
    number: str = Field(default="12329", pattern=r"^[0-9]{3,20}$", description="the access number of every centre")
    default_centre: str = Field(
        default="", description="centre of a caller nothing else decides; empty: the caller is asked"
    )


class SipSection(Section):
    """Where Asterisk listens for SIP, over UDP and TCP."""

    bind: str = Field(default="127.0.0.1", description="address")
    port: int = Field(default=5060, ge=1, le=65535, description="port, UDP and TCP")


class RtpSection(Section):
    """Ports of the voice streams."""

    start: int = Field(default=10000, ge=1024, le=65534, description="first port")
    end: int = Field(default=11999, ge=1025, le=65535, description="last port")

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.end - self.start < 3:
            raise ValueError("end must be at least start + 3: a call needs four ports")
        return self


class FastAgiSection(Section):
    """Where the conversations are served to Asterisk."""

    port: int = Field(default=4573, ge=1, le=65535, description="port on loopback")
    workers: int = Field(default=1, ge=1, le=16, description="processes that share the port")


class AmiSection(Section):
    """Asterisk's manager interface, on loopback only."""

    port: int = Field(default=5038, ge=1, le=65535, description="port on loopback")


class HttpSection(Section):
    """The API and the wallboard."""

    bind: str = Field(default="127.0.0.1", description="address")
    port: int = Field(default=8329, ge=1, le=65535, description="port")


class DatabaseSection(Section):
    """PostgreSQL."""

    url: str = Field(
        default="",
        description="postgresql://user:password@host/name; empty: the embedded server",
        pattern=r"^(postgresql(\+asyncpg)?://\S+)?$",
    )


class DemoSection(Section):
    """What the demo profile invents."""

    centres: tuple[str, ...] = Field(
        default=(), description="codes of the centres that get depositors and agents; empty: the first three"
    )
    always_open: bool = Field(
        default=True, description="agents around the clock, so that the demo can be tried at any hour"
    )


class Settings(Section):
    """Everything `hotline.toml` says, with defaults filled in."""

    hotline: HotlineSection = HotlineSection()
    trunk: TrunkSection = TrunkSection()
    sip: SipSection = SipSection()
    rtp: RtpSection = RtpSection()
    fastagi: FastAgiSection = FastAgiSection()
    ami: AmiSection = AmiSection()
    http: HttpSection = HttpSection()
    database: DatabaseSection = DatabaseSection()
    demo: DemoSection = DemoSection()
    calendar: CalendarSettings = CalendarSettings()
    hours: Hours = Hours()
    centres: tuple[Centre, ...] = Field(min_length=1)
    ivr: IvrSettings = IvrSettings()
    callers: CallersSettings = CallersSettings()
    fund: FundSettings = FundSettings()
    guide: GuideSettings = GuideSettings()
    seats: SeatsSettings = SeatsSettings()
    waiting: WaitingSettings = WaitingSettings()
    experts: ExpertsSettings = ExpertsSettings()
    dialling: DiallingSettings = DiallingSettings()
    requests: RequestsSettings = RequestsSettings()
    recordings: RecordingsSettings = RecordingsSettings()
    queue_stats: QueueStatsSettings = QueueStatsSettings()

    @model_validator(mode="after")
    def _agree(self) -> Self:
        codes = [centre.code for centre in self.centres]
        numbers = [number for centre in self.centres for number in centre.numbers]
        twice = {code for code in codes if codes.count(code) > 1} | {n for n in numbers if numbers.count(n) > 1}
        if twice:
            raise ValueError(
                f"centres: {', '.join(sorted(twice))} stands twice; codes and numbers belong to one centre"
            )
        for key, named in (
            ("trunk.default_centre", (self.trunk.default_centre,)),
            ("demo.centres", self.demo.centres),
            ("fund.cores", tuple(self.fund.cores)),
        ):
            for code in named:
                if code and code not in codes:
                    raise ValueError(f"{key}: there is no centre {code!r}; known: {', '.join(codes)}")
        self._centres_known(set(codes))
        self._ports_differ()
        return self

    def _centres_known(self, codes: set[str]) -> None:
        named = {
            "waiting.overflow": {*self.waiting.overflow, *(c for many in self.waiting.overflow.values() for c in many)},
            "waiting.skills": {code for skill in self.waiting.skills for code in skill.centres},
        }
        for key, found in named.items():
            if unknown := sorted(found - codes):
                raise ValueError(f"{key}: there is no centre {unknown[0]!r}; known: {', '.join(sorted(codes))}")
        if DIRECT in {skill.name for skill in self.waiting.skills}:
            raise ValueError(f"waiting.skills: {DIRECT} is the name of queues that supervisors use")
        if EXPERT in codes or any(code.startswith(f"{EXPERT}_") for code in codes):
            raise ValueError(f"centres: names that begin with {EXPERT} are those of the experts' queues")
        if clashing := codes & {f"{code}_{skill.name}" for code in codes for skill in self.waiting.skills}:
            raise ValueError(f"waiting.skills: {min(clashing)} is a centre, and a queue of the same name")

    def _ports_differ(self) -> None:
        ports = {
            "sip.port": self.sip.port,
            "fastagi.port": self.fastagi.port,
            "ami.port": self.ami.port,
            "http.port": self.http.port,
        }
        owners: dict[int, str] = {}
        for key, port in ports.items():
            if port in owners:
                raise ValueError(f"{key}: {port} is {owners[port]} already")
            owners[port] = key
            if key == "sip.port" and self.rtp.start <= port <= self.rtp.end:
                raise ValueError(f"{key}: {port} lies within rtp.start–rtp.end ({self.rtp.start}–{self.rtp.end})")

    @property
    def is_demo(self) -> bool:
        """True when an invented world is served."""
        return self.hotline.profile == "demo"

    @property
    def default_centre(self) -> str:
        """Code of the centre whose queue a call gets before anything has decided."""
        return self.trunk.default_centre or self.centres[0].code

    @property
    def dialling_rules(self) -> Rules:
        """Which outside numbers may be dialled."""
        return self.dialling.rules(tuple(dict.fromkeys(code for one in self.centres for code in one.area_codes)))

    @property
    def business_calendar(self) -> Calendar:
        """Working days and hours of the centres."""
        always_open = self.is_demo and self.demo.always_open
        return Calendar(self.hotline.zone, self.hours, self.calendar, always_open=always_open)

    @property
    def demo_centres(self) -> tuple[str, ...]:
        """Codes of the centres of the demo world."""
        return self.demo.centres or tuple(centre.code for centre in self.centres[:3])


def load(file: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and validate the settings; SettingsError names every problem with its place."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([Problem(str(file), "-", "there is no such file; expected hotline.toml")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([Problem(str(file), "-", f"cannot be read: {error}")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([Problem(str(file), "-", f"is not TOML: {error}")]) from None
    sources = _overlay(tables, environ)
    try:
        return Settings.model_validate(tables)
    except ValidationError as error:
        raise SettingsError([_problem(file, sources, detail) for detail in error.errors()]) from None


def _overlay(tables: dict[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """Write HOTLINE_* variables over the file's values; give key → variable for the messages."""
    sources: dict[str, str] = {}
    problems: list[Problem] = []
    names = {
        SHORT_NAMES.get(name, name): name for name in environ if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }
    for full, name in names.items():
        section, _, key = full.removeprefix(PREFIX).lower().partition("_")
        # Rooms' names may themselves have an underscore.
        for known in Settings.model_fields:
            if full.removeprefix(PREFIX).lower().startswith(f"{known}_"):
                section, key = known, full.removeprefix(PREFIX).lower().removeprefix(f"{known}_")
        field = Settings.model_fields.get(section)
        if field is None or not key or section == "centres":
            problems.append(
                Problem(f"environment {name}", full, f"there is no section {section!r} that a variable can set")
            )
            continue
        value: object = environ[name]
        kind = getattr(field.annotation, "model_fields", {}).get(key)
        if kind is not None and str(kind.annotation).startswith("tuple"):
            value = tuple(part.strip() for part in environ[name].split(",") if part.strip())
        tables.setdefault(section, {})[key] = value
        sources[f"{section}.{key}"] = f"environment {name}"
    if problems:
        raise SettingsError(problems)
    return sources


def _problem(file: Path, sources: Mapping[str, str], detail: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = "there is no such key; docs/settings.md lists them"
    elif not key and ": " in message:
        key, message = message.split(": ", 1)
    elif not isinstance(detail["input"], dict | list):
        message = f"{message}, but is {detail['input']!r}"
    # Of a list the place of one entry is told; a variable sets it whole.
    source = sources.get(".".join(key.split(".")[:2]), str(file))
    return Problem(source, key or "-", message)
