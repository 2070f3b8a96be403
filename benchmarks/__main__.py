"""Measure speed, and write tables in Markdown and JSON.

- metrics: the paper's metrics and plain loops
- training: PyTorch and real Caffe
- net: the rate of the nets alone, as a share of a core's rate of matrix products
- programs: twostream fuse and other fusion programs, by time, memory and ground truth
"""

import importlib
from pathlib import Path
from tempfile import TemporaryDirectory

from twostream.cli import parser, run
from twostream.engines import installed
from twostream.errors import BadInput
from twostream.evaluation.programs import LIMIT
from twostream.nets.two_stream import Design
from twostream.report.tables import Table
from twostream.training.run_caffe import caffe_is_here

from . import net_rate, program_cases, program_table
from .metric_speed import metric_speeds
from .training_speed import ON_GPU, TRAININGS, multiply_accumulates, training_speeds
from .written import machine, write

RATES = "benchmarks.matmul_rate"


def main(args):
    """Measure the chosen parts; print each table and write it."""
    if min(args.iterations - 1, args.batch) < 1:
        raise BadInput("A timing takes at least 2 iterations and 1 patch.")
    for part in args.only or PARTS:
        computer = machine()
        print(f"Measuring {part} ...", flush=True)
        tables, values, *notes = PARTS[part](args)
        write(args.out, part, tables, values, computer, notes)
        print("\n".join([*(table.markdown() for table in tables), *notes]))
        print(f"See {args.out / part}.md and {part}.json.\n", flush=True)


def _metrics(_):
    found = list(metric_speeds())
    values = [[seconds * 1000, ratio] for _, seconds, ratio in found]
    columns = ["ms", "times faster than a plain loop"]
    names = [name for name, *_ in found]
    title = "Metrics of a 512x512 pair, one thread"
    table = Table(title, "metric", names, columns, values, [0, 0], [1, 0])
    return [table], dict(zip(names, values))


def _training(args):
    rates = importlib.import_module(RATES) if installed("torch") else None
    gpu = rates.gpu() if rates else None
    peak = rates.matmul_rate("cuda", "bf16") if gpu else rates.matmul_rate() if rates else None
    speeds = training_speeds(
        _names(rates, gpu), iterations=args.iterations, batch=args.batch, gpu=bool(gpu)
    )
    speeds = dict(speeds)
    caffe = speeds.get("real Caffe")
    values = [
        [
            speed,
            speed / caffe if caffe else None,
            100 * speed * multiply_accumulates(Design()) / peak
            if peak and name != "reading"
            else None,
        ]
        for name, speed in speeds.items()
    ]
    columns = ["patches/s", "times real Caffe", "% of the peak of matrix products"]
    title = f"Training the default net, batches of {args.batch}, {gpu or 'CPU'}"
    table = Table(title, "training", list(speeds), columns, values, [0, 0, 0], [1, 2, 0])
    return [table], dict(zip(speeds, values))


def _names(rates, gpu):
    """Yield the kinds of training that this computer supports."""
    caffe = caffe_is_here()
    for name, flags in TRAININGS.items():
        on_gpu = any(precision in flags for precision in ON_GPU)
        here = caffe and not gpu if "caffe" in flags else rates and (gpu or not on_gpu)
        if here:
            yield name


def _net(_):
    if not installed("onnx"):
        return [], {}, "net: left out, because ONNX Runtime is not installed."
    if net_rate.on_gpu():
        return [], {}, "net: left out, because ONNX Runtime runs on a GPU here."
    found = net_rate.net_rates()
    values = [
        [s, rate / 1e9, product / 1e9, 100 * rate / product] for s, rate, product in found.values()
    ]
    columns = ["seconds", "10^9 MACs/s", "numpy's product of matrices", "% of it"]
    title = "A net alone on a gray pair of 512x512, by ONNX Runtime on one thread"
    table = Table(title, "weights", list(found), columns, values, [0] * 4, [3, 1, 1, 0])
    return [table], dict(zip(found, values))


def _programs(args):
    found = program_table.contest(args.limit)
    skipped = [f"Left out: {name}. {reason}" for name, reason in found.skipped.items()]
    with TemporaryDirectory(prefix="twostream_") as folder:
        cases = program_cases.cases(folder)
        rows = []
        for row in program_table.compared(found.programs, cases):
            rows.append(row)
            print(
                f"{row.case}: {row.program}" + (f": {row.error}" if row.error else ""), flush=True
            )
    tables = [
        program_table.table(case, [row for row in rows if row.case == case.name]) for case in cases
    ]
    failed = [f"Failed on {row.case}: {row.program}. {row.error}" for row in rows if row.error]
    return tables, program_table.as_json(found, rows), *skipped, *failed


PARTS = {"metrics": _metrics, "training": _training, "net": _net, "programs": _programs}
"""Part -> function of the arguments to tables, values for JSON, and notes."""


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m benchmarks")
    p.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        metavar="PART",
        help=f"measure these parts of {', '.join(PARTS)} (default: all)",
    )
    p.add_argument("--out", type=Path, default=Path("out/bench"), help="write to this folder")
    p.add_argument(
        "--iterations", type=int, default=8, help="time this number of iterations of each training"
    )
    p.add_argument("--batch", type=int, default=16, help="set the patches per batch")
    p.add_argument(
        "--limit", type=int, default=LIMIT, help="stop a program after this number of seconds"
    )
    return p


if __name__ == "__main__":
    run(main, arguments())
