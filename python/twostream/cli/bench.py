"""Measure the speed of metrics and training, as ratios to reference programs."""

import importlib

from ..bench.metric_speed import metric_speeds
from ..bench.training_speed import ON_GPU, TRAININGS, multiplications, training_speeds
from ..engines import installed
from ..errors import BadInput
from ..nets.two_stream import Design
from ..training.run_caffe import caffe_is_here
from . import parser

RATES = "twostream.engines.torch.matmul_rate"


def main(args):
    """Print one line per metric and one per way of training."""
    if min(args.iterations - 1, args.batch) < 1:
        raise BadInput("A timing takes at least 2 iterations and 1 patch.")
    print("Metrics of a 512x512 pair, one thread    ms    times faster than a plain loop")
    for name, seconds, ratio in metric_speeds():
        print(f"{name:35} {seconds * 1000:7.1f}    {'' if ratio is None else f'{ratio:.0f}'}")
    _training(args.iterations, args.batch)


def _training(iterations, batch):
    rates = importlib.import_module(RATES) if installed("torch") else None
    gpu = rates.gpu() if rates else None
    peak = rates.matmul_rate("cuda", "bf16") if gpu else rates.matmul_rate() if rates else None
    print(f"\nTraining the default net, batches of {batch}, {gpu or 'CPU'}")
    print(f"{'':30} patches/s   times real Caffe   share of the peak of matrix products")
    caffe = None
    for name, speed in training_speeds(
        _names(rates, gpu), iterations=iterations, batch=batch, gpu=bool(gpu)
    ):
        caffe = speed if name == "real Caffe" else caffe
        ratio = f"{speed / caffe:.2f}" if caffe else ""
        share = f"{speed * multiplications(Design()) / peak:.0%}" if peak else ""
        print(f"{name:30} {speed:9.1f}   {ratio:>16}   {'' if name == 'reading' else share:>8}")


def _names(rates, gpu):
    """Yield the ways of training that this computer supports."""
    caffe = caffe_is_here()
    for name, flags in TRAININGS.items():
        on_gpu = any(precision in flags for precision in ON_GPU)
        here = caffe and not gpu if "caffe" in flags else rates and (gpu or not on_gpu)
        if here:
            yield name


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--iterations", type=int, default=8, help="timed per training (%(default)s)")
    p.add_argument("--batch", type=int, default=16, help="patches per batch (%(default)s)")
    return p
