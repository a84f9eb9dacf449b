"""Asterisk's manager interface: one edge that listens and one that acts, for every room that needs them."""

from ami.connection import Access, Ami, Lost, Snapshot
from ami.control import Control
from ami.exceptions import LinkLost, NotDone, Refused

__all__ = ["Access", "Ami", "Control", "LinkLost", "Lost", "NotDone", "Refused", "Snapshot"]
