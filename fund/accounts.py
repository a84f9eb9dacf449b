"""What stands in the fund's own tables about one holder: rows → the values of fund.port. Queries only."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fund import tables
from fund.exceptions import FundUnavailable
from fund.port import (
    AccountStatus,
    Application,
    Holder,
    Loan,
    Movement,
    MovementKind,
    PersonalAccount,
    Stage,
    Unit,
    Verified,
)

MOST = 9
"""Accounts, loans and applications of one holder that are told."""

LAST = 3
"""Movements that are told."""


async def personal_accounts(connection: AsyncConnection, who: Verified) -> list[PersonalAccount]:
    """The depositor's accounts, those in use first."""
    account = tables.PersonalAccount
    query = (
        select(account)
        .where(account.depositor_id == int(who.key))
        .order_by(account.status != AccountStatus.NORMAL, account.id)
        .limit(MOST)
    )
    return [
        PersonalAccount(
            key=str(row.id),
            tail=row.number[-4:],
            status=AccountStatus(row.status),
            balance=row.balance,
            monthly_deposit=row.own_share + row.employer_share,
            employer_share=row.employer_share,
            own_share=row.own_share,
            paid_until=row.paid_until,
        )
        for row in (await connection.execute(query)).all()
    ]


async def movements(connection: AsyncConnection, who: Verified, account: str) -> list[Movement]:
    """The last movements on an account of this depositor, newest first."""
    movement, owned = tables.Movement, tables.PersonalAccount
    query = (
        select(movement.on, movement.kind, movement.amount)
        .join(owned, owned.id == movement.account_id)
        .where(owned.id == int(account), owned.depositor_id == int(who.key))
        .order_by(movement.on.desc(), movement.id.desc())
        .limit(LAST)
    )
    return [Movement(row.on, MovementKind(row.kind), row.amount) for row in (await connection.execute(query)).all()]


async def loans(connection: AsyncConnection, who: Verified) -> list[Loan]:
    """The depositor's loans, those not yet repaid first."""
    loan = tables.Loan
    query = (
        select(loan).where(loan.depositor_id == int(who.key)).order_by(loan.balance == 0, loan.id.desc()).limit(MOST)
    )
    return [
        Loan(
            key=str(row.id),
            tail=row.number[-4:],
            balance=row.balance,
            term_months=row.term_months,
            remaining_months=row.remaining_months,
            monthly_payment=row.monthly_payment,
            next_due=row.next_due,
            paid_until=row.paid_until,
            overdue=row.overdue,
        )
        for row in (await connection.execute(query)).all()
    ]


async def applications(connection: AsyncConnection, who: Verified) -> list[Application]:
    """The depositor's loan applications, newest first."""
    application = tables.Application
    query = (
        select(application)
        .where(application.depositor_id == int(who.key))
        .order_by(application.since.desc(), application.id.desc())
        .limit(MOST)
    )
    return [Application(str(row.id), Stage(row.stage), row.since) for row in (await connection.execute(query)).all()]


async def unit(connection: AsyncConnection, who: Verified) -> Unit:
    """The unit's own account; FundUnavailable when it went away since its password was checked."""
    row = (await connection.execute(select(tables.Unit).where(tables.Unit.id == int(who.key)))).first()
    if row is None:
        raise FundUnavailable("the unit is gone")
    return Unit(row.number[-4:], row.name, AccountStatus(row.status), row.people, row.monthly_sum, row.paid_until)


async def mobile(connection: AsyncConnection, who: Verified) -> str | None:
    """The holder's mobile number on file."""
    holder = tables.Unit if who.holder is Holder.UNIT else tables.Depositor
    return (await connection.execute(select(holder.mobile).where(holder.id == int(who.key)))).scalar_one_or_none()


async def numbers(connection: AsyncConnection, who: Verified) -> list[str]:
    """The holder's account numbers: no password may be a part of one."""
    account, own = tables.PersonalAccount, tables.Unit
    query = (
        select(own.number).where(own.id == int(who.key))
        if who.holder is Holder.UNIT
        else select(account.number).where(account.depositor_id == int(who.key))
    )
    return list((await connection.execute(query)).scalars())
