"""Generated parts of pages, between two lines that mark them."""

from pathlib import Path

from twostream.errors import BadInput
from twostream.io.atomic import atomic_write


def replace_marked(path, marks, text):
    """Replace the text between two lines of a page.

    Parameters
    ----------
    path : str or Path
    marks : tuple of str
        The line before and the line after.
    text : str
        With its last line's end.

    Raises
    ------
    BadInput
        If the page cannot be read or written, or lacks the marks.
    """
    try:
        page = Path(path).read_text()
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}.") from error
    before, start, rest = page.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not end:
        raise BadInput(f"{path} lacks the lines {' and '.join(marks)} around the table.")
    with atomic_write(path) as partial:
        partial.write_text(f"{before}{start}\n{text}{end}{after}")
