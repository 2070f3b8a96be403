"""Hook of MkDocs: run the notebook, and add it to the site with its output and its figures.

The notebook is stored without them. Running it needs neither PyTorch nor Jupyter.
"""

import ast
import contextlib
import io
import json
from pathlib import Path

import matplotlib
from matplotlib import pyplot
from mkdocs.structure.files import File

NOTEBOOK = Path(__file__).with_name("layer_by_layer.ipynb")
PAGE = "layer-by-layer"


def on_files(files, config):
    """Add the page and its figures."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    backend, names, parts, figures = matplotlib.get_backend(), {}, [], []
    pyplot.switch_backend("Agg")
    for cell in cells:
        source = "".join(cell["source"])
        is_code = cell["cell_type"] == "code"
        parts += (
            [f"```python\n{source}\n```", *_run(source, names, figures)] if is_code else [source]
        )
    pyplot.switch_backend(backend)
    made = {f"{PAGE}.md": "\n\n".join(parts), **dict(figures)}
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def _run(source, names, figures):
    """Run a cell in these names; return its output as Markdown, and append its figures."""
    body, printed = ast.parse(source).body, io.StringIO()
    with contextlib.redirect_stdout(printed):  # as in an interpreter, values are printed
        exec(compile(ast.Interactive(body), NOTEBOOK.name, "single"), names)
    shown = [f"```text\n{printed.getvalue()}```"] if printed.getvalue() else []
    for number in pyplot.get_fignums():
        picture, path = io.BytesIO(), f"{PAGE}/{len(figures) + 1}.jpg"
        pyplot.figure(number).savefig(picture, format="jpg", dpi=100, bbox_inches="tight")
        figures.append((path, picture.getvalue()))
        shown.append(f"![Figure {len(figures)}]({path})")
    pyplot.close("all")
    return shown
