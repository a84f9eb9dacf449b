"""What a centre (住房公积金管理中心) is, which one a call belongs to, and when its agents can be had. Pure."""

from centres.calendar import Calendar, CalendarSettings
from centres.centre import Centre, Choice, national, which
from centres.hours import Hours, Season, Span, Week

__all__ = ["Calendar", "CalendarSettings", "Centre", "Choice", "Hours", "Season", "Span", "Week", "national", "which"]
