"""A real browser for the tests: Chromium or Chrome of the system, driven by playwright."""

import shutil
from contextlib import contextmanager

from real_caffe import missing

NAMES = "chromium", "chromium-browser", "google-chrome"


@contextmanager
def browser():
    """Yield playwright's Browser; without one the test is skipped, with CI=true it fails."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing("there is no Chromium: run tools/setup/browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed: run `make test`")
    with sync_playwright() as driver:
        # Root, as in containers, has no sandbox.
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def opened(browser, path, **settings):
    """Open a file and yield its page; at the end there must be no error and no request."""
    context = browser.new_context(**settings)
    page, found = context.new_page(), []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: found.append(request.url[:80]))
    page.goto(path.resolve().as_uri())
    yield page
    context.close()
    own = path.resolve().as_uri()
    wrong = [one for one in found if one != own and not one.startswith("data:")]
    assert not wrong, wrong
