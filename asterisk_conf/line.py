"""What a caller in the line hears when nothing better is known: that they are still in it, and the keys."""

import os

from asterisk_conf.plan import Plan

PLACE = "place"
"""Name of the recording Queue() plays from `Plan.waiting`; a call's own lies in zh_<call>/ there."""


def write_still(plan: Plan) -> None:
    """Put the common announcement where Queue() looks when a call has none of its own; without a recording, nothing."""
    spoken = plan.prompts["wait.still"].with_name(plan.prompts["wait.still"].name + ".alaw")
    if not spoken.is_file():
        return
    draft = plan.waiting / f".{PLACE}.{os.getpid()}.draft"
    draft.write_bytes(spoken.read_bytes())
    draft.replace(plan.waiting / f"{PLACE}.alaw")
