"""The command ``twostream``: its subcommands, and error messages and exit codes of all of them."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from ..errors import BadInput, sentence
from ..nets import pretrained
from ..version import __version__

GROUPS = {
    "everyday": {
        "fuse": "fuse photographs focused at different depths into one all-in-focus photograph",
        "batch": "fuse all pairs and stacks of a folder",
        "watch": "fuse each stack that arrives in a folder",
        "replay": "fuse another channel or time point with the decisions of an earlier fusion",
        "app": "serve a page to fuse photographs in a browser",
        "demo": "fuse pairs made from scikit-image's photographs and measure the result",
    },
    "research": {
        "evaluate": "score methods on folders of pairs and write tables",
        "metrics": "list the metrics, or explain one of them",
        "report": "write an HTML report: pairs to compare, tables, the paper's figures",
    },
    "training": {
        "dataset": "make training patches from photographs, as HDF5 shards",
        "prototxt": "write train_val.prototxt, deploy.prototxt and initial weights of a net",
        "train": "train from a Caffe solver file, with real Caffe or PyTorch",
        "validate": "measure a net on the validation patches of a dataset, or calibrate it",
        "plot": "plot loss and validation PSNR from training logs",
        "export-onnx": "write a net and its weights as an ONNX file",
    },
    "shell": {"completion": "print a completion script for the shell"},
}
"""Group -> command -> its help. Each command is a module here with `arguments` and `main`."""

COMMANDS = {name: what for group in GROUPS.values() for name, what in group.items()}


class _Help(argparse.RawDescriptionHelpFormatter):
    """Format help so that each option ends with its default, if it has one."""

    def _get_help_string(self, action):
        default, text = action.default, action.help
        if not default or default is True or default == argparse.SUPPRESS or "default" in text:
            return text
        shown = " ".join(map(str, default)) if isinstance(default, (list, tuple)) else default
        return f"{text} (default: {shown})"


class _Parser(argparse.ArgumentParser):
    """Refuse wrong arguments in one line, without the usage of all options."""

    def error(self, message):
        said = f"{message[:1].upper()}{message[1:]}.".replace("..", ".")
        self.exit(_complain(self.prog, f"{said} See {self.prog} --help.", 2))


def parser(doc, prog=None):
    """Make an argument parser whose help starts with `doc`; `prog` is the program's name."""
    return _Parser(prog, description=doc, formatter_class=_Help)


def add_net(p, default=pretrained.DEFAULT):
    """Add the options --weights and --prototxt, which `nets.pretrained.files_of` takes."""
    p.add_argument(
        "--weights",
        metavar="NAME|FILE",
        help=f"use pretrained weights ({', '.join(pretrained.names())}) or a caffemodel "
        f"(default: {default})",
    )
    p.add_argument(
        "--prototxt",
        metavar="FILE",
        help="use this deploy net (default: that of the pretrained weights; two_stream for others)",
    )


def add_output(p, what, metavar="FILE", **more):
    """Add the option --output, a path; `more` are arguments of `add_argument`."""
    p.add_argument("-o", "--output", type=Path, metavar=metavar, help=what, **more)


def add_workers(p):
    """Add the options --jobs and --scheduler, which `parallel.workers` takes."""
    p.add_argument("--jobs", type=int, help="use this number of processes (default: one per core)")
    p.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default=os.environ.get("DASK_SCHEDULER_ADDRESS"),
        help="let the workers of a Dask scheduler, tcp://host:port, do the work "
        "(default: the variable DASK_SCHEDULER_ADDRESS)",
    )


def number(text):
    """Read a whole number above 0, as a type of an option."""
    if not text.isdigit() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError("give a whole number above 0")
    return int(text)


def run(main, arguments, argv=None, ready=None):
    """Parse the command line, call `ready`, and run `main` on the arguments.

    Bad input gives one sentence on stderr and exit code 2, an interrupt exit code 130.
    """
    if hasattr(sys.stdout, "reconfigure"):  # file names may not be valid text
        sys.stdout.reconfigure(errors="backslashreplace")
    args = arguments.parse_args(argv)
    try:
        if ready:
            ready()
        main(args)
    except (BadInput, OSError, MemoryError) as error:
        sys.exit(_complain(arguments.prog, sentence(error), 2))
    except ModuleNotFoundError as error:
        said = f"The Python package {error.name} is missing: install it, or run make setup."
        sys.exit(_complain(arguments.prog, said, 2))
    except KeyboardInterrupt as stop:
        sys.exit(_complain(arguments.prog, str(stop) or "Interrupted.", 130))


def main(argv=None, ready=None):
    """Run ``twostream COMMAND ...``; `argv` is by default the arguments of this process.

    `ready` is called when interrupts may raise KeyboardInterrupt.
    """
    argv = sys.argv[1:] if argv is None else argv
    if not argv:
        return command_line().print_help()
    args = command_line().parse_args(argv[:1])
    command = importlib.import_module(f".{args.command.replace('-', '_')}", __name__)
    arguments = command.arguments()
    arguments.prog = f"twostream {args.command}"
    run(command.main, arguments, argv[1:], ready)


def command_line():
    """Make the argument parser of the word after ``twostream``."""
    width = max(map(len, COMMANDS))
    lines = []
    for group, commands in GROUPS.items():
        lines += [f"{group}:"]
        lines += [f"  {name:{width}}  {what}" for name, what in commands.items()] + [""]
    p = _Parser(
        prog="twostream",
        description="Multi-focus image fusion with a two-stream network.",
        epilog="\n".join([*lines, "twostream COMMAND --help shows its options."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--version", action="version", version=f"twostream {__version__}")
    p.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="run one of these commands")
    return p


def _complain(prog, said, code):
    print(f"{prog}: {' '.join(said.split())}", file=sys.stderr)
    return code
