"""The vocabulary of requests: what callers book, subscribe to and say, and the states these are in."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of requests, each with a table of its own."""

    APPOINTMENT = "appointment"
    SUBSCRIPTION = "subscription"
    SMS = "sms"
    MESSAGE = "message"


class State(StrEnum):
    """What has become of a request. Of an appointment: booked, cancelled, past; of a subscription: on, off."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    PAST = "past"
    ON = "on"
    OFF = "off"
    QUEUED = "queued"
    """An SMS nobody has taken up yet."""
    NEW = "new"
    """A message nobody has listened to yet."""


class Business(StrEnum):
    """What an appointment is for: 贷款, 还款, 提取."""

    LOAN = "loan"
    REPAYMENT = "repayment"
    WITHDRAWAL = "withdrawal"


class Half(StrEnum):
    """Half of a day at a branch: 上午, 下午."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Category(StrEnum):
    """What an SMS is about: 归集, 信贷, 提取, 变更, 通知."""

    DEPOSIT = "deposit"
    LOAN = "loan"
    WITHDRAWAL = "withdrawal"
    CHANGE = "change"
    NOTICE = "notice"


class MessageKind(StrEnum):
    """What a recorded message is: 投诉, 建议, or another: nobody could be had, or a low rating is explained."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A half day at a branch of a centre, in the order in which several are locked."""

    centre: str
    branch: str
    day: dt.date
    half: Half


@dataclass(frozen=True, slots=True)
class Appointment:
    """One that is booked. `number` is what the caller was told."""

    number: str
    business: Business
    slot: Slot
