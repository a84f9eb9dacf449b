"""A centre's hours as a caller hears them: 星期一到星期五，上午九点到十二点，下午一点半到五点. Pure."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from centres import Calendar, Centre, Span, Week
from ivr import speech
from ivr.speaker import Spoken


def hours_in_words(calendar: Calendar, centre: Centre, now: dt.datetime) -> tuple[Spoken, ...]:
    """The week's hours of the season in which the centre opens next; the day too, when it is not as in any other week."""
    opening = calendar.next_opening(centre, now)
    today = now.astimezone(calendar.zone).date()
    week = calendar.hours_of(centre).week(opening.date() if opening else today)
    said: list[Spoken] = ["agent.closed", *_week(week)]
    if opening and opening != calendar.usual_opening(centre, now):
        said += ["agent.opens", speech.near_day(opening.date(), today), speech.clock(opening.time())]
    return tuple(said)


def _week(week: Week) -> Iterator[Spoken]:
    """Days with the same hours together, closed ones left out."""
    days: list[tuple[Span, ...]] = [*[week.weekdays] * 5, week.saturday, week.sunday]
    for spans, numbers in groupby(range(1, 8), key=lambda number: days[number - 1]):
        if spans:
            first, *rest = numbers
            yield speech.weekdays(first, rest[-1] if rest else first)
            yield from (speech.span(span.opens, span.closes) for span in spans)
