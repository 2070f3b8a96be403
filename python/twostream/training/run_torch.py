"""Training with PyTorch from the same files as with Caffe."""

import importlib
import signal
import sys

import numpy as np
from tqdm import tqdm

from ..caffe_files import blobs, prototxt
from ..caffe_files.caffemodel import read_state, read_weights, write_state, write_weights
from ..caffe_files.schema import TEST, TRAIN, SolverParameter
from ..errors import BadInput
from . import log
from .batches import Batches
from .fillers import fill
from .learning_rate import steps_taken
from .parameter import Options
from .solver_loop import Loop, Surroundings
from .updates import TYPES

# fmt: off
KNOWN = {
    "net", "test_iter", "test_interval", "base_lr", "display", "max_iter", "lr_policy",
    "gamma", "power", "momentum", "weight_decay", "stepsize", "stepvalue", "snapshot",
    "snapshot_prefix", "snapshot_after_train", "snapshot_format", "solver_mode", "device_id",
    "random_seed", "regularization_type", "delta", "test_initialization", "average_loss",
    "clip_gradients", "iter_size", "momentum2", "type", "layer_wise_reduce", "weights",
}
# fmt: on
"""Settings of a solver file that the torch engine supports."""


def check_supported(solver, path):
    """Raise BadInput if a solver needs a feature of Caffe that this engine lacks."""
    for field, _ in solver.ListFields():
        if field.name not in KNOWN:
            raise BadInput(
                f"The engine torch does not support {field.name}. Remove it from {path}, or train "
                "with Caffe."
            )
    if solver.type not in TYPES:
        raise BadInput(f"The engine torch trains with {' or '.join(TYPES)}, not {solver.type}.")
    if solver.snapshot_format == solver.HDF5:
        raise BadInput(
            f"The engine torch writes no HDF5 snapshots. Remove snapshot_format from {path}."
        )


def train(solver, nets, snapshot=None, weights=None, options=None):
    """Train as Caffe does, with its log format, and write snapshots that Caffe can load.

    `preflight.check_training` returns the solver and the nets, and takes snapshot and weights.
    Under `torchrun`, each of n processes takes every n-th patch, and gradients are averaged. Return
    the last iteration.
    """
    trainers = importlib.import_module(".trainer", __package__)
    options = options or Options()
    group = trainers.Group(options.device)
    try:
        return _train(solver, nets, (snapshot, weights), options, group)
    finally:
        group.close()


def _train(solver, nets, origin, options, group):
    write = log.silent if group.rank else log.write
    # All processes have the same generator, with the solver's seed or a random one.
    seed = solver.random_seed if solver.random_seed >= 0 else np.random.SeedSequence().entropy
    rng = np.random.default_rng(group.agree(seed % 2**63))
    _say_start(solver, nets[TRAIN], write)
    start, iteration, history = _start(solver, nets[TRAIN], origin, rng, write)
    trainer, update = _trainer(solver, nets, start, history, options, group)
    data = prototxt.read_net(solver.net)
    batches = Batches(_data(data, TRAIN), rng, group.rank, group.world)
    test_batches = Batches(_data(data, TEST), rng) if TEST in nets else None

    def write_snapshot(iteration):
        if not group.rank:
            _snapshot(solver, data, trainer, update, iteration)

    hidden = True if group.rank else None
    with (
        tqdm(total=solver.max_iter, initial=iteration, unit="it", disable=hidden) as bar,
        _Stop(group) as stop,
    ):
        surroundings = Surroundings(write_snapshot, bar, stop, write)
        return Loop(solver, trainer, update, batches, test_batches, surroundings).run(iteration)


def _trainer(solver, nets, weights, history, options, group):
    """Make the trainer and its update rule, with the history of a snapshot."""
    trainers = importlib.import_module(".trainer", __package__)
    trainer = trainers.Trainer(nets[TRAIN], nets.get(TEST), weights, group, options)
    update = TYPES[solver.type](solver, trainer.zeros(TYPES[solver.type].moments))
    for blob, array in zip(update.history, history):
        blob[...] = trainer.tensor(array, blob)
    return trainer, update


