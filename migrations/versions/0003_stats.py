"""The schema stats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS stats")
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("dialled", sa.String(length=24), nullable=False),
        sa.Column("caller", sa.String(length=24), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("lost", sa.String(length=20), nullable=True),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("wait_ms", sa.BigInteger(), nullable=True),
        sa.Column("talk_ms", sa.BigInteger(), nullable=True),
        sa.Column("wrap_up_ms", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        schema="stats",
    )
    op.create_index("ix_call_centre_started", "call", ["centre", "started"], unique=False, schema="stats")
    op.create_index("ix_call_started_id", "call", ["started", "id"], unique=False, schema="stats")
    op.create_table(
        "fact",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("t", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        schema="stats",
    )
    op.create_index(op.f("ix_fact_call"), "fact", ["call"], unique=False, schema="stats")
    op.create_table(
        "journal",
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_journal")),
        schema="stats",
    )
    op.create_table(
        "visit",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["stats.call.id"], name=op.f("fk_visit_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_visit")),
        schema="stats",
    )


def downgrade() -> None:
    op.drop_table("visit", schema="stats")
    op.drop_table("journal", schema="stats")
    op.drop_index(op.f("ix_fact_call"), table_name="fact", schema="stats")
    op.drop_table("fact", schema="stats")
    op.drop_index("ix_call_started_id", table_name="call", schema="stats")
    op.drop_index("ix_call_centre_started", table_name="call", schema="stats")
    op.drop_table("call", schema="stats")
    op.execute("DROP SCHEMA stats")
