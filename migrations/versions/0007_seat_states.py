"""Seats: time limits, wrap-up, phones that are gone, agents' tokens, what supervisors did."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED = ("until", "warned", "call", "queue", "gone_since")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("seat", sa.Column("until", moment, nullable=True), schema="seats")
    op.add_column("seat", sa.Column("warned", sa.Boolean(), server_default=sa.false(), nullable=False), schema="seats")
    op.add_column("seat", sa.Column("call", sa.String(length=80), server_default="", nullable=False), schema="seats")
    op.add_column("seat", sa.Column("queue", sa.String(length=80), server_default="", nullable=False), schema="seats")
    op.add_column("seat", sa.Column("gone_since", moment, nullable=True), schema="seats")
    op.create_table(
        "stay",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(length=8), nullable=False),
        sa.Column("interface", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("began", moment, nullable=False),
        sa.Column("ended", moment, nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        schema="seats",
    )
    op.create_index("ix_stay_told", "stay", ["told"], schema="seats", postgresql_where=sa.text("NOT told"))
    op.create_table(
        "token",
        sa.Column("agent", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires", moment, nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["seats.seat.agent"], name=op.f("fk_token_agent"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
        schema="seats",
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("whom", sa.String(length=8), server_default="", nullable=False),
        sa.Column("call", sa.String(length=80), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=40), server_default="", nullable=False),
        sa.Column("via", sa.String(length=16), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="seats",
    )
    op.create_index("ix_audit_at", "audit", ["at"], schema="seats")


def downgrade() -> None:
    op.drop_table("audit", schema="seats")
    op.drop_table("token", schema="seats")
    op.drop_table("stay", schema="seats")
    for name in ADDED:
        op.drop_column("seat", name, schema="seats")
