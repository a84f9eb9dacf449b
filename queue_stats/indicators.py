"""The indicators as the operators define them, from the calls of a period. Formulas: docs/indicators.md.

A call counts when its fate is decided: it ended, or a person answered, or its wish for one was lost. It counts at the
time it began, on the days of the hotline's own time zone.
"""

import datetime as dt
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Float, and_, cast, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from queue_stats.call import Lost
from queue_stats.tables import CallRow


class By(StrEnum):
    """What a row stands for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    CENTRE = "centre"


class Indicators(BaseModel):
    """One row. Durations in seconds; a share whose base is empty is null, never 0 or 1."""

    key: str = Field(description="hour, day, month or centre; empty: the whole period")
    calls: int = Field(description="总呼叫量 = self_service + offered")
    self_service: int = Field(description="自助语音量: calls that never asked for a person")
    offered: int = Field(description="人工接入量: calls that asked for a person")
    answered: int = Field(description="人工接通量: of those, answered by a person")
    answered_late: int = Field(description="回呼接通量: of answered, by a call-back")
    call_backs: int = Field(description="预约回呼量: calls that were promised a call-back, kept or not")
    lost: int = Field(description="呼损量 = offered − answered; a promised call-back is lost until it is answered")
    lost_by_reason: dict[str, int] = Field(description="lost, by why; sums to lost")
    loss_rate: float | None = Field(description="呼损率 = lost / offered")
    answer_rate: float | None = Field(description="人工接通率 = answered / offered")
    service_level: float | None = Field(description="服务水平 = answered within T seconds / offered")
    wait_mean: float | None = Field(description="平均等待 (ASA): mean wait of answered calls")
    wait_p50: float | None = Field(description="median wait of answered calls")
    wait_p95: float | None = Field(description="95th percentile of the wait of answered calls")
    wait_max: float | None = Field(description="longest wait of answered calls")
    lost_wait_mean: float | None = Field(description="mean wait of lost calls")
    short_abandons: int = Field(description="of lost, given up within the short-abandon threshold")
    talk_mean: float | None = Field(description="平均通话: per answered call")
    wrap_up_mean: float | None = Field(description="平均后处理 (ACW): per answered call")
    rated: int = Field(description="calls the caller rated")
    satisfied: int = Field(description="满意 and 基本满意")
    satisfaction_rate: float | None = Field(description="满意率 = satisfied / rated")
    settled_rate: float | None = Field(description="直办率 = settled in the call, by agent or expert / answered")
    expert_calls: int = Field(default=0, description="专家接听量: calls that an expert answered")


DECIDED = or_(CallRow.ended.is_not(None), CallRow.answered, CallRow.lost.is_not(None))


async def indicators(
    connection: AsyncConnection,
    *,
    first: dt.date,
    last: dt.date,
    zone: ZoneInfo,
    by: By | None = None,
    centre: str | None = None,
    service_level_seconds: int,
    short_abandon_seconds: int,
) -> list[Indicators]:
    """Rows of the days `first` to `last`, both included. Without `by` one row, also for a period without calls."""
    start = dt.datetime.combine(first, dt.time(), zone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    period = [CallRow.started >= start, CallRow.started < end, DECIDED]
    if centre:
        period.append(CallRow.centre == centre)
    key = _key(by, zone)
    offered, answered = CallRow.offered, and_(CallRow.offered, CallRow.answered)
    lost = and_(CallRow.offered, ~CallRow.answered)
    wait = cast(CallRow.wait_ms, Float) / 1000
    share = func.percentile_cont
    query = select(
        key.label("key"),
        func.count().filter(~offered).label("self_service"),
        func.count().filter(offered).label("offered"),
        func.count().filter(answered).label("answered"),
        func.count().filter(and_(answered, CallRow.call_back.is_not(None))).label("late"),
        func.count(CallRow.call_back).label("call_backs"),
        func.count().filter(lost).label("lost"),
        func.count().filter(and_(answered, CallRow.wait_ms <= service_level_seconds * 1000)).label("in_time"),
        func.avg(wait).filter(answered).label("wait_mean"),
        share(0.5).within_group(wait).filter(answered).label("wait_p50"),
        share(0.95).within_group(wait).filter(answered).label("wait_p95"),
        func.max(wait).filter(answered).label("wait_max"),
        func.avg(wait).filter(lost).label("lost_wait_mean"),
        func.count()
        .filter(and_(lost, CallRow.lost.in_(GIVEN_UP), CallRow.wait_ms < short_abandon_seconds * 1000))
        .label("short"),
        func.avg(cast(CallRow.talk_ms, Float) / 1000).filter(answered).label("talk_mean"),
        func.avg(cast(CallRow.wrap_up_ms, Float) / 1000).filter(answered).label("wrap_up_mean"),
        func.count(CallRow.rating).label("rated"),
        func.count().filter(CallRow.rating <= 2).label("satisfied"),
        func.count(CallRow.settled).label("settling"),
        func.count(CallRow.expert_ms).label("expert_calls"),
        func.count().filter(CallRow.settled.is_(True)).label("settled"),
        *(func.count().filter(and_(lost, CallRow.lost == reason)).label(f"lost_{reason}") for reason in Lost),
    ).where(*period)
    if by is not None:
        query = query.group_by(text("1")).order_by(text("1"))
    return [_row(row) for row in (await connection.execute(query)).mappings()]


GIVEN_UP = (Lost.HUNG_UP_WAITING, Lost.HUNG_UP_RINGING)

_FORMATS = {By.HOUR: "YYYY-MM-DD HH24:00", By.DAY: "YYYY-MM-DD", By.MONTH: "YYYY-MM"}


def _key(by: By | None, zone: ZoneInfo) -> ColumnElement[str]:
    if by is None:
        return func.coalesce("")
    if by is By.CENTRE:
        return CallRow.centre.expression
    return func.to_char(func.timezone(zone.key, CallRow.started), _FORMATS[by])


def _row(row: Any) -> Indicators:  # noqa: ANN401 - a database row
    offered, answered = row["offered"], row["answered"]
    return Indicators(
        key=row["key"],
        calls=row["self_service"] + offered,
        self_service=row["self_service"],
        offered=offered,
        answered=answered,
        answered_late=row["late"],
        call_backs=row["call_backs"],
        lost=row["lost"],
        lost_by_reason={reason: row[f"lost_{reason}"] for reason in Lost if row[f"lost_{reason}"]},
        loss_rate=_share(row["lost"], offered),
        answer_rate=_share(answered, offered),
        service_level=_share(row["in_time"], offered),
        wait_mean=_seconds(row["wait_mean"]),
        wait_p50=_seconds(row["wait_p50"]),
        wait_p95=_seconds(row["wait_p95"]),
        wait_max=_seconds(row["wait_max"]),
        lost_wait_mean=_seconds(row["lost_wait_mean"]),
        short_abandons=row["short"],
        talk_mean=_seconds(row["talk_mean"]),
        wrap_up_mean=_seconds(row["wrap_up_mean"]),
        rated=row["rated"],
        satisfied=row["satisfied"],
        satisfaction_rate=_share(row["satisfied"], row["rated"]),
        settled_rate=_share(row["settled"], answered) if row["settling"] else None,
        expert_calls=row["expert_calls"],
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
