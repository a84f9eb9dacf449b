"""Settings → what Asterisk is configured with, and what callers hear when an agent answers."""

import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import seats.demo
from asterisk_conf import announcements
from asterisk_conf.plan import PROMPTS, Entrance, Expert, Phone, Plan, Queue
from asterisk_conf.runtime import Asterisk
from hotline.paths import PROJECT, Paths
from hotline.secrets import Secrets
from hotline.settings import Settings
from ivr import speech
from seats.dialling import patterns
from seats.phones import open_phones
from seats.skills import direct_queue, queues_of
from sounds import FOLDER, Recordings
from sounds.alaw import RATE

RECORDED = "agent.recorded"
BREATH = b"\xd5" * 1600
WRAP_UP_GUARD = 3
"""Seconds Asterisk itself keeps calls away after a talk: until the keeper has paused the seat for its wrap-up."""


def plan(
    settings: Settings, paths: Paths, secrets: Secrets, asterisk: Asterisk, announcement_seconds: float = 8.0
) -> Plan:
    """Give everything that decides Asterisk's configuration. `announcement_seconds`: what `announce` gave."""
    recordings = Recordings(FOLDER / settings.ivr.voice)
    here = Paths(paths.var.resolve())
    wanted = [*settings.seats.extensions, *(_demo_extensions(settings) if settings.is_demo else ())]
    return Plan(
        modules=asterisk.modules,
        data=asterisk.data,
        sip_bind=settings.sip.bind,
        sip_port=settings.sip.port,
        rtp_start=settings.rtp.start,
        rtp_end=settings.rtp.end,
        ami_port=settings.ami.port,
        fastagi_port=settings.fastagi.port,
        ami_events_secret=secrets.ami_events,
        ami_control_secret=secrets.ami_control,
        fastagi_secret=secrets.fastagi,
        trunk_hosts=settings.trunk.hosts,
        entrances=(
            Entrance(settings.trunk.number, settings.default_centre),
            *(Entrance(number, centre.code) for centre in settings.centres for number in centre.numbers),
        ),
        queues=tuple(_queues(settings)),
        phones=tuple(Phone(one.extension, one.sip_user, one.secret) for one in open_phones(here.secrets, wanted)),
        prompts={prompt: recordings.folder / prompt for prompt in PROMPTS},
        announcements=here.announcements,
        recordings=here.plain_recordings,
        messages=here.messages,
        facts=here.facts,
        music=here.music,
        whispers=here.whispers,
        waiting=here.waiting,
        # Not resolved: the link is what makes it this environment's interpreter.
        python=Path(sys.executable),
        emergency_script=PROJECT / "agi_scripts" / "emergency.py",
        announcement_seconds=announcement_seconds,
        outgoing=settings.dialling.outgoing,
        outgoing_number=settings.trunk.number,
        dial_patterns=patterns(settings.dialling_rules),
        dial_refused=settings.dialling_rules.refused,
        experts=tuple(Expert(one.name, one.key) for one in settings.experts.subjects),
        expert_ring_seconds=settings.experts.ring_seconds,
        expert_limit_seconds=settings.experts.limit_seconds,
        return_ring_seconds=settings.experts.return_ring_seconds,
        max_message_seconds=settings.ivr.message_seconds,
    )


def _queues(settings: Settings) -> Iterator[Queue]:
    """A queue for each centre, and for each skill it has one that asks for it."""
    seat, line = settings.seats, settings.waiting
    for centre in settings.centres:
        for name in queues_of(centre.queue, line.skills):
            yield Queue(
                name,
                ring_seconds=seat.ring_seconds,
                wrap_up_seconds=min(seat.wrap_up_seconds, WRAP_UP_GUARD),
                max_waiting=seat.most_waiting,
                max_wait_seconds=seat.longest_wait_seconds,
                announce_seconds=line.announce_seconds,
                first_announce_seconds=line.first_announce_seconds,
                widen_seconds=line.widen_seconds if name != centre.queue else 0,
                overflow=line.overflow.get(centre.code, ()),
                overflow_seconds=line.overflow_seconds,
            )
        yield Queue(
            direct_queue(centre.queue),
            ring_seconds=seat.ring_seconds,
            wrap_up_seconds=0,
            max_wait_seconds=seat.ring_seconds + 2,
            announce_seconds=line.announce_seconds,
            first_announce_seconds=line.first_announce_seconds,
            direct=True,
        )


def announce(settings: Settings, paths: Paths, agents: Iterable[str]) -> float:
    """Write what is heard when each agent answers: recorded from here on, 工号, the number, 为您服务.

    All are padded to the longest, because Asterisk is told once when the recording starts; give its seconds.
    """
    recordings = Recordings(FOLDER / settings.ivr.voice)
    voiced = {agent: _spoken(recordings, agent) for agent in agents}
    longest = max((sum(map(len, pieces)) for pieces in voiced.values()), default=len(recordings.audio(RECORDED)))
    seconds = math.ceil(longest / RATE * 10) / 10
    for agent, pieces in voiced.items():
        announcements.write(paths.announcements, agent, announcements.announcement(pieces, seconds))
    return seconds


def announce_new(settings: Settings, paths: Paths, agents: Iterable[str]) -> list[str]:
    """Write what is heard when an agent answers who came after the start; give the numbers it was made for.

    As long as the others', because Asterisk was told at its start when the recording begins.
    """
    missing = [agent for agent in agents if not (paths.announcements / f"{agent}.alaw").is_file()]
    if missing:
        recordings = Recordings(FOLDER / settings.ivr.voice)
        there = max((file.stat().st_size for file in paths.announcements.glob("*.alaw")), default=0)
        for agent in missing:
            pieces = _spoken(recordings, agent)
            seconds = max(there, sum(map(len, pieces))) / RATE
            announcements.write(paths.announcements, agent, announcements.announcement(pieces, seconds))
    return missing


def _spoken(recordings: Recordings, agent: str) -> list[bytes]:
    number = b"".join(recordings.audio(clip) for clip in speech.digits(agent).clips)
    notice, sign, serves = (recordings.audio(name) for name in (RECORDED, "agent.number", "agent.serves"))
    return [notice, BREATH, sign, number, serves]


def _demo_extensions(settings: Settings) -> list[str]:
    return [agent.extension for agent in seats.demo.agents(settings.demo_centres)]
