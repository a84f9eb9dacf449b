"""What a line delivers, without the holes that a late packet tears into it. Pure.

A telephone's clock asks for a frame every 20 ms. On a busy machine packets come late: the clock finds nothing, finds
nothing while the jitter buffer fills again, and then everything follows that was late. Nothing is lost, but the
sound has a hole in it that the other side never made.
"""

FRAME = 160  # samples: 20 ms at 8 kHz
QUIET = bytes(2 * FRAME)
STALL = 35  # frames, 0.7 s: so long a machine may stall; when nothing comes for longer, nothing was sent


class Reception:
    """Takes frame after frame and gives back what was sent.

    A hole shorter than a stall is closed; its length is owed, and added to the next silence that is longer. So sounds
    are whole, and over a call their times are right.
    """

    def __init__(self) -> None:
        self._missing = STALL  # frames in the hole so far; before the first frame there is silence, not a hole
        self._owed = 0

    def put(self, frame: bytes) -> list[bytes]:
        """Take 20 ms of 16-bit samples, all zero where nothing came (a received A-law frame never is); the frames to hear."""
        if frame != QUIET:
            if self._missing < STALL:
                self._owed += self._missing
            self._missing = 0
            return [frame]
        self._missing += 1
        if self._missing < STALL:
            return []
        if self._missing > STALL:
            return [QUIET]
        silence, self._owed = STALL + self._owed, 0
        return [QUIET] * silence
