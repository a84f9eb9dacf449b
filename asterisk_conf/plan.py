"""What Asterisk's configuration is rendered from: plain data, so that it can be made by settings or by a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

PROMPTS = (
    "emergency.sorry",
    "emergency.choose",
    "emergency.message",
    "emergency.thanks",
    "emergency.goodbye",
    "agent.recorded",
    "wait.still",
    "wait.overflow",
    "expert.connecting",
    "expert.back",
    "expert.returned",
    "expert.asking",
    "expert.gone",
    "query.yes",
    "query.no",
    "beep",
)
"""The recordings the dialplan and the emergency script play themselves. They are ids of the catalogue."""

FEATURES = MappingProxyType(
    {
        "*11": "sign_in",
        "*12": "sign_out",
        "*13": "pause",
        "*14": "resume",
        "*15": "wrap_up_end",
        "*31": "listen",
        "*32": "whisper",
        "*33": "barge",
        "*34": "take_over",
        "*35": "pull",
        "*36": "force_pause",
        "*37": "force_sign_out",
    }
)
"""What a phone dials → the FastAGI route that serves it. More digits may follow: a pause's reason, an extension."""

FEATURE_ROUTES = tuple(FEATURES.values())
"""What a phone's feature codes lead to; each is also the route's name on the FastAGI server."""


SKILLED_PENALTY, ANY_PENALTY = 5, 100
"""Greatest penalty of agents that a queue for a skill rings at first, and later."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One number callers dial, and the centre that a call to it starts with."""

    number: str
    centre: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of one centre. Times in seconds."""

    name: str
    strategy: str = "leastrecent"
    ring_seconds: int = 20
    retry_seconds: int = 2
    wrap_up_seconds: int = 10
    max_waiting: int = 0  # 0: no limit
    max_wait_seconds: int = 600
    announce_seconds: int = 30  # between two announcements of the place
    first_announce_seconds: int = 3
    widen_seconds: int = 0  # from when on agents without the skill are rung; 0: the queue asks for no skill
    overflow: tuple[str, ...] = ()  # queues of other centres, in order
    overflow_seconds: int = 120
    direct: bool = False  # for a caller whom a supervisor gives to one agent: unanswered, back to the line


EXPERT_CODE = "*20"
"""Dialled, or pressed in a talk, with a subject's key."""

FIRST_KEY = "0"
"""The key behind EXPERT_CODE that leads back to the agent who had the caller first."""

ASK_CODE = "*21"
"""Pressed in a talk with a subject's key: an expert is asked while the caller waits."""

TALK_CODES = MappingProxyType({"*22": "together", "*23": "back", "*24": "query"})
"""What else is pressed in a talk: all three talk, back to the caller without the expert, the caller types the password."""


@dataclass(frozen=True, slots=True)
class Expert:
    """The experts of one subject; their queue is expert_<name>."""

    name: str
    key: str

    @property
    def code(self) -> str:
        """What leads to them."""
        return EXPERT_CODE + self.key


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone that registers. `sip_user` is a name that no caller id can equal, such as ag8001."""

    extension: str
    sip_user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the configuration. Paths are absolute, recordings' paths without their ending."""

    # Asterisk's own files
    modules: Path
    data: Path  # has documentation/, which Asterisk needs to read its configuration

    # Where it listens
    sip_bind: str
    sip_port: int
    rtp_start: int
    rtp_end: int
    ami_port: int
    fastagi_port: int

    # Secrets
    ami_events_secret: str = field(repr=False)
    ami_control_secret: str = field(repr=False)
    fastagi_secret: str = field(repr=False)

    # Who may call, and what is reached
    trunk_hosts: tuple[str, ...]
    entrances: tuple[Entrance, ...]
    queues: tuple[Queue, ...]
    phones: tuple[Phone, ...]

    # What is played and written
    prompts: Mapping[str, Path]  # id of PROMPTS → recording
    announcements: Path  # folder of <agent number>.alaw, see asterisk_conf.announcements
    recordings: Path  # folder of the talks in the clear, until they are sealed
    messages: Path
    facts: Path
    music: Path  # folder of the music that waiting callers hear
    whispers: Path  # folder of <name>.alaw, what an agent hears before the caller
    waiting: Path  # folder of place.alaw and zh_<call>/place.alaw, what a caller in the line is told

    # The emergency script
    python: Path
    emergency_script: Path

    # Dialling out: for call-backs and for an agent returning a call
    outgoing: str = ""  # the trunk's host:port; empty: nobody is dialled
    outgoing_number: str = "12329"  # shown as the caller
    dial_patterns: tuple[str, ...] = ()  # Asterisk's patterns without _, of the numbers that may be dialled
    dial_refused: tuple[str, ...] = ()  # beginnings that may not, although a pattern allows them

    # Experts. Times in seconds.
    experts: tuple[Expert, ...] = ()
    expert_ring_seconds: int = 15  # how long one expert's phone rings
    expert_limit_seconds: int = 30  # until the caller goes back to the agent
    return_ring_seconds: int = 20  # how long that agent's phone rings
    max_consultation_seconds: int = 900  # how long a caller is kept waiting meanwhile

    # Rules
    features: Mapping[str, str] = field(default_factory=lambda: FEATURES)
    announcement_seconds: float = 8.0  # every announcement is padded to this length; the recording starts after it
    max_call_seconds: int = 7200
    max_message_seconds: int = 120
    trunk_rtp_timeout: int = 60  # seconds without a packet until a call counts as dead
    phone_rtp_timeout: int = 30
