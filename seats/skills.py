"""Which service asks for which skill, which queue that is, and whom it rings first. Pure.

A centre has one queue for everybody, named after it, and one for each skill, <centre>_<skill>. All agents of the centre are
members of all of them: with the skill at penalty 0, without it at WITHOUT. A queue for a skill rings the former first and
everybody after a while, at the same place in the line (asterisk_conf, queue rules).
"""

from collections.abc import Collection, Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

from centres import Centre

WITH, WITHOUT = 0, 10
DIRECT = "direct"


class Skill(BaseModel):
    """What some agents can do better than others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="short name; its queues are <centre>_<name>")
    paths: tuple[str, ...] = Field(
        default=(), description="menu keys that lead to it, such as 1/2; what is below counts"
    )
    centres: tuple[str, ...] = Field(default=(), description="codes of the centres that have it; empty: all")
    agents: tuple[str, ...] = Field(default=(), description="numbers of the agents who have it")

    def held_at(self, centre: str) -> bool:
        """True when the centre has a queue for it."""
        return not self.centres or centre in self.centres


def queue_for(centre: Centre, path: str, skills: Sequence[Skill]) -> str:
    """The queue of a caller who asks for a person at `path`; empty: the centre's own. The longest path wins."""
    fitting = [
        (len(start), skill)
        for skill in skills
        if skill.held_at(centre.code)
        for start in skill.paths
        if path == start or path.startswith(f"{start}/")
    ]
    return f"{centre.queue}_{max(fitting, key=lambda one: one[0])[1].name}" if fitting else ""


def direct_queue(centre: str) -> str:
    """The queue of a caller whom a supervisor gives to one agent, its only member meanwhile."""
    return f"{centre}_{DIRECT}"


def queues_of(centre: str, skills: Sequence[Skill]) -> list[str]:
    """Every queue of a centre."""
    return [centre, *(f"{centre}_{skill.name}" for skill in skills if skill.held_at(centre))]


def seats_of(agent: str, centre: str, skills: Sequence[Skill]) -> Iterator[tuple[str, int]]:
    """The queues an agent of the centre is a member of, each with the penalty."""
    yield centre, WITH
    for skill in skills:
        if skill.held_at(centre):
            yield f"{centre}_{skill.name}", WITH if _has(agent, skill.agents) else WITHOUT


def _has(agent: str, holders: Collection[str]) -> bool:
    return agent in holders
