"""Hook of MkDocs: make the lists of commands and metrics from the code, so that they stay true."""

import importlib
import inspect
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "python"), str(PROJECT)]

from twostream.cli import GROUPS  # noqa: E402
from twostream.metrics import METRICS  # noqa: E402
from twostream.report.metric_list import COLUMNS, row  # noqa: E402

TOOL = r'clone\.run\(__name__, "([\w.]+)"\)'
NEUTRAL = "positional arguments", "options", "optional arguments"
"""Titles that Python gives to the groups of a parser."""


def on_page_markdown(markdown, page, **_):
    """Put the lists where a comment of a page names them."""
    lists = {"<!-- commands -->": commands, "<!-- metrics -->": metrics}
    for comment, made in lists.items():
        if comment in markdown:
            markdown = markdown.replace(comment, "\n".join(made()))
    return markdown


def metrics():
    """Make the table of all metrics, whose names lead to their definitions."""
    heads = ["metric", *COLUMNS[1:4], "measures", *COLUMNS[4:]]
    rows = [heads, ["---"] * len(heads)]
    for metric in METRICS.values():
        name, *middle, paper, variant = row(metric)
        function = getattr(metric.function, "func", metric.function)
        place = f"api.md#{function.__module__}.{function.__name__}"
        shown = f"[<code>{name.replace('_', '_<wbr>')}</code>]({place})"  # may wrap there
        is_variant = function is not metric.function
        what = f"variant of `{function.__name__}`" if is_variant else _measured_by(function)
        rows.append([shown, *middle, what, paper, variant])
    return [f"| {' | '.join(cells)} |" for cells in rows]


def _measured_by(function):
    first = inspect.getdoc(function).split("\n\n")[0].replace("\n", " ")
    return re.sub(r"^(Compute|Return) (the )?|(?<! al)\.$", "", first)


def commands():
    """Describe every command in Markdown, group by group; return the lines."""
    files = sorted(path for path in (PROJECT / "tools").glob("*.py") if path.name != "clone.py")
    tools = {re.search(TOOL, path.read_text())[1]: path.name for path in files}
    lines = []
    for group, names in GROUPS.items():
        lines += [f"## {group.capitalize()}", ""]
        for name in names:
            module = f"twostream.cli.{name.replace('-', '_')}"
            lines += command(f"twostream {name}", module, tools.pop(module, None))
    lines += ["## Only in a clone", ""]
    for module, tool in tools.items():
        lines += command(f"python -m {module}", module, tool)
    return lines


def command(name, module, tool=None):
    """Describe a command: usage, what it does, arguments and options; return the lines."""
    p = importlib.import_module(module).arguments()
    usage = [name, *(shown(p, a) for a in p._actions if not a.option_strings), "[options]"]
    lines = [f"### {name}", "", "```text", " ".join(usage), "```", "", _escaped(p.description), ""]
    lines += [f"In a clone also `tools/{tool}`.", ""] if tool else []
    for group in p._action_groups:
        actions = [action for action in group._group_actions if action.dest != "help"]
        if actions and group.title not in NEUTRAL:
            lines += [f"**{group.title[0].upper()}{group.title[1:]}**", ""]
        for action in actions:
            text = _escaped(p._get_formatter()._expand_help(action))
            lines += [f"`{shown(p, action)}`", f":   {text}", ""]
    return lines


def shown(p, action):
    """Format an argument or an option with its value as the help of a parser does."""
    formatter = p._get_formatter()
    if action.option_strings:
        return formatter._format_action_invocation(action)
    return formatter._format_args(action, formatter._get_default_metavar_for_positional(action))


def _escaped(text):
    return text.strip().replace("<", "&lt;")
