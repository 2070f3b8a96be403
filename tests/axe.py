"""axe-core, which looks for faults that keep people from using a page."""

from real_caffe import PROJECT, missing

PATH = PROJECT / ".axe/node_modules/axe-core/axe.min.js"


def faults(page):
    """List the faults of what a page shows: rule, and the first element that has it."""
    if not PATH.exists():
        missing("axe-core is not installed: run tools/setup/browser where there is npm")
    page.evaluate(PATH.read_text("utf-8"))
    found = page.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [(one["id"], one["nodes"][0]["html"]) for one in found]
