"""The command ``twostream``, and what all command lines share: how they end."""

import argparse
import importlib
import sys

from ..errors import BadInput

COMMANDS = {
    "fuse": "fuse photographs focused at different depths into one that is sharp all over",
    "demo": "fuse pairs made of scikit-image's photographs and measure the result",
    "evaluate": "score methods on folders of pairs, write tables",
    "figures": "draw the paper's figures: fused pictures, details, feature maps",
    "dataset": "make training patches of photographs, as HDF5 shards",
    "train": "train by a Caffe solver file, with real Caffe or PyTorch",
    "plot": "draw loss and validation PSNR from a training's log",
    "validate": "measure a net on the validation patches of a dataset",
    "ablation": "train the designs of the paper's Fig. 5 and draw their curves",
    "prototxt": "write the nets, train_val.prototxt and deploy.prototxt",
    "start": "write weights to start a training from",
    "as-convolutions": "turn the trained CNN's inner products into convolutions",
    "export-onnx": "write a net and its weights as an ONNX file",
    "pairs": "make pairs of known truth from photographs",
    "truth": "make the four sets of known truth of validation photographs",
    "score-truth": "score methods on the sets of known truth, beside borders and elsewhere",
    "bench": "measure speed as ratios to programs run beside it",
    "completion": "print the shell's completion script",
}
"""Command -> what it does; each is a module of this package with `arguments` and `main`."""


def parser(doc):
    """Argument parser whose help starts with a module's docstring."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_net(p):
    """Add the options --weights and --prototxt, for `nets.pretrained.files_of`."""
    p.add_argument(
        "--weights",
        metavar="NAME|FILE",
        help="shipped weights, default, fast (a tenth of the work) or paper (trained on the "
        "paper's recipe), or a caffemodel (default)",
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


def main(argv=None, prog=None):
    """Run ``twostream COMMAND ...``.

    Parameters
    ----------
    argv : list of str, optional
        Command and its arguments; those of this process by default.
    prog : str, optional
        What help and errors call the program; ``twostream COMMAND`` by default.
    """
    argv = sys.argv[1:] if argv is None else argv
    args = command_line().parse_args(argv[:1])
    command = importlib.import_module(f".{args.command.replace('-', '_')}", __name__)
    arguments = command.arguments()
    arguments.prog = prog or f"twostream {args.command}"
    run(command.main, arguments, argv[1:])


def command_line():
    """Argument parser of the word after ``twostream``."""
    width = max(map(len, COMMANDS))
    lines = (f"  {name:{width}}  {what}" for name, what in COMMANDS.items())
    p = argparse.ArgumentParser(
        prog="twostream",
        description="Multi-focus image fusion with a two-stream network.",
        epilog="\n".join(["commands:", *lines, "", "twostream COMMAND --help tells its options."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    return p


def _complain(prog, sentence, code):
    print(f"{prog}: {' '.join(str(sentence).split())}", file=sys.stderr)
    return code
