"""Everything a caller can query: movements, loans whole, units, old ID numbers; what changed about passwords and locks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATUSES = {"正常": "normal", "封存": "sealed", "冻结": "frozen", "销户": "closed"}
STAGES = {
    "已受理": "accepted",
    "初审": "first_review",
    "复审": "second_review",
    "审批通过": "approved",
    "已签约": "signed",
    "已放款": "disbursed",
    "未通过": "rejected",
}


def _renamed(table: str, column: str, names: dict[str, str]) -> None:
    values = sa.table(table, sa.column(column, sa.String()), schema="fund")
    here = values.c[column]
    op.execute(values.update().where(here.in_(names)).values({column: sa.case(names, value=here)}))


def upgrade() -> None:
    op.drop_table("branch", schema="fund")
    for name, kind in (
        ("legacy_id_key", sa.String(length=40)),
        ("forbidden", sa.LargeBinary()),
        ("mobile", sa.String(length=20)),
    ):
        op.add_column("depositor", sa.Column(name, kind, nullable=True), schema="fund")
    op.create_unique_constraint(
        op.f("uq_depositor_centre_legacy_id_key"), "depositor", ["centre", "legacy_id_key"], schema="fund"
    )
    op.add_column("unit", sa.Column("mobile", sa.String(length=20), nullable=True), schema="fund")
    for table in ("personal_account", "unit"):
        _renamed(table, "status", STATUSES)
    _renamed("application", "stage", STAGES)
    op.create_table(
        "movement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_movement_amount_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["fund.personal_account.id"], name=op.f("fk_movement_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        schema="fund",
    )
    op.create_index("ix_movement_account_id_on", "movement", ["account_id", "on"], unique=False, schema="fund")
    op.add_column("loan", sa.Column("number", sa.String(length=20), nullable=True), schema="fund")
    op.add_column("loan", sa.Column("remaining_months", sa.Integer(), nullable=True), schema="fund")
    op.add_column("loan", sa.Column("next_due", sa.Date(), nullable=True), schema="fund")
    op.add_column("loan", sa.Column("overdue", sa.Numeric(precision=14, scale=2), nullable=True), schema="fund")
    loan = sa.table(
        "loan", sa.column("id"), sa.column("number"), sa.column("remaining_months"), sa.column("term_months"),
        sa.column("overdue"), schema="fund",
    )  # fmt: skip
    # What is not known of loans written before: their number is the row's, nothing of the term is over, nothing is late.
    op.execute(
        loan.update().values(
            number=sa.func.lpad(sa.cast(loan.c.id, sa.String()), 10, "0"),
            remaining_months=loan.c.term_months,
            overdue=0,
        )
    )
    for name in ("number", "remaining_months", "overdue"):
        op.alter_column("loan", name, nullable=False, schema="fund")
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("did", sa.String(length=24), nullable=False),
        sa.Column("centre", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=48), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="fund",
    )


def downgrade() -> None:
    op.drop_table("audit", schema="fund")
    for name in ("number", "remaining_months", "next_due", "overdue"):
        op.drop_column("loan", name, schema="fund")
    op.drop_table("movement", schema="fund")
    _renamed("application", "stage", {code: name for name, code in STAGES.items()})
    for table in ("personal_account", "unit"):
        _renamed(table, "status", {code: name for name, code in STATUSES.items()})
    op.drop_column("unit", "mobile", schema="fund")
    for name in ("legacy_id_key", "forbidden", "mobile"):
        op.drop_column("depositor", name, schema="fund")
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
