"""The schema seats."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS seats")
    op.create_table(
        "agent",
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pin", sa.String(length=160), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_agent")),
        schema="seats",
    )
    op.create_table(
        "seat",
        sa.Column("agent", sa.String(length=8), nullable=False),
        sa.Column("interface", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["seats.agent.number"], name=op.f("fk_seat_agent")),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_seat")),
        sa.UniqueConstraint("interface", name=op.f("uq_seat_interface")),
        schema="seats",
    )


def downgrade() -> None:
    op.drop_table("seat", schema="seats")
    op.drop_table("agent", schema="seats")
    op.execute("DROP SCHEMA seats")
