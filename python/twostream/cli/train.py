"""Train from Caffe's solver files, with real Caffe or with PyTorch.

It takes the flags of `caffe train`, and first checks the solver, the net, the HDF5 shards and the
snapshot. The default engine is real Caffe if it is installed (`make caffe`), else PyTorch. Both
write Caffe's log to stderr and the same kind of snapshots, and each can resume from the other's.
SIGINT writes a snapshot and stops; -snapshot resumes from it.

Several GPUs or hosts: torchrun --nproc-per-node 4 -m twostream train --engine torch -solver ...
"""

import sys

from ..engines import engine_name, installed
from ..errors import BadInput
from ..training import preflight, run_caffe, run_torch
from ..training.parameter import PRECISIONS, Options
from . import parser


def main(args):
    """Check the files, train, and exit with Caffe's exit code."""
    usual = "caffe" if run_caffe.caffe_is_here() or not installed("torch") else "torch"
    engine = args.engine or usual
    if engine == "caffe" and (args.channels_last or args.compile or args.precision != "float32"):
        raise BadInput("--precision, --channels-last and --compile need --engine torch.")
    solver, nets = preflight.check_training(args.solver, args.snapshot, args.weights)
    if engine == "caffe":
        flags = {name: getattr(args, name) for name in ("solver", "snapshot", "weights", "gpu")}
        words = [f"-{name}={value}" for name, value in flags.items() if value]
        sys.exit(run_caffe.run_caffe([run_caffe.caffe_program(), "train", *words]))
    engine_name("torch")
    run_torch.check_supported(solver, args.solver)
    device = run_torch.device_of(solver, args.gpu)
    if device == "cpu" and (args.gpu or solver.solver_mode == solver.GPU):
        print("There is no CUDA GPU: training on the CPU.", file=sys.stderr)
    options = Options(device, args.precision, args.channels_last, args.compile)
    run_torch.train(solver, nets, args.snapshot, args.weights, options)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("-solver", "--solver", required=True, help="train by this solver prototxt")
    p.add_argument("-snapshot", "--snapshot", help="resume from this solverstate")
    p.add_argument("-weights", "--weights", help="start from a caffemodel, or from several: a,b")
    p.add_argument(
        "-gpu", "--gpu", help="use GPU 0, 1, ... or all (default: the one in the solver)"
    )
    p.add_argument(
        "--engine",
        choices=("caffe", "torch"),
        help="train with this engine (default: caffe if it is installed)",
    )
    only = p.add_argument_group("only for --engine torch; the defaults follow Caffe closely")
    only.add_argument(
        "--precision", choices=PRECISIONS, default="float32", help="multiply in this precision"
    )
    only.add_argument(
        "--channels-last", action="store_true", help="use the channels-last memory layout"
    )
    only.add_argument("--compile", action="store_true", help="use torch.compile")
    return p
