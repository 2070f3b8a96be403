"""List the metrics of twostream evaluate, or explain one of them."""

import functools
import inspect

from ..metrics import metric
from ..report.metric_list import metric_list
from . import parser


def main(args):
    """Print the list, or a metric's documentation."""
    print(_documentation(metric(args.name)) if args.name else metric_list(), end="")


def _documentation(found):
    function = found.function
    of_base = isinstance(function, functools.partial)
    return f"{inspect.getdoc(function.func if of_base else function)}\n"


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--list",
        action="store_true",
        help="print a Markdown table: name, range, which way is better, what is compared, paper "
        "and variant",
    )
    what.add_argument("name", nargs="?", metavar="NAME", help="print what a metric computes")
    return p
