"""What happened, in one vocabulary: written to journals by whoever saw it, read by the ledger."""

from facts.fact import BadFact, Fact, call_of, call_of_event, masked_number, parse
from facts.journal import Journal

__all__ = ["BadFact", "Fact", "Journal", "call_of", "call_of_event", "masked_number", "parse"]
