"""What the hotline remembers of a calling number: the centre chosen last, and when it called. Never the number itself."""

from callers.service import Callers, Known
from callers.settings import CallersSettings

__all__ = ["Callers", "CallersSettings", "Known"]
