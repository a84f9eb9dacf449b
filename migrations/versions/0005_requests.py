"""The schema requests."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS requests")
    op.create_table(
        "slot",
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=10), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_slot_taken_not_negative")),
        sa.PrimaryKeyConstraint("centre", "branch", "day", "half", name=op.f("pk_slot")),
        schema="requests",
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("business", sa.String(length=16), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=10), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        schema="requests",
    )
    booked = sa.text("state = 'booked'")
    op.create_index(
        "uq_appointment_open_holder", "appointment", ["centre", "holder", "holder_key", "business"],
        unique=True, schema="requests", postgresql_where=booked,
    )  # fmt: skip
    op.create_index(
        "uq_appointment_open_number", "appointment", ["number"], unique=True, schema="requests", postgresql_where=booked
    )
    op.create_index("ix_appointment_centre_day", "appointment", ["centre", "day"], unique=False, schema="requests")
    op.create_index("ix_appointment_created_at", "appointment", ["created_at"], unique=False, schema="requests")
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("centre", "holder", "holder_key", "category", name=op.f("pk_subscription")),
        schema="requests",
    )
    op.create_index("uq_subscription_id", "subscription", ["id"], unique=True, schema="requests")
    op.create_index("ix_subscription_changed_at", "subscription", ["changed_at"], unique=False, schema="requests")
    op.create_table(
        "sms",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=40), nullable=False),
        sa.Column("mobile", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms")),
        schema="requests",
    )
    op.create_index("ix_sms_state_created_at", "sms", ["state", "created_at"], unique=False, schema="requests")
    op.create_index("ix_sms_created_at", "sms", ["created_at"], unique=False, schema="requests")
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("caller", sa.String(length=24), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        schema="requests",
    )
    op.create_index("uq_message_number", "message", ["number"], unique=True, schema="requests")
    op.create_index("uq_message_file", "message", ["file"], unique=True, schema="requests")
    op.create_index("ix_message_state_created_at", "message", ["state", "created_at"], unique=False, schema="requests")
    op.create_index("ix_message_created_at", "message", ["created_at"], unique=False, schema="requests")


def downgrade() -> None:
    for table in ("message", "sms", "subscription", "appointment", "slot"):
        op.drop_table(table, schema="requests")
    op.execute("DROP SCHEMA requests")
