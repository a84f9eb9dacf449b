"""Facts as text tables: milliseconds, kind, queue, agent, further words. `-` stands for nothing."""

from facts import Fact

START = 1_763_863_200_000
"""2025-11-23 10:00:00 in Shanghai."""


def told(table: str, call: str = "1763863200.7", start: int = START) -> list[Fact]:
    """Read a table: one fact a line."""
    facts = []
    for line in filter(str.strip, table.splitlines()):
        ms, kind, queue, agent, *words = line.split()
        data = dict(word.split("=", 1) for word in words)
        known = {key: bool(int(value)) if key == "ok" else value for key, value in data.items()}
        facts.append(
            Fact(
                f"{call}/{ms}/{kind}/{queue}/{agent}",
                start + int(ms.replace("_", "")),
                kind,
                call,
                queue.strip("-"),
                agent.strip("-"),
                known,
            )
        )
    return facts


ANSWERED = """
     0 entered      -        -    dialled=12329 centre=changsha caller=138****5678
 4_000 menu         -        -    path=1
 6_000 menu         -        -    path=1/1
20_000 verified     -        -    ok=1 login=account
30_000 asked_agent  changsha -    reason=key
31_000 joined       changsha -    position=1
31_100 rang         changsha 1001
38_500 answered     changsha 1001
68_500 completed    changsha 1001 reason=caller
68_600 queue_exit   changsha -    status=
68_700 ended        -        -    cause=16
"""
