"""Print a completion script for the commands and options of twostream.

eval "$(twostream completion bash)"
"""

import argparse
import importlib

from ..errors import BadInput
from . import COMMANDS, parser


def main(args):
    """Print the script."""
    try:
        import shtab
    except ImportError:
        raise BadInput(
            "Completion needs the Python package shtab. Run pip install shtab."
        ) from None
    print(shtab.complete(_whole(), args.shell))


def _whole():
    """Make one parser of all commands."""
    whole = argparse.ArgumentParser(prog="twostream")
    commands = whole.add_subparsers(dest="command")
    for name, what in COMMANDS.items():
        module = importlib.import_module(f".{name.replace('-', '_')}", __package__)
        command = module.arguments()
        commands.add_parser(name, parents=[command], add_help=False, help=what)
    return whole


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="print the script for this shell")
    return p
