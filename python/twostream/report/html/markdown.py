"""The project's own pages and tables, read from Markdown: only the parts of it that they use."""

import mimetypes
import re
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path

from ...errors import BadInput
from ..reproduction.verdicts import WORDS
from .embedding import data_uri

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_INLINE = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # a link leads out of the file
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(\S[^*]*)\*"), r"<em>\1</em>"),
    (re.compile(r"&lt;u&gt;(.+?)&lt;/u&gt;"), r"<u>\1</u>"),
    (re.compile(r"\\(.)"), r"\1"),
)
_BLOCK = re.compile(
    r"""
    ^```(?s:.*?)^```$            # code
    | ^\#+[ ].*$                 # a heading
    | (?:^\|.*\|$\n?)+           # a table
    | ^-[ ].*(?:\n[ ]{2}.*)*     # an item of a list
    | (?:^(?!-[ ]|\||\#|```).+$\n?)+
    """,
    re.M | re.X,
)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")


@dataclass(frozen=True)
class Heading:
    """A heading: its level, from 1, and its text in HTML."""

    level: int
    html: str
    kind: str = "heading"

    @property
    def text(self):
        """The text alone, without marks."""
        return plain(self.html)


@dataclass(frozen=True)
class Text:
    """A paragraph, an item of a list or a block of code, in HTML; `kind` says which."""

    html: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Picture:
    """A picture of a page, as a data URI, and what it shows."""

    uri: str
    alt: str
    kind: str = "picture"


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    html : str
    number : float or None
        What it is sorted by, if it is a number.
    span : int
        Number of columns.
    """

    html: str
    number: float = None
    span: int = 1

    @property
    def verdict(self):
        """The word of a verdict that it is, or an empty text."""
        text = plain(self.html)
        return text if text in WORDS else ""


@dataclass(frozen=True)
class Grid:
    """A table of HTML.

    Attributes
    ----------
    head : list of str
    body, foot : list of list of Cell
        Rows that are sorted, and rows below them, whose names are in italics.
    """

    head: list
    body: list
    foot: list = field(default_factory=list)
    kind: str = "table"

    @property
    def numeric(self):
        """Of each column whether it holds numbers."""
        columns = zip(*self.body)
        return [any(cell.number is not None for cell in column) for column in columns]


def read_page(path):
    """Read a page, or of ``PAGE#heading`` the part below that heading.

    Parameters
    ----------
    path : str

    Returns
    -------
    list
        See `blocks`; the first heading has level 2.

    Raises
    ------
    BadInput
        If the page cannot be read or has no such heading.
    """
    file, _, wanted = str(path).partition("#")
    try:
        found = blocks(Path(file).read_text(), Path(file).parent)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read the page {file}: {error}.") from error
    return _levelled(_part(found, wanted, file) if wanted else found)


def _part(found, wanted, file):
    heads = [n for n, b in enumerate(found) if b.kind == "heading" and anchor(b.text) == wanted]
    if not heads:
        raise BadInput(f"{file} has no heading {wanted!r}.")
    start = heads[0]
    level = found[start].level
    ends = [
        n for n, b in enumerate(found) if n > start and b.kind == "heading" and b.level <= level
    ]
    return found[start : (ends or [None])[0]]


def _levelled(found):
    first = next((block.level for block in found if block.kind == "heading"), 2)
    return [
        Heading(max(2, block.level + 2 - first), block.html) if block.kind == "heading" else block
        for block in found
    ]


def anchor(text):
    """Make the anchor of a heading, as it is written in links."""
    return re.sub(r"[^\w -]", "", text).lower().replace(" ", "-")


def blocks(text, folder=Path()):
    """Read Markdown.

    Parameters
    ----------
    text : str
    folder : Path
        What the paths of pictures are relative to.

    Returns
    -------
    list of Heading, Text, Picture or Grid
        Comments are left out.
    """
    text = re.sub(r"<!--.*?-->", "\n", text, flags=re.S)
    return [_block(part, folder) for part in _parts(text)]


def _parts(text):
    """Cut a text into blocks, each a list of lines."""
    return [found[0].splitlines() for found in _BLOCK.finditer(text)]


def _block(lines, folder):
    first, whole = lines[0], " ".join(line.strip() for line in lines)
    if first.startswith("#"):
        marks, _, title = first.partition(" ")
        return Heading(len(marks), inline(title))
    if first.startswith("|"):
        return grid(lines)
    if first.startswith("- "):
        return Text(inline(whole[2:]), "item")
    if first.startswith("```"):
        return Text(escape("\n".join(lines[1:-1])), "code")
    found = _PICTURE.fullmatch(whole)
    return _picture(folder / found[2], found[1]) if found else Text(inline(whole))


def _picture(path, alt):
    kind = mimetypes.guess_type(path.name)[0]
    return Picture(data_uri(kind, path.read_bytes()), alt)


def plain(html):
    """Text of HTML, without its marks."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def inline(text):
    """Turn the marks within a line of Markdown into HTML; of links only the text is kept."""
    html = escape(text, quote=False)
    for pattern, by in _INLINE:
        html = pattern.sub(by, html)
    return html


def grid(lines):
    """Make a table of the lines of one; a column of cells ``paper / here`` becomes two."""
    head, _, *rows = (_texts(line) for line in lines)
    double = [any(_pair(row[n]) for row in rows) for n in range(len(head))]
    names = [
        name
        for title, two in zip(head, double)
        for name in ([f"{title} paper", f"{title} here"] if two else [title])
    ]
    below = [row for row in rows if re.fullmatch(r"\*[^*].*\*", row[0])]
    body = [_cells(row, double) for row in rows if row not in below]
    foot = [_cells(row, double) for row in below]
    return Grid([inline(name) for name in names], body, foot)


def _texts(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def _cells(row, double):
    cells = []
    for text, two in zip(row, double):
        if two and _pair(text):
            marks = "**{}**" if text.startswith("**") else "{}"
            cells += [_cell(marks.format(part)) for part in text.strip("*").split(" / ")]
        else:
            cells.append(_cell(text, 1 + two))
    return cells


def _pair(text):
    return re.fullmatch(r"(\*\*)?(-|[\d.-]+) / [\d.-]+(\*\*)?", text)


def _cell(text, span=1):
    html = inline(text)
    text = plain(html)
    return Cell(html, float(text) if _NUMBER.fullmatch(text) else None, span)
