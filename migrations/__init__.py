"""The database's shape, one Alembic tree for every room. `upgrade` brings any database up to date."""

from migrations.upgrade import upgrade

__all__ = ["upgrade"]
