"""Run every engine on the CPU and on a GPU, and compare results and speed with Caffe's on the CPU.

Caffe and PyTorch train from the same weights on the same batches. Each engine runs the default net
and fuses pictures. Parts that cannot run here are skipped, with the reason. All figures go to a
JSON file. Install Caffe with `make caffe CUDA=11.8`, or run this in the image caffe-cuda.
"""

import importlib
import json
import re
from argparse import ArgumentTypeError
from pathlib import Path

from twostream.cli import parser, run
from twostream.engines import installed
from twostream.errors import BadInput
from twostream.io.atomic import atomic_write
from twostream.nets.two_stream import Design

from .gpu_proof import Settings, prove
from .training_speed import multiply_accumulates

RATES = "benchmarks.matmul_rate"


def main(args):
    """Print a line for each engine and device, and write all figures."""
    if args.steps < 5 or args.batch < 1:
        raise BadInput("A training takes at least 5 steps and 1 patch per batch.")
    settings = Settings(
        steps=args.steps,
        batch=args.batch,
        design=Design(filters=args.filters),
        sizes=tuple(args.sizes),
        gpu_sizes=tuple(args.gpu_sizes),
        gpu=args.gpu,
    )
    rates = _matmul_rates(args.gpu)
    print(f"Matrix products, multiply-adds per second: {_named(rates) or 'not measured'}")
    rows = []
    for row in prove(settings):
        rows.append(_with_share(row, rates, settings))
        print(_line(rows[-1]), flush=True)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(args.output) as partial:
        partial.write_text(json.dumps({"matrix_products": rates, "runs": rows}, indent=1) + "\n")
    print(f"Written to {args.output}.")


def _matmul_rates(gpu):
    """Return the multiply-adds per second of each device in float32, or None if unknown."""
    rates = importlib.import_module(RATES) if installed("torch") else None
    return {
        "CPU": rates and rates.matmul_rate(),
        f"GPU {gpu}": rates.matmul_rate(f"cuda:{gpu}") if rates and rates.gpu() else None,
    }


def _named(rates):
    return ", ".join(f"{device} {rate:.3g}" for device, rate in rates.items() if rate)


def _with_share(row, rates, settings):
    """Add the share of the rate of matrix products that a training reaches."""
    if "patches_a_second" not in row or not rates[row["device"]]:
        return row
    work = multiply_accumulates(settings.design, settings.patch) * row["patches_a_second"]
    return {**row, "share_of_matrix_products": work / rates[row["device"]]}


def _line(row):
    title = f"{row['engine']:5} {row['device']:5}  "
    if "skipped" in row:
        return f"{title} skipped: {row['skipped']}"
    parts = [f"net differs by {_short(row['deploy_difference'])}"]
    parts += [f"{size} fused in {s:.2f} s" for size, s in row["fusion_seconds"].items()]
    if "losses" in row:
        parts += [
            f"{len(row['losses'])} losses differ by {_short(row['loss_difference'])}",
            f"{row['patches_a_second']:.1f} patches/s",
        ]
    if "share_of_matrix_products" in row:
        parts.append(f"{row['share_of_matrix_products']:.0%} of matrix products")
    parts += [f"{row[key]} MiB" for key in ("fusion_mib", "training_mib") if row.get(key)]
    if "training_skipped" in row:
        parts.append(f"no training: {row['training_skipped']}")
    return f"{title} {'; '.join(parts)}"


def _short(difference):
    return "?" if difference is None else f"{difference:.1e}"


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m benchmarks.prove_gpu")
    p.add_argument(
        "-o", "--output", type=Path, default="out/prove_gpu.json", help="write this file"
    )
    p.add_argument("--gpu", type=int, default=0, help="use the GPU of this number")
    p.add_argument("--steps", type=int, default=100, help="train for this number of iterations")
    p.add_argument("--batch", type=int, default=16, help="set the patches per batch")
    p.add_argument("--filters", type=int, default=64, help="set the filters of the trained net")
    p.add_argument(
        "--sizes",
        type=_size,
        nargs="*",
        default=Settings.sizes,
        metavar="WIDTHxHEIGHT",
        help="fuse pictures of these sizes",
    )
    p.add_argument(
        "--gpu-sizes",
        type=_size,
        nargs="*",
        default=Settings.gpu_sizes,
        metavar="WIDTHxHEIGHT",
        help="fuse pictures of these sizes on the GPU only",
    )
    return p


def _size(text):
    if not re.fullmatch(r"\d{2,5}x\d{2,5}", text):
        raise ArgumentTypeError(f"give a size as WIDTHxHEIGHT, not {text!r}")
    return text


if __name__ == "__main__":
    run(main, arguments())
