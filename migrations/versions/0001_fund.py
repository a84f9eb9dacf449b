"""The schema fund."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS fund")
    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("hours", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        schema="fund",
    )
    op.create_index(op.f("ix_branch_centre"), "branch", ["centre"], unique=False, schema="fund")
    op.create_table(
        "depositor",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("id_key", sa.String(length=40), nullable=False),
        sa.Column("id_tail", sa.String(length=4), nullable=False),
        sa.Column("card_key", sa.String(length=40), nullable=True),
        sa.Column("card_tail", sa.String(length=4), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depositor")),
        sa.UniqueConstraint("centre", "card_key", name=op.f("uq_depositor_centre_card_key")),
        sa.UniqueConstraint("centre", "id_key", name=op.f("uq_depositor_centre_id_key")),
        schema="fund",
    )
    op.create_table(
        "guard",
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_on", sa.Date(), nullable=True),
        sa.Column("locked_for_good", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guard")),
        schema="fund",
    )
    op.create_index("ix_guard_day", "guard", ["day"], unique=False, schema="fund")
    op.create_table(
        "password",
        sa.Column("owner", sa.String(length=24), nullable=False),
        sa.Column("hash", sa.String(length=160), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_password")),
        schema="fund",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("monthly_sum", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_unit_centre_number")),
        schema="fund",
    )
    op.create_table(
        "world",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_world")),
        schema="fund",
    )
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("depositor_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["depositor_id"], ["fund.depositor.id"], name=op.f("fk_application_depositor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        schema="fund",
    )
    op.create_index(op.f("ix_application_depositor_id"), "application", ["depositor_id"], unique=False, schema="fund")
    op.create_table(
        "loan",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("depositor_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("monthly_payment", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["depositor_id"], ["fund.depositor.id"], name=op.f("fk_loan_depositor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        schema="fund",
    )
    op.create_index(op.f("ix_loan_depositor_id"), "loan", ["depositor_id"], unique=False, schema="fund")
    op.create_table(
        "personal_account",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("depositor_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("balance", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("own_share", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("employer_share", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_until", sa.Date(), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_personal_account_balance_not_negative")),
        sa.ForeignKeyConstraint(["depositor_id"], ["fund.depositor.id"], name=op.f("fk_personal_account_depositor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["fund.unit.id"], name=op.f("fk_personal_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_account")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_personal_account_centre_number")),
        schema="fund",
    )
    op.create_index(
        op.f("ix_personal_account_depositor_id"), "personal_account", ["depositor_id"], unique=False, schema="fund"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_personal_account_depositor_id"), table_name="personal_account", schema="fund")
    op.drop_table("personal_account", schema="fund")
    op.drop_index(op.f("ix_loan_depositor_id"), table_name="loan", schema="fund")
    op.drop_table("loan", schema="fund")
    op.drop_index(op.f("ix_application_depositor_id"), table_name="application", schema="fund")
    op.drop_table("application", schema="fund")
    op.drop_table("world", schema="fund")
    op.drop_table("unit", schema="fund")
    op.drop_table("password", schema="fund")
    op.drop_index("ix_guard_day", table_name="guard", schema="fund")
    op.drop_table("guard", schema="fund")
    op.drop_table("depositor", schema="fund")
    op.drop_index(op.f("ix_branch_centre"), table_name="branch", schema="fund")
    op.drop_table("branch", schema="fund")
    op.execute("DROP SCHEMA fund")
