"""Alembic's environment: the tables of every room, on a connection that `upgrade` gives."""

from alembic import context

import callers.tables
import fund.tables
import queue_stats.tables
import recordings.tables
import seats.tables
import service_requests.tables

ROOMS = [
    fund.tables.metadata,
    seats.tables.metadata,
    queue_stats.tables.metadata,
    callers.tables.metadata,
    service_requests.tables.metadata,
    recordings.tables.metadata,
]

SCHEMAS = context.config.attributes.get("schemas", {metadata.schema for metadata in ROOMS})

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=ROOMS,
    include_schemas=True,
    include_name=lambda name, kind, _: kind != "schema" or name in SCHEMAS,
    include_object=lambda thing, _name, kind, _reflected, _compared: (
        kind != "table" or getattr(thing, "schema", None) in SCHEMAS
    ),
    version_table="hotline_revision",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
