"""Experts: times with agent and expert, holds, questions nobody settled."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED = ("agent_ms", "expert_ms", "together_ms", "hold_ms")


def upgrade() -> None:
    for name in ADDED:
        op.add_column("call", sa.Column(name, sa.BigInteger(), nullable=True), schema="stats")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "unsettled",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("asked", moment, nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("settled", moment, nullable=True),
        sa.Column("settled_by", sa.String(length=20), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["call"], ["stats.call.id"], name=op.f("fk_unsettled_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_unsettled")),
        schema="stats",
    )
    op.create_index("ix_unsettled_asked_call", "unsettled", ["asked", "call"], schema="stats")


def downgrade() -> None:
    op.drop_table("unsettled", schema="stats")
    for name in ADDED:
        op.drop_column("call", name, schema="stats")
