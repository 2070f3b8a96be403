"""Plot training loss and validation PSNR from logs in Caffe's format.

    twostream plot first.log resumed.log -o training.png
    twostream plot --label 5x5 a.log --label 3x3 b.log c.log -o kernels.png

Give the logs of one training in the order of its runs; each --label starts another training.
"""

from pathlib import Path

from ..errors import BadInput
from ..report import training_log, training_plot
from . import add_output, parser


def main(args):
    """Read the logs, write the figure and the table, and print the last values of each training."""
    patch = (args.channels, args.patch, args.patch)
    if min(patch) < 1:
        raise BadInput("A patch has at least one channel and one pixel per side.")
    trainings = {label: _read(logs, patch) for label, logs in _logs(args).items()}
    training_plot.write(args.output, trainings)
    if args.csv:
        training_log.write_csv(args.csv, trainings)
    for label, log in trainings.items():
        print(_summary(label, log))


def _logs(args):
    """Group the logs by label; a training without one is named after its last log."""
    logs = {label: paths for label, *paths in args.label}
    if args.logs:
        logs = {Path(args.logs[-1]).stem: args.logs, **logs}
    if not logs or not all(logs.values()) or len(logs) < len(args.label) + bool(args.logs):
        raise BadInput("Give at least one log, one for each --label, and no label twice.")
    return logs


def _read(logs, patch):
    log = training_log.read(logs)
    return log._replace(patch=log.patch or patch)


def _summary(label, log):
    last = log.train[-1]
    line = f"{label}: loss {last.loss:.4g} at iteration {last.iteration}"
    if log.val:
        decibel = training_log.psnr_of_loss(log.val[-1].loss, log.patch)
        line += f", validation {decibel:.2f} dB at iteration {log.val[-1].iteration}"
    return line


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("logs", nargs="*", metavar="LOG", help="read the logs of one training")
    p.add_argument(
        "--label",
        nargs="+",
        action="append",
        default=[],
        metavar=("NAME", "LOG"),
        help="name a training and read its logs; repeat the option to compare several",
    )
    add_output(p, "write this figure", default=Path("training.png"))
    p.add_argument("--csv", type=Path, help="also write the points as a table")
    p.add_argument("--patch", type=int, default=50, help="set the side of a patch, for cut logs")
    p.add_argument("--channels", type=int, default=1, help="set the channels, for cut logs")
    return p
