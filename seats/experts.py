"""Who is asked about which subject, on working days and on others. Pure."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

EXPERT = "expert"
"""The role of experts, and what their queues' names begin with."""

FIRST = "first"
"""In the place of a subject: back to the agent who had the caller first."""


class Subject(BaseModel):
    """Something that some people know better than the agents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="short name; its queue is expert_<name>")
    title: str = Field(min_length=1, max_length=20, description="what people call it")
    key: str = Field(pattern=r"^[1-9]$", description="what is pressed behind *20")
    weekday: tuple[str, ...] = Field(default=(), description="numbers of the experts on working days")
    weekend: tuple[str, ...] = Field(default=(), description="numbers of those on other days")

    def roster(self, *, working_day: bool) -> tuple[str, ...]:
        """Who is asked on such a day, if signed in."""
        return self.weekday if working_day else self.weekend


def expert_queue(subject: str) -> str:
    """The queue of a subject, one for all centres."""
    return f"{EXPERT}_{subject}"


def expert_seats(number: str, subjects: Sequence[Subject], *, working_day: bool) -> Iterator[tuple[str, int]]:
    """The queues an expert is a member of that day, each with the penalty."""
    for subject in subjects:
        if number in subject.roster(working_day=working_day):
            yield expert_queue(subject.name), 0
