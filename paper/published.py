"""The numbers that the paper publishes in its Tables 1 to 4."""

import json
from pathlib import Path

TABLES = {1: "clock", 2: "pepsi", 3: "camera", 4: "color"}
"""Number of a table -> its key in published.json."""


def published_rows(number):
    """Read the rows of a table: method -> column -> number."""
    paper = json.loads(Path(__file__).with_name("published.json").read_text())
    rows = paper["tables"][TABLES[number]]
    return {label: dict(zip(paper["columns"], numbers)) for label, numbers in rows.items()}
