"""The menu as a picture (SVG) and as lines of text: for those who change it, and for the docs. Pure."""

from collections.abc import Iterator
from html import escape

from agi_scripts.menu_tree import Node

WIDTH, COLUMN, LINE, BOX, EDGE = 860, (20, 250, 530), 44, 32, 16
SIZES = (170, 210, 310)
"""Widths of the boxes of each level."""

EVERYWHERE = "到处：0 人工服务 · 9 重听 · * 返回上一级 · # 结束输入"

STYLE = (
    "<style>rect{fill:#fff;stroke:#1f5f8b;rx:6}path{fill:none;stroke:#9bb4c7}"
    'text{font:15px "Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif;fill:#1b2a35}'
    ".key{font-weight:bold;fill:#1f5f8b}.note{fill:#5c6f7d;font-size:13px}</style>"
)


def lines(menu: Node) -> Iterator[str]:
    """The tree in text, two blanks a level: key, name, conversation."""
    for node in menu.walk():
        level = node.path.count("/") + bool(node.path)
        key = node.path.rpartition("/")[2]
        yield f"{'  ' * level}{f'{key} ' if key else ''}{node.name}{f'  ({node.leaf})' if node.leaf else ''}"


def svg(menu: Node) -> str:
    """The tree from left to right, a box each with its key, its name, and what follows: a menu's prompt, a leaf's conversation."""
    shapes: list[str] = []
    height = EDGE + LINE * sum(1 for node in menu.walk() if node.leaf) + LINE
    _drawn(menu, 0, EDGE, shapes)
    text = f'<text x="{COLUMN[0]}" y="{height - 14}" class="note">{escape(EVERYWHERE)}</text>'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
            f"<title>{escape(menu.name)}</title>",
            STYLE,
            '<rect width="100%" height="100%" style="stroke:none;rx:0"/>',
            *shapes,
            text,
            "</svg>",
        ]
    )


def _drawn(node: Node, level: int, top: int, shapes: list[str]) -> tuple[int, int]:
    """Draw a node beside its children; give the middle of its box and where the next one begins."""
    middles, after = [], top
    for child in node.children.values():
        middle, after = _drawn(child, level + 1, after, shapes)
        middles.append(middle)
    middle = (middles[0] + middles[-1]) // 2 if middles else top + BOX // 2
    left, right = COLUMN[level], COLUMN[level] + SIZES[level]
    for at in middles:
        bend = (right + COLUMN[level + 1]) // 2
        shapes.append(f'<path d="M{right} {middle}H{bend}V{at}H{COLUMN[level + 1]}"/>')
    shapes.append(f'<rect x="{left}" y="{middle - BOX // 2}" width="{SIZES[level]}" height="{BOX}"/>')
    key = node.path.rpartition("/")[2]
    named = f'<tspan class="key">{escape(key)} </tspan>' if key else ""
    said = f'<tspan class="note"> {escape(node.leaf or node.prompt)}</tspan>'
    shapes.append(f'<text x="{left + 12}" y="{middle + 5}">{named}{escape(node.name)}{said}</text>')
    return middle, after if middles else top + LINE
