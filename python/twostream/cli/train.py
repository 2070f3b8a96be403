"""Train by Caffe's solver files: by real Caffe, or by PyTorch where Caffe cannot be built.

Takes the flags of `caffe train` and checks the solver, the net, the HDF5 shards and the
snapshot first. Without --engine it is real Caffe if that is here (`make caffe`), else PyTorch.
Both write Caffe's log on stderr and the same snapshots; each goes on from the other's. SIGINT
writes a snapshot and stops; -snapshot goes on from there.

Several GPUs or hosts: torchrun --nproc-per-node 4 tools/train.py --engine torch -solver ...
"""

import sys

from ..engines import engine_name, installed
from ..engines.parameter import PRECISIONS
from ..training import preflight, run_caffe, run_torch
from . import parser


def main(args):
    """Check, train, and end with Caffe's exit code."""
    solver, nets = preflight.check_training(args.solver, args.snapshot, args.weights)
    if (args.engine or _usual_engine()) == "caffe":
        sys.exit(run_caffe.run_caffe([*run_caffe.caffe_program(), "train", *_flags(args)]))
    engine_name("torch")
    run_torch.check_supported(solver, args.solver)
    device = run_torch.device_of(solver, args.gpu)
    if device == "cpu" and (args.gpu or solver.solver_mode == solver.GPU):
        print("There is no CUDA GPU here: training on the CPU.", file=sys.stderr)
    options = run_torch.Options(device, args.precision, args.channels_last, args.compile)
    run_torch.train(solver, nets, args.snapshot, args.weights, options)


def _usual_engine():
    return "caffe" if run_caffe.caffe_is_here() or not installed("torch") else "torch"


def _flags(args):
    flags = {name: getattr(args, name) for name in ("solver", "snapshot", "weights", "gpu")}
    return [f"-{name}={value}" for name, value in flags.items() if value]


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    p.add_argument("-solver", "--solver", required=True, help="solver prototxt")
    p.add_argument("-snapshot", "--snapshot", help="solverstate to go on from")
    p.add_argument("-weights", "--weights", help="caffemodel to start from (several: a,b)")
    p.add_argument("-gpu", "--gpu", help="number of a GPU, or all (as the solver says)")
    p.add_argument("--engine", choices=("caffe", "torch"), help="(real Caffe if it is here)")
    only = p.add_argument_group("only for --engine torch; off, it follows Caffe closely")
    only.add_argument("--precision", choices=PRECISIONS, default="float32", help="%(default)s")
    only.add_argument("--channels-last", action="store_true", help="another order in memory")
    only.add_argument("--compile", action="store_true", help="fuse operations by torch.compile")
    return p
