"""List the metrics of twostream evaluate, or explain one of them."""

import inspect

from ..metrics import metric
from ..report.metric_list import metric_list
from . import parser


def main(args):
    """Print the list, or a metric's documentation."""
    if args.name:
        function = metric(args.name).function
        print(inspect.getdoc(getattr(function, "func", function)))  # of a variant's base
    else:
        print(metric_list(), end="")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--list",
        action="store_true",
        help="print a Markdown table: name, range, direction, inputs, paper and variant",
    )
    what.add_argument("name", nargs="?", metavar="NAME", help="print the definition of a metric")
    return p
