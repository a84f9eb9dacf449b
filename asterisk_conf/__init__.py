"""Asterisk's own configuration, rendered from plain data; where Asterisk itself comes from; its process."""

from asterisk_conf.exceptions import AsteriskConfError, AsteriskDown, BadPlan
from asterisk_conf.plan import FEATURE_ROUTES, PROMPTS, Entrance, Expert, Phone, Plan, Queue
from asterisk_conf.render import Places, render

__all__ = [
    "FEATURE_ROUTES",
    "PROMPTS",
    "AsteriskConfError",
    "AsteriskDown",
    "BadPlan",
    "Entrance",
    "Expert",
    "Phone",
    "Places",
    "Plan",
    "Queue",
    "render",
]
