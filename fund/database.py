"""Connections to PostgreSQL that fail soon rather than late, and heal by themselves."""

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DRIVER = "postgresql+asyncpg"


def open_engine(url: str, answer_seconds: float, connections: int = 10) -> AsyncEngine:
    """Give an engine whose every step (a free connection, connecting, a statement) takes `answer_seconds` at most.

    A connection that died while it lay idle is noticed by a ping and replaced, so that a restarted server costs no
    question. No statement's parameters stand in an error or a log.
    """
    milliseconds = str(int(answer_seconds * 1000))
    return create_async_engine(
        make_url(url).set(drivername=DRIVER),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=answer_seconds,
        connect_args={
            "timeout": answer_seconds,
            "command_timeout": answer_seconds,
            "server_settings": {
                "application_name": "hotline",
                # What a caller no longer waits for does not go on working, nor hold a lock.
                "statement_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        },
    )
