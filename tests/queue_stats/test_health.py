"""What /healthz says: failures change its status, warnings do not."""

from queue_stats.health import health

WARNING = "public holidays are known until 2026-12-31"


async def well() -> str:
    return ""


async def broken() -> str:
    return "is away"


async def test_a_warning_is_named_and_nothing_fails() -> None:
    found = await health({"database": well}, {"calendar": lambda: WARNING, "other": lambda: ""})
    assert (found.status, found.failing) == ("ok", [])
    assert found.warnings == {"calendar": WARNING}


async def test_a_failure_is_named_beside_a_warning() -> None:
    found = await health({"database": broken, "asterisk": well}, {"calendar": lambda: WARNING})
    assert (found.status, found.failing) == ("failing", ["database"])
    assert found.parts["database"].detail == "is away"
    assert found.warnings == {"calendar": WARNING}
