"""How Asterisk routes a call, as templates that `asterisk_conf` fills; see docs/dialplan.md."""

from pathlib import Path

TEMPLATES = Path(__file__).parent
