"""The schema recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS recordings")
    op.create_table(
        "recording",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("agent", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=160), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("work_order", sa.String(length=40), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("call", "part", name=op.f("uq_recording_call_part")),
        schema="recordings",
    )
    op.create_index("ix_recording_agent_started", "recording", ["agent", "started"], schema="recordings")
    op.create_index("ix_recording_started", "recording", ["started"], schema="recordings")


def downgrade() -> None:
    op.drop_table("recording", schema="recordings")
    op.execute("DROP SCHEMA IF EXISTS recordings")
