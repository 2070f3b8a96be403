"""Hook of MkDocs: pages from outside docs/, and links that lead out of the site.

GitHub shows the same Markdown files, so their links are paths in the repository.
"""

import os
import re
from pathlib import Path

from mkdocs.structure.files import File

PROJECT = Path(__file__).parents[1]
OUTSIDE = {
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "security.md": "SECURITY.md",
    "weights.md": "weights/README.md",
}
"""Page of the site -> file that it is made of, beside those of docs/."""
PAGES = {file: page for page, file in OUTSIDE.items()}
PAGES["docs/layer_by_layer.ipynb"] = "layer-by-layer.md"  # see site_notebook.py
_CODE_OR_LINK = re.compile(r"^```.*?^```|\[([^\[\]]*)\]\(([^()\s]+)\)", re.M | re.S)


def on_files(files, config):
    """Add the pages from outside docs/."""
    for page, file in OUTSIDE.items():
        content = (PROJECT / file).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown, page, **_):
    """Turn each link into one within the site, or into the path of the file in the repository."""
    name = page.file.src_uri
    folder = Path(OUTSIDE.get(name, f"docs/{name}")).parent
    return _CODE_OR_LINK.sub(lambda found: _link(found, folder, Path(name).parent), markdown)


def on_page_content(html, **_):
    """Mark options and short names, which no line break may divide."""
    return re.sub(r"<code>(?=(-[^<]{1,30}|[\w.]{1,14})</code>)", '<code class="whole">', html)


def on_post_template(output, template_name, **_):
    """Let the page 404 find the others also where the site is not at the root of a host."""
    return output.replace('="/', '="') if template_name == "404.html" else output


def _link(found, folder, site_folder):
    text, target = found.groups()
    if text is None or re.match(r"#|\w+:", target):  # a block of code, this page, another site
        return found[0]
    file, hash_, anchor = target.partition("#")
    path = os.path.normpath(folder / file)
    if path in PAGES or path.startswith("docs/"):
        page = os.path.relpath(PAGES.get(path, path[len("docs/") :]), site_folder)
        return f"[{text}]({page}{hash_}{anchor})"
    plain = text.replace("\\", "")
    return f"`{path}`" if path.endswith(plain) else f"{text} (`{path}`)"
