"""The messages that docs/troubleshooting.md explains are those of the code."""

import re

from run_tool import PROJECT

PAGE = PROJECT / "docs/troubleshooting.md"
NUMBERS = r"\d[\d.x]*(?: ?(?:MB|%))?"
"""Numbers, and their units, of an example."""


def test_every_message_is_in_the_code():
    files = (PROJECT / "python/twostream").rglob("*.py")
    texts = (re.sub(r'"\s+f?"', "", path.read_text(encoding="utf-8")) for path in files)
    code = re.sub(r"\{[^{}]*\}", "{}", "\n".join(texts))
    first = re.findall(r"^\| (`[^|]+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    messages = [quoted for cell in first for quoted in re.findall(r"`([^`]+)`", cell)]
    assert len(messages) > 25
    for message in messages:
        for part in re.split(NUMBERS, message):
            assert part.strip() in code, message
