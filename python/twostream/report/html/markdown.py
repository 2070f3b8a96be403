"""Pages and tables of Markdown as the parts of a report."""

import mimetypes
import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

from ...errors import BadInput
from .embedding import data_uri

VERDICTS = "reproduces", "order reproduces", "does not", "cannot be compared"
"""Words that the style sheet colours in tables."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PAIR = re.compile(r"(<strong>|)(-|[\d.-]+) / ([\d.-]+)(</strong>|)")


@dataclass(frozen=True)
class Text:
    """A part of a page in HTML; the level of a heading, from 1, or 0 of other parts."""

    html: str
    level: int = 0

    @property
    def text(self):
        """The text without its tags."""
        return unescape(re.sub(r"<[^>]*>", "", self.html))


@dataclass(frozen=True)
class Cell(Text):
    """A cell of a table, in HTML, and the number of columns that it spans."""

    span: int = 1

    @property
    def number(self):
        """Sort key of the cell if it is a number, else None."""
        return float(self.text) if _NUMBER.fullmatch(self.text) else None

    @property
    def verdict(self):
        """The word of `VERDICTS` that the cell is, or an empty text."""
        return self.text if self.text in VERDICTS else ""


@dataclass(frozen=True)
class Grid:
    """A table: titles in HTML, rows of cells to sort, and rows in italics that stay below them."""

    head: list
    body: list
    foot: list

    @property
    def numeric(self):
        """Whether each column holds numbers."""
        rows = [[cell for cell in row for _ in range(cell.span)] for row in self.body or self.foot]
        return [any(cell.number is not None for cell in column) for column in zip(*rows)]


def read_page(path):
    """Read `blocks` of a page, or of ``PAGE#heading`` those below it; the first has level 2.

    Raise BadInput if the page cannot be read or has no such heading.
    """
    file, _, wanted = str(path).partition("#")
    try:
        found = blocks(Path(file).read_text(encoding="utf-8"), Path(file).parent)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read the page {file}: {error}.") from error
    found = _section(found, wanted, file) if wanted else found
    first = next((block.level for block in found if _level(block)), 2)
    return [
        Text(block.html, max(2, block.level + 2 - first)) if _level(block) else block
        for block in found
    ]


def _level(block):
    return getattr(block, "level", 0)


def _section(found, wanted, file):
    start = next(
        (n for n, block in enumerate(found) if _level(block) and _anchor(block.text) == wanted),
        None,
    )
    if start is None:
        raise BadInput(f"{file} has no heading {wanted!r}.")
    below = range(start + 1, len(found))
    level = found[start].level
    return found[start : next((n for n in below if 0 < _level(found[n]) <= level), None)]


def _anchor(text):
    return re.sub(r"[^\w -]", "", text).lower().replace(" ", "-")


def blocks(text, folder=Path()):
    """Read Markdown as a list of Text and Grid, without comments, with only the text of links.

    Pictures are embedded; their paths are relative to `folder`. Raise OSError if one cannot be
    read.
    """
    from markdown_it import MarkdownIt  # late: Debian bullseye does not have it
    from markdown_it.tree import SyntaxTreeNode

    def picture(_, tokens, index, *__):
        path = folder / unquote(tokens[index].attrs["src"])
        uri = data_uri(mimetypes.guess_type(path.name)[0], path.read_bytes())
        return f'<img src="{uri}" alt="{escape(tokens[index].content)}">'

    def html(node):
        found = reader.renderer.render(node.to_tokens(), reader.options, {}).strip()
        return re.sub(r"&lt;(/?u)&gt;", r"<\1>", found)

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", picture)
    for side in ("link_open", "link_close"):
        reader.add_render_rule(side, lambda *_: "")
    tokens = reader.parse(re.sub(r"<!--.*?-->", "\n", text, flags=re.S))
    return [_block(node, html) for node in SyntaxTreeNode(tokens).children]


def _block(node, html):
    if node.type == "heading":
        return Text(html(node.children[0]), int(node.tag[1:]))
    if node.type == "table":
        rows = [row for part in node.children for row in part.children]
        return _grid([[html(cell.children[0]) for cell in row.children] for row in rows])
    return Text(html(node))


def _grid(rows):
    """Make a table from cells in HTML; a column of cells ``paper / here`` becomes two."""
    head, *rows = rows
    double = [any(_PAIR.fullmatch(row[n]) for row in rows) for n in range(len(head))]
    said = re.search(r"(\w+) / (\w+)$", head[0])
    sides = said.groups() if said else ("paper", "here")
    titles = [
        title + side
        for title, two in zip(head, double)
        for side in ([f" {side}" for side in sides] if two else [""])
    ]
    below = [row for row in rows if re.fullmatch("<em>.*</em>", row[0])]
    body = [_cells(row, double) for row in rows if row not in below]
    return Grid(titles, body, [_cells(row, double) for row in below])


def _cells(row, double):
    cells = []
    for html, two in zip(row, double):
        found = _PAIR.fullmatch(html)
        parts = [found[1] + found[n] + found[4] for n in (2, 3)] if two and found else [html]
        cells += [Cell(part, span=1 + two if parts == [html] else 1) for part in parts]
    return cells
