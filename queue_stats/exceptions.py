"""What is caught where the database may be away."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_AWAY = (OSError, DBAPIError, PoolTimeout, TimeoutError)
"""Refused, cut, too slow, or out of connections."""
