"""Hears from PostgreSQL that a seat changed, whichever process changed it."""

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from seats.transaction import CHANNEL

log = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
CHECK_SECONDS = 30.0


async def changes(engine: AsyncEngine, changed: Callable[[], object]) -> NoReturn:
    """Call `changed` at each change, until cancelled. While the database is away nothing is heard, and that is all."""
    while True:
        try:
            async with engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                if raw is None:
                    raise OSError("no connection")  # noqa: TRY301 - like any other
                await raw.add_listener(CHANNEL, lambda *_: changed())
                changed()
                while True:
                    await asyncio.sleep(CHECK_SECONDS)
                    await raw.execute("SELECT 1")
        except (OSError, PoolTimeout, TimeoutError, DBAPIError) as error:
            log.warning("changes of seats are not heard at once: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - asyncpg's own errors have no common root that means "gone"
            log.warning("changes of seats are not heard at once: %s", type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)
