"""What a centre (住房公积金管理中心) is, and which one a call belongs to. Pure."""

from centres.centre import Centre, Choice, which

__all__ = ["Centre", "Choice", "which"]