def _say_start(solver, net, write):
    write("solver.cpp:45", "Initializing solver from parameters: ")
    if write is log.write:
        print(prototxt.text(solver), file=sys.stderr)
    for layer in net.layer:
        if layer.type == "Input":
            sides = layer.input_param.shape[0].dim
            shape = " ".join(map(str, sides))
            write("net.cpp:131", f"Top shape: {shape} ({np.prod(sides)})")
    write("solver.cpp:289", f"Solving {net.name}")
    write("solver.cpp:290", f"Learning Rate Policy: {solver.lr_policy}")


def _start(solver, net, origin, rng, write):
    """Return weights, iteration and history at the start, from a snapshot or caffemodels."""
    snapshot, weights = origin
    if snapshot:
        write("caffe.cpp:204", f"Resuming from {snapshot}")
        iteration, history, _, learned = read_state(snapshot)
        return read_weights(learned), iteration, history
    start = initial_weights(net, rng)
    for path in filter(None, (weights or ",".join(solver.weights)).split(",")):
        write("caffe.cpp:151", f"Finetuning from {path}")
        found = read_weights(path)
        start.update((name, found[name]) for name in start if name in found)
    return start, 0, []


def initial_weights(net, rng):
    """Initialise blobs with their fillers, shared blobs with their owner's: layer -> arrays."""
    weights = {}
    for name, shapes in blobs.weight_shapes(net).items():
        (layer,) = [layer for layer in net.layer if layer.name == name]
        param = layer.convolution_param
        if layer.type == "InnerProduct":
            param = layer.inner_product_param
        fillers = (param.weight_filler, param.bias_filler)
        weights[name] = [fill(filler, shape, rng) for filler, shape in zip(fillers, shapes)]
    return weights


def _data(net, phase):
    """Find the data layer of a phase."""
    layer, *others = [lay for lay in prototxt.layers_of(net, phase) if lay.type == "HDF5Data"]
    if others:
        raise BadInput(
            f"The engine torch takes one HDF5Data layer per phase, not {others[0].name}."
        )
    return layer


def _snapshot(solver, net, trainer, update, iteration):
    """Write weights and solver state, each atomically."""
    stem = f"{solver.snapshot_prefix}_iter_{iteration}"
    log.write("solver.cpp:464", f"Snapshotting to binary proto file {stem}.caffemodel")
    layers = prototxt.layers_of(net, TRAIN)
    trained = type(net)(name=net.name, layer=layers)
    write_weights(f"{stem}.caffemodel", trained, trainer.weights())
    log.write(
        "sgd_solver.cpp:284", f"Snapshotting solver state to binary proto file {stem}.solverstate"
    )
    history = [trainer.array(blob) for blob in update.history]
    steps = steps_taken(solver, iteration)
    write_state(f"{stem}.solverstate", iteration, history, steps, f"{stem}.caffemodel")


class _Stop:
    """Return, when called, whether any process of the group has received SIGINT or SIGTERM."""

    def __init__(self, group):
        self._group, self._asked = group, False

    def __enter__(self):
        self._before = {
            number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self):
        return self._group.mean(float(self._asked)) > 0

    def _ask(self, *_):
        self._asked = True


def device_of(solver, gpu):
    """Return the device to train on: a GPU if the solver or ``-gpu`` asks for one and there is one.

    `gpu` is None, a GPU's number or ``all``. Raise BadInput if it names a GPU that does not exist,
    or several for a single process.
    """
    trainers = importlib.import_module(".trainer", __package__)
    if gpu is None and solver.solver_mode == SolverParameter.CPU:
        return "cpu"
    return trainers.device_of_gpu(gpu or str(solver.device_id))
