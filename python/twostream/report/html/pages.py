"""Writing of pages from the templates of this folder."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...io.atomic import atomic_write

_FOLDER = Path(__file__).parent
VIEWER = "view.js", "gestures.js", "viewer.js"
"""Scripts of the viewer, in their order."""
_SCRIPTS = "tables.js", *VIEWER


def write_page(path, template, **values):
    """Fill a template of this folder in and write the page, whose folder is made if it is missing.

    Raise BadInput if the page cannot be written.
    """
    environment = Environment(
        loader=FileSystemLoader(str(_FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(template).render(
        style=(_FOLDER / "style.css").read_text("utf-8"),
        scripts=[(_FOLDER / name).read_text("utf-8") for name in _SCRIPTS],
        **values,
    )
    with atomic_write(path) as partial:
        partial.write_text(page, encoding="utf-8", errors="backslashreplace")
