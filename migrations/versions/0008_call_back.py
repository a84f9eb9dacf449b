"""Call-backs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=8), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        schema="seats",
    )
    op.create_index("ix_call_back_state_next_try", "call_back", ["state", "next_try"], schema="seats")
    op.create_index(
        "uq_call_back_number_open",
        "call_back",
        ["number"],
        unique=True,
        schema="seats",
        postgresql_where=sa.text("state IN ('waiting', 'calling')"),
    )
    op.add_column("call", sa.Column("call_back", sa.String(length=16), nullable=True), schema="stats")


def downgrade() -> None:
    op.drop_column("call", "call_back", schema="stats")
    op.drop_table("call_back", schema="seats")
