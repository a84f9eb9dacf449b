"""The schema callers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS callers")
    op.create_table(
        "caller",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("centre", sa.String(length=32), server_default="", nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_caller")),
        schema="callers",
    )
    op.create_index(op.f("ix_caller_called_at"), "caller", ["called_at"], unique=False, schema="callers")


def downgrade() -> None:
    op.drop_index(op.f("ix_caller_called_at"), table_name="caller", schema="callers")
    op.drop_table("caller", schema="callers")
    op.execute("DROP SCHEMA callers")
