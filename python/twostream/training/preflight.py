"""Checks of all files before a training, because Caffe aborts on errors with a stack trace."""

import math
import os
import shutil
import tempfile
from pathlib import Path

from ..caffe_files import blobs, prototxt
from ..caffe_files.caffemodel import read_state, read_weights
from ..caffe_files.schema import TEST, TRAIN, NetParameter
from ..data import hdf5
from ..errors import BadInput

HISTORIES = {"SGD": 1, "Nesterov": 1, "AdaGrad": 1, "RMSProp": 1, "AdaDelta": 2, "Adam": 2}
"""Solver type -> number of values in its history for each weight."""

POLICIES = ("fixed", "step", "exp", "inv", "multistep", "poly", "sigmoid")

_VERBS = {TRAIN: "train", TEST: "test"}


def check_training(solver_path, snapshot=None, weights=None):
    """Check everything that a training needs, and create the folder of its snapshots.

    Return the solver and the net of each phase: `schema.TRAIN`, and `schema.TEST` if the solver
    tests. Input layers with the shape of the shards' patches replace the data layers. `weights` are
    caffemodels to start from, separated by commas. As in Caffe, paths in the files are relative to
    the current folder. Raise BadInput if Caffe could not train with these files.
    """
    solver = prototxt.read_solver(solver_path)
    _check_settings(solver, solver_path)
    nets = _nets(solver, solver_path)
    net = nets[TRAIN]
    iteration = 0
    if snapshot and weights:
        raise BadInput("Give a snapshot to resume from or weights to start from, not both.")
    if snapshot:
        iteration = _check_snapshot(snapshot, solver, net)
    else:
        for path in filter(None, (weights or ",".join(solver.weights)).split(",")):
            blobs.check_start(net, read_weights(path), solver.net, path)
    _check_room(solver, net, iteration)
    return solver, nets


def _check_settings(solver, path):
    for wrong, what in (
        (not solver.net, "names no net"),
        (solver.type not in HISTORIES, f"has an unknown type, {solver.type!r}"),
        (solver.lr_policy not in POLICIES, f"has an unknown lr_policy, {solver.lr_policy!r}"),
        (solver.lr_policy == "step" and solver.stepsize < 1, "has lr_policy step but no stepsize"),
        (solver.max_iter < 1, "has no max_iter"),
        (solver.test_iter and solver.test_interval < 1, "has a test_iter but no test_interval"),
        (not solver.snapshot_prefix, "has no snapshot_prefix"),
    ):
        if wrong:
            raise BadInput(f"The solver {path} {what}.")


def _nets(solver, solver_path):
    """Read the nets of the phases that the solver uses, and check their data."""
    if not Path(solver.net).exists():
        raise BadInput(
            f"The net {solver.net} of {solver_path} does not exist: "
            f"its path is relative to the current folder, {Path.cwd()}."
        )
    net = prototxt.read_net(solver.net)
    phases = [TRAIN, TEST] if solver.test_iter else [TRAIN]
    nets = {phase: _with_inputs(net, phase, solver.net) for phase in phases}
    shapes = [blobs.shapes_of(solver.net, found) for found in nets.values()]
    for name in shapes[0].keys() & shapes[-1].keys():
        if shapes[0][name] != shapes[-1][name]:
            raise BadInput(f"The training and test shards of {solver.net} differ in channels.")
    return nets


def _with_inputs(net, phase, path):
    """List the layers of a phase; Input layers of the patches' shape replace data layers."""
    found = NetParameter(name=net.name)
    layers = prototxt.layers_of(net, phase)
    if not any(layer.type == "HDF5Data" for layer in layers):
        raise BadInput(f"The net {path} has no HDF5Data layer to {_VERBS[phase]} with.")
    for layer in layers:
        if layer.type == "HDF5Data":
            _add_inputs(found, layer, path)
        else:
            found.layer.extend([layer])
    return found


def _add_inputs(net, layer, path):
    source = layer.hdf5_data_param.source
    if not source or not layer.hdf5_data_param.batch_size:
        raise BadInput(f"The layer {layer.name} of {path} needs a source and a batch_size.")
    hdf5.check_list(source, layer.top)
    for top in layer.top:
        data = net.layer.add(name=top, type="Input", top=[top])
        data.input_param.shape.add(dim=[1, *hdf5.patch_shape(source, top)])


def _check_snapshot(path, solver, net):
    """Check a solverstate and its weights; return its iteration."""
    iteration, history, _, learned_net = read_state(path)
    if not Path(learned_net).is_file():
        raise BadInput(f"The weights that belong to {path} do not exist: {learned_net}.")
    blobs.check_weights(net, read_weights(learned_net), solver.net, learned_net)
    if [blob.shape for blob in history] != blobs.learned_shapes(net) * HISTORIES[solver.type]:
        raise BadInput(f"{path} is not a state of a training of {solver.net} by {solver.type}.")
    return iteration


def _check_room(solver, net, iteration):
    folder = os.path.dirname(solver.snapshot_prefix) or "."
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass  # because Caffe aborts if it cannot write there
    except OSError as error:
        raise BadInput(f"Cannot write snapshots to {folder}: {error.strerror}.") from error
    need, free = _bytes_of_snapshots(solver, net, iteration), shutil.disk_usage(folder).free
    if need > free:
        raise BadInput(
            f"The snapshots need {need / 1e9:.1f} GB, but {folder} has {free / 1e9:.1f} GB free. "
            "Choose another snapshot_prefix, or free space."
        )


def _bytes_of_snapshots(solver, net, iteration):
    """Return the size of all future snapshots: weights and the history of the solver."""
    numbers = sum(math.prod(shape) for shape in blobs.learned_shapes(net))
    left = max(0, solver.max_iter - iteration)
    snapshots = 1 + (left // solver.snapshot if solver.snapshot else 0)
    return snapshots * numbers * 4 * (1 + HISTORIES[solver.type])
