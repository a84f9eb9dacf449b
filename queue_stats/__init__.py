"""Every call counted once, and what the numbers say."""
