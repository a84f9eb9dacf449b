"""Engines that turn text into a voice, behind one interface."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from sounds.catalogue import Prompt

Voice = npt.NDArray[np.float32]


class Engine(Protocol):
    """A voice. Heavy imports happen in the constructor, so that only who voices needs them."""

    rate: int
    """Samples a second of what `speak` gives."""

    def speak(self, prompt: Prompt) -> Voice:
        """Voice a prompt: mono samples between −1 and 1."""
        ...
