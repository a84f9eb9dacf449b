"""Every channel variable that the dialplan and the conversations share. Pure constants.

Names with a leading __ in the dialplan are inherited by every later leg; they are read without it.
"""

CALL_ID = "HL_CALL_ID"
"""The id of the call in every ledger: the Uniqueid of its first channel."""

DIALLED = "HL_DIALLED"
"""The number the caller dialled."""

CENTRE = "HL_CENTRE"
"""Code of the centre the call is served by."""

VERIFIED = "HL_VERIFIED"
"""Which depositor the caller has proved to be: centre/key, the fund's own key, which says nothing to anybody else."""

VERIFIED_UNIT = "HL_VERIFIED_UNIT"
"""Which unit, in the same form."""

PATH = "HL_PATH"
"""Keys from the top of the menu to where the caller wanted a person: 1/2."""

WHISPER = "HL_WHISPER"
"""Name of the recording an agent hears before the talk: centre, verified or not, last menu. Empty: there is none."""

INHERITED = "__"
"""Before a name that is set: every later leg of the call has the variable, too."""

TRAVEL = frozenset({CENTRE, VERIFIED, VERIFIED_UNIT, PATH, WHISPER})
"""What goes on to agents and experts. The caller id never does: it changes with every transfer (asterisk#519, #1780)."""

NEXT = "HL_NEXT"
"""What the dialplan does after a conversation: NEXT_QUEUE, NEXT_BYE; empty: the conversation broke."""

QUEUE = "HL_QUEUE"
"""The queue of NEXT_QUEUE."""

NEXT_QUEUE = "queue"
NEXT_BYE = "bye"

NEXT_SUPERVISE = "supervise"
"""A supervisor's phone becomes part of a talk: MODE says how, TARGET is the channel."""

ANSWER, YES, NO = "HL_ANSWER", "yes", "no"
"""What an agent who had the caller's password typed to the machine is told."""

MODE = "HL_MODE"
TARGET = "HL_TARGET"

TAKER = "HL_TAKER"
"""On a caller's channel: the channel of the supervisor who takes the talk over."""

DIRECT = "HL_DIRECT"
"""On a waiting caller's channel: the queue of the one agent whom a supervisor gives the caller to."""

MEMBER_NAME = "MEMBERNAME"
"""Set by Queue(): the number of the agent who answers."""

QUEUE_STATUS = "QUEUESTATUS"
"""Set by Queue(): why the caller left it unanswered; cleared by us before each Queue()."""

JOINED = "HL_JOINED"
"""When the caller first joined a line, ms since 1970: what the place is kept by."""

KEY = "HL_KEY"
"""What the key meant that a caller pressed in the line: KEY_CALL_BACK, KEY_MESSAGE, KEY_SELF_SERVICE."""

KEY_CALL_BACK = "call_back"
KEY_MESSAGE = "message"
KEY_SELF_SERVICE = "self_service"
