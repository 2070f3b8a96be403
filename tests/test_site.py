"""The documentation site is built strictly: no broken link, no page that is left out."""

import re
import sys
from html.parser import HTMLParser

import pytest
from browser import browser
from run_tool import PROJECT, run_program

from twostream import metrics

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


def test_the_search_works_in_pages_opened_as_files(site):
    with browser() as opened:
        page = opened.new_page()
        page.goto((site / "index.html").as_uri())
        page.click("input.md-search__input")
        page.keyboard.type("vignetting")
        first = page.locator(".md-search-result__item a").first
        assert first.get_attribute("href", timeout=20_000).startswith(site.as_uri())
