"""One engine a process, with time-outs everywhere: a slow database must not hold a caller."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hotline.paths import Paths
from hotline.settings import Settings


def url(settings: Settings, paths: Paths) -> str:
    """The server's address: the configured one, else the embedded server's."""
    if settings.database.url:
        return settings.database.url.replace("postgresql://", "postgresql+asyncpg://", 1)
    from hotline import postgres  # noqa: PLC0415 - needed only with the embedded server

    return postgres.at(paths.postgres).url()


def engine(address: str, *, seconds: float, connections: int = 10) -> AsyncEngine:
    """Make the engine; no query and no connection takes longer than `seconds`. Parameters never reach a log."""
    return create_async_engine(
        address,
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=seconds,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "timeout": seconds,
            "command_timeout": seconds,
            # The server too gives up, lest what nobody waits for any more holds locks.
            "server_settings": {
                "statement_timeout": f"{seconds * 1000:.0f}",
                "idle_in_transaction_session_timeout": f"{seconds * 5000:.0f}",
            },
        },
    )
