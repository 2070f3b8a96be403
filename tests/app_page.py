"""The page of `twostream app` in a browser, and what people do in it."""

from contextlib import contextmanager

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LONG = 60_000
"""Milliseconds that a fusion may take on a computer that does other things too."""


@contextmanager
def opened(chromium, server, **settings):
    """Open the page; at the end there must be no error, and no request to elsewhere."""
    context = chromium.new_context(**settings)
    context.set_default_timeout(LONG)
    page, asked, errors = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.goto(server.url)
    try:
        yield page
    finally:
        page.goto("about:blank")
        context.close()
    own = (f"{server.url}/", "data:", "about:blank")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(own)] == []
    assert [one for one in errors if "400 (Bad Request)" not in one] == []


def add(page, paths):
    page.locator("#files").set_input_files(paths)
    page.locator(".card").nth(len(paths) - 1).wait_for()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def fuse(page):
    press(page, "Fuse")
    page.get_by_role("button", name="Download").wait_for()
