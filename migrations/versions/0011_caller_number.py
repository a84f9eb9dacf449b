"""Numbers of callers who asked for a person, for an agent who returns the call."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "caller_number",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_caller_number")),
        schema="seats",
    )
    op.create_index("ix_caller_number_at", "caller_number", ["at"], schema="seats")


def downgrade() -> None:
    op.drop_table("caller_number", schema="seats")
