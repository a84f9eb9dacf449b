"""Values → spoken Mandarin → the recordings that say it. Pure.

Asterisk's own `zh` drops 一 inside numbers, reads years as quantities and has no money, so speech is composed here.
"""

from ivr.speech.clips import clips
from ivr.speech.clock import clock, day, half_day, near_day, span, weekday, weekdays
from ivr.speech.counts import minutes, people, term
from ivr.speech.dates import date, month
from ivr.speech.digits import digits
from ivr.speech.numbers import LARGEST, Unspeakable, amount, number
from ivr.speech.utterance import Utterance

__all__ = [
    "LARGEST",
    "Unspeakable",
    "Utterance",
    "amount",
    "clips",
    "clock",
    "date",
    "day",
    "digits",
    "half_day",
    "minutes",
    "month",
    "near_day",
    "number",
    "people",
    "span",
    "term",
    "weekday",
    "weekdays",
]
