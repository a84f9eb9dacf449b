"""What can keep the fund from answering.

FundError
├── FundUnavailable   the database is away: the caller is told, an agent is offered
└── NotDemo           the demo world would be written beside real data
"""


class FundError(Exception):
    """Anything that keeps the fund from answering."""


class FundUnavailable(FundError):  # noqa: N818 - says what the fund is
    """The accounts cannot be looked up now."""


class NotDemo(FundError):  # noqa: N818 - says what the database is
    """There are accounts that the demo did not invent."""
