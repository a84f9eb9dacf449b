"""Depositors, loans, units, branches, passwords: the only room that touches account data."""
