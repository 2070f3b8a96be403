"""The document that says whether the paper reproduces."""

import textwrap
from pathlib import Path

from twostream.io.atomic import atomic_write

from .claims import CANDIDATES, CLAIMS, judge
from .comparison import BESIDE, COLUMNS, COPIES, OURS, ROWS, Comparison
from .points import points
from .verdicts import INCOMPARABLE, RULES, WORDS, order_of

HEAD = """\
# Does the paper reproduce?

Written by `make reproduction PAIRS="DIR DIR"`, with folders that hold the pairs Clock and Pepsi.
Every number is read from the paper's Tables 1 to 4 or computed; please change the program, not this
page.
"""
CONTRIBUTIONS = """\
The claims are the three contributions that the paper's section 1 lists. That the framework is the
first of its kind is not measured. The paper gives no seconds, so claim 3b is judged beside the two
other networks; what else the computer did then is in the seconds. Columns are named by their table
and metric.
"""
READING = f"""\
In a cell: the paper's number / ours, bold if it fits ([rules](#rules)). Ours is by the default
variant of the metric, on the darker copy of Clock, which has two. The row {OURS} has the weights
`paper`, trained on the paper's recipe; the rows without published numbers stand beside.
"""


def write_page(path, measured, sources):
    """Write the document.

    Parameters
    ----------
    path : str or Path
    measured : dict of str to dict of str to Score
        Row -> scene of a pair -> score, for all rows of `comparison`.
    sources : dict of str to float
        Scene of a stand-in -> PSNR of its better source.
    """
    with atomic_write(Path(path)) as partial:
        partial.write_text(page(measured, sources))


def page(measured, sources):
    """Make the document in Markdown; arguments as of `write_page`."""
    comparisons = [Comparison(number, measured) for number in COPIES]
    parts = [
        HEAD,
        _verdict(comparisons, sources),
        "## Claims\n",
        _claims(comparisons, sources),
        "## Words\n",
        *_words(comparisons),
        "## Tables\n",
        READING,
        *(_table(table) for table in comparisons),
        "## Rules\n",
        RULES,
        "## What the numbers say\n",
        points(comparisons) + "\n",
        "## Methods\n",
        _methods(),
    ]
    return "\n".join(_wrapped(line) for line in "\n".join(parts).split("\n"))


def _wrapped(line):
    """Break a long line, unless it is a row of a table."""
    if line.startswith("|"):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _verdict(comparisons, sources):
    """Say in short which claims, columns and methods hold or reproduce by the paper's recipe."""
    judged = dict(zip(CLAIMS, judge(OURS, comparisons, sources)))
    lines = [
        f"- claim {claim}: **{found.word}** ({found.figures})" for claim, found in judged.items()
    ]
    lines += [
        _count(
            "columns", [word for table in comparisons for word in table.column_words().values()]
        ),
        _count("rows", [word for table in comparisons for word in table.row_words().values()]),
    ]
    return "With the paper's recipe:\n\n" + "\n".join(lines) + "\n"


def _count(what, words):
    counts = ", ".join(f"{word}: {words.count(word)}" for word in WORDS)
    return f"- the {len(words)} {what} of its tables: {counts}"


def _claims(comparisons, sources):
    judged = {label: judge(label, comparisons, sources) for label in CANDIDATES}
    heads = [f"{OURS} (paper's recipe)", *BESIDE]
    lines = [["claim", "holds if", *heads], ["---"] * (2 + len(heads))]
    for number, (claim, how) in enumerate(CLAIMS.items()):
        found = [judged[label][number] for label in CANDIDATES]
        lines.append([claim, how, *(f"**{one.word}** ({one.figures})" for one in found)])
    return f"{CONTRIBUTIONS}\n{_rows(lines)}"


def _words(comparisons):
    """Yield the words of all columns, then those of all methods."""
    titles = [table.title for table in comparisons]
    for head, words in (
        ("metric", [table.column_words() for table in comparisons]),
        ("method", [table.row_words() for table in comparisons]),
    ):
        lines = [[head, *titles], ["---"] * (1 + len(titles))]
        lines += [[name, *(found[name] for found in words)] for name in words[0]]
        yield _rows(lines)


def _table(table):
    columns, words = table.columns(), table.column_words()
    lines = [["method", *columns, "word"], ["---"] * (2 + len(columns))]
    for label, word in table.row_words().items():
        cells = [found[label] for found in columns.values()]
        lines.append([label, *(_cell(cell, table.stand_in) for cell in cells), word])
    for label in BESIDE:
        lines.append([label, *(f"- / {table.here(label, column):.4f}" for column in COLUMNS), ""])
    cells = [list(found.values()) for found in columns.values()]
    best = (f"{table.best_correlation(column):.2f}" for column in COLUMNS)
    lines.append(["*rank correlation*", *(f"{order_of(c)[0]:.2f}" for c in cells), ""])
    if not table.stand_in:
        lines.append(["*highest, by any variant*", *best, ""])
        lines.append(["*fit*", *(str(sum(cell.fits for cell in found)) for found in cells), ""])
    lines.append(["*word*", *words.values(), ""])
    return f"### {table.title}\n\n{_rows(lines)}{_why(table, words)}"


def _cell(cell, stand_in):
    text = f"{cell.published:.4f} / {cell.here:.4f}"
    return f"**{text}**" if cell.fits and not stand_in else text


def _why(table, words):
    """Say why columns cannot be compared."""
    if table.stand_in:
        return "\nCannot be compared, because the paper's pair is unpublished.\n"
    names = ", ".join(column for column, word in words.items() if word == INCOMPARABLE)
    text = "cannot be compared: the published numbers are another quantity (see the rules)."
    return f"\n{names} {text}\n" if names else ""


def _methods():
    lines = [["row", "method and options, as `--methods` takes them"], ["---"] * 2]
    lines += [[label, f"`{method}`"] for label, method in {**ROWS, **BESIDE}.items()]
    return _rows(lines)


def _rows(lines):
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
