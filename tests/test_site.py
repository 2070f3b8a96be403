"""The documentation site is built strictly: no broken link, no page that is left out."""

import re
import sys
from html.parser import HTMLParser

import pytest
from browser import browser
from run_tool import PROJECT, run_program

from twostream import metrics
from twostream.cli import COMMANDS, fuse

for package in ("mkdocs", "material", "mkdocstrings"):
    pytest.importorskip(package, reason="the site needs the extra docs")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    # Not --quiet: with it MkDocs counts no warnings, so that --strict does nothing.
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
    done = run_program(*build, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return folder


class Loaded(HTMLParser):
    """Addresses that a browser asks for when it shows a page, and those of its links."""

    def __init__(self, page):
        super().__init__()
        self.files, self.links = [], []
        self.feed(page.read_text())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag != "a":
            self.files += [given[name] for name in ("src", "href") if given.get(name)]


def test_pages_ask_no_other_host_for_anything(site):
    pages = sorted(site.glob("*.html"))
    assert len(pages) > 15
    files = {file for page in pages for file in Loaded(page).files}
    assert "wipe.gif" in files
    assert not [file for file in files if re.match(r"(\w+:)?//", file)]


def test_every_link_leads_to_a_file_also_from_the_page_404(site):
    for page in site.rglob("*.html"):
        found = Loaded(page)
        names = {target.partition("#")[0] for target in (*found.links, *found.files)}
        own = [name for name in names if name and not re.match(r"\w+:", name)]
        assert len(own) > 10
        assert not [name for name in own if not (page.parent / name).is_file()], page.name


def test_the_notebook_is_shown_with_its_results(site):
    page = Loaded(site / "layer-by-layer.html")
    assert len([name for name in page.files if name.startswith("layer-by-layer/")]) == 9
    assert "largest difference" in (site / "layer-by-layer.html").read_text()
    assert "layer-by-layer.html" in Loaded(site / "step-by-step.html").links


def test_links_out_of_docs_are_pages_or_paths(site):
    links = Loaded(site / "index.html").links
    assert {"contributing.html", "weights.html", "results.html"} <= set(links)
    text = (site / "how-it-decides.html").read_text()
    assert "<code>python/twostream/fusion/select.py</code>" in text
    assert "../python" not in text


def test_the_reference_has_the_public_functions_and_every_metric(site):
    page, text = (PROJECT / "docs/api.md").read_text(), (site / "api.html").read_text()
    for name in ("twostream.fuse", "twostream.BadInput", "twostream.metrics.qabf.qabf"):
        assert f'id="{name}"' in text
    named = re.findall(r"^::: twostream\.metrics\.\w+\.(\w+)$", page, re.M)
    assert set(named) == set(metrics.__all__)


def test_every_command_and_option_is_listed(site):
    text = (site / "commands.html").read_text()
    assert not [name for name in COMMANDS if f'id="twostream-{name}"' not in text]
    tools = {path.name for path in (PROJECT / "tools").glob("*.py")} - {"clone.py"}
    assert not [name for name in tools if f">tools/{name}</code>" not in text]
    shown = re.findall(r"<dt><code[^>]*>(.*?)</code></dt>\n<dd>\n?(.*?)</dd>", text, re.S)
    options = [text for action in fuse.arguments()._actions for text in action.option_strings]
    for option in set(options) - {"-h", "--help"}:
        assert any(option in re.split(r"[ ,]", name) for name, _ in shown), option
    assert all(len(what.split()) > 1 for _, what in shown)
    assert str(PROJECT) not in text


def test_every_metric_has_a_row(site):
    text = (site / "metrics.html").read_text().replace("<wbr>", "")
    rows = re.findall(r'<td><a href="api.html#([\w.]+)"><code[^>]*>(\w+)</code>', text)
    assert [name for _, name in rows] == list(metrics.METRICS)
    api = (site / "api.html").read_text()
    assert not [place for place, _ in rows if f'id="{place}"' not in api]


def test_the_search_works_in_pages_opened_as_files(site):
    with browser() as opened:
        page = opened.new_page()
        page.goto((site / "index.html").as_uri())
        page.click("input.md-search__input")
        page.keyboard.type("vignetting")
        first = page.locator(".md-search-result__item a").first
        assert first.get_attribute("href", timeout=20_000).startswith(site.as_uri())
