"""A guide's file: Markdown with front matter → keys, and what is to be said, each with its line. Pure.

Said are paragraphs and the items of lists. Headings and <!-- notes --> are for whoever reads the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from guide.exceptions import GuideError, Mistake

MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin)

PASSED = frozenset(
    {"front_matter", "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"}
    | {"list_item_open", "list_item_close", "paragraph_open", "paragraph_close", "heading_open", "heading_close", "hr"}
)
"""Blocks that say nothing themselves."""

PLAIN = {
    "text": "",
    "softbreak": "",
    "hardbreak": "，",
    "strong_open": "",
    "strong_close": "",
    "em_open": "",
    "em_close": "",
}
"""Parts of a paragraph, and what is said for them where it is not their own text."""

Value = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something to be said, as it is written. `line` counts from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """A file that could be read: `keys` are its front matter, all values text; `lines` say where each stands."""

    file: str
    keys: Mapping[str, Value]
    lines: Mapping[str, int]
    paragraphs: tuple[Paragraph, ...]

    def mistake(self, key: str, what: str, line: int | None = None) -> Mistake:
        """Name a mistake by its key, or by the line of a paragraph."""
        return Mistake(self.file, self.lines.get(key, 1) if line is None else line, key, what)


def read(text: str, file: str) -> Page:
    """Take a file apart; GuideError says what is not understood."""
    tokens = MARKDOWN.parse(text.removeprefix("\ufeff"))
    if not tokens or tokens[0].type != "front_matter":
        raise GuideError(
            [Mistake(file, 1, "-", "expected front matter: keys between two lines of ---, such as title: …")]
        )
    keys, lines = _keys(tokens[0].content, file)
    return Page(file, keys, lines, tuple(_paragraphs(tokens, file)))


def _keys(text: str, file: str) -> tuple[dict[str, Value], dict[str, int]]:
    """The front matter. YAML's own ideas of types are kept out: 8:30 would be a number of base sixty."""
    try:
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "is not understood"
        raise GuideError([Mistake(file, mark.line + 2 if mark else 1, "-", f"front matter: {reason}")]) from None
    if not isinstance(root, yaml.MappingNode):
        raise GuideError([Mistake(file, 2, "-", "expected keys in the front matter, such as title: 租房提取")])
    keys: dict[str, Value] = {}
    lines: dict[str, int] = {}
    mistakes = []
    for name, value in root.value:
        key, line = str(name.value), name.start_mark.line + 2
        if key in keys:
            mistakes.append(Mistake(file, line, key, "stands twice"))
        elif isinstance(value, yaml.ScalarNode):
            keys[key] = str(value.value).strip()
        elif isinstance(value, yaml.MappingNode) and all(isinstance(part, yaml.ScalarNode) for _, part in value.value):
            keys[key] = {str(word.value): str(part.value) for word, part in value.value}
        else:
            mistakes.append(Mistake(file, line, key, "expected plain text"))
        lines[key] = line
    if mistakes:
        raise GuideError(mistakes)
    return keys, lines


def _paragraphs(tokens: Sequence[Token], file: str) -> Iterator[Paragraph]:
    heading = False
    mistakes = []
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline" and not heading:
            strange = [part for part in token.children or () if part.type not in PLAIN and not _note(part)]
            if strange:
                what = f"{strange[0].type.removesuffix('_open')} cannot be said; write plain words"
                mistakes.append(Mistake(file, line, "text", what))
            yield Paragraph("".join(map(_said, token.children or ())), line)
        elif token.type not in PASSED and token.type != "inline" and not _note(token):
            what = f"{token.type.removesuffix('_open')} cannot be said; write paragraphs and lists"
            mistakes.append(Mistake(file, line, "text", what))
    if mistakes:
        raise GuideError(mistakes)


def _said(part: Token) -> str:
    return part.content if part.type == "text" else PLAIN.get(part.type, "")


def _note(token: Token) -> bool:
    """An HTML comment."""
    return token.type in {"html_block", "html_inline"} and token.content.strip().startswith("<!--")
