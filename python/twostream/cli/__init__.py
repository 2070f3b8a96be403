"""The command ``twostream``, and what all command lines share: how they end."""

import argparse
import importlib
import sys

from ..errors import BadInput

COMMANDS = ("fuse",)
"""Modules of this package, each with `arguments` and `main`."""


def parser(doc):
    """Argument parser whose help starts with a module's docstring."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_net(p):
    """Add the options --weights and --prototxt, for `shipped.files_of`."""
    p.add_argument(
        "--weights",
        default="default",
        metavar="NAME|FILE",
        help="shipped weights, default, fast (a tenth of the work) or paper (trained on the "
        "paper's recipe), or a caffemodel (%(default)s)",
    )
    p.add_argument("--prototxt", metavar="FILE", help="deploy net (that of the weights)")


def run(main, arguments, argv=None):
    """Parse the command line and run `main` on it.

    Bad input ends in one sentence on stderr and exit code 2, an interrupt in 130.
    """
    args = arguments.parse_args(argv)
    try:
        main(args)
    except BadInput as error:
        sys.exit(_complain(arguments.prog, error, 2))
    except OSError as error:
        what = f"Cannot use {error.filename}: " if error.filename else ""
        sys.exit(_complain(arguments.prog, f"{what}{error.strerror or error}.", 2))
    except MemoryError:
        sys.exit(_complain(arguments.prog, "There is not enough memory for this.", 2))
    except KeyboardInterrupt as stop:
        sys.exit(_complain(arguments.prog, str(stop) or "Interrupted.", 130))


def main():
    """Run ``twostream COMMAND ...``."""
    p = parser(__doc__)
    p.add_argument("command", choices=COMMANDS)
    args = p.parse_args(sys.argv[1:2])
    command = importlib.import_module(f".{args.command}", __name__)
    arguments = command.arguments()
    arguments.prog = f"twostream {args.command}"
    run(command.main, arguments, sys.argv[2:])


def _complain(prog, sentence, code):
    print(f"{prog}: {' '.join(str(sentence).split())}", file=sys.stderr)
    return code
