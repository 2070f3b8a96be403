"""Trainings by PyTorch and by real Caffe, with the same weights and batches."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from real_caffe import IN_CAFFE, require_caffe
from real_torch import require_torch, train

from twostream.caffe_files.caffemodel import read_state, read_weights, write_weights
from twostream.caffe_files.prototxt import read_net
from twostream.caffe_files.schema import TRAIN
from twostream.data import hdf5
from twostream.report import training_log
from twostream.training import preflight
from twostream.training.run_torch import initial_weights

STEPS, HALF = 100, 50
ATOL = 1e-4

DATA = """
layer {{
  name: "data" type: "HDF5Data" top: "data_a" top: "data_b" top: "{truth}"
  hdf5_data_param {{ source: "{truth}.txt" batch_size: 6 }}
}}
"""


def convolution(name, bottom, settings, kind="Convolution", rest="", top=None):
    return (
        f'layer {{ name: "{name}" type: "{kind}" bottom: "{bottom}" top: "{top or name}" {rest} '
        f'convolution_param {{ {settings} weight_filler {{ type: "msra" }} }} }}'
    )


def relu(blob, slope=0):
    return (
        f'layer {{ name: "relu_{blob}" type: "ReLU" bottom: "{blob}" top: "{blob}" '
        f"relu_param {{ negative_slope: {slope} }} }}"
    )


def layer(name, kind, bottoms, rest=""):
    tops = "".join(f'bottom: "{bottom}" ' for bottom in bottoms)
    return f'layer {{ name: "{name}" type: "{kind}" {tops} top: "{name}" {rest} }}'


SHARED = 'param { name: "w" lr_mult: 2 decay_mult: 0.5 } param { name: "b" lr_mult: 3 }'
FUSION = [
    DATA.format(truth="clean"),
    convolution("conv_a", "data_a", "num_output: 4 kernel_size: 3 pad: 1", rest=SHARED),
    convolution("conv_b", "data_b", "num_output: 4 kernel_size: 3 pad: 1", rest=SHARED),
    relu("conv_a"),
    relu("conv_b", 0.1),
    layer("joined", "Concat", ["conv_a", "conv_b"]),
    convolution("fusion", "joined", "num_output: 6 kernel_size: 1 group: 2"),
    layer("soft", "Sigmoid", ["fusion"]),
    convolution(
        "deconv",
        "soft",
        "num_output: 1 kernel_size: 5 pad: 2",
        "Deconvolution",
        "param { lr_mult: 0.5 } param { decay_mult: 0 }",
        "fused",
    ),
    layer("loss", "EuclideanLoss", ["fused", "clean"], "loss_weight: 2"),
]
FROZEN = [text.replace("lr_mult: 2", "lr_mult: 0") for text in FUSION]
CLASSIFIER = [
    DATA.format(truth="label"),
    convolution("conv_a", "data_a", "num_output: 4 kernel_size: 3 stride: 2"),
    convolution("conv_b", "data_b", "num_output: 4 kernel_size: 3 dilation: 2 pad: 1 stride: 2"),
    layer("largest", "Pooling", ["conv_a"], "pooling_param { kernel_size: 3 stride: 2 pad: 1 }"),
    layer(
        "mean", "Pooling", ["conv_b"], "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }"
    ),
    layer("sum", "Eltwise", ["largest", "mean"], "eltwise_param { coeff: 1 coeff: -0.5 }"),
    layer("product", "Eltwise", ["largest", "mean"], "eltwise_param { operation: PROD }"),
    layer("most", "Eltwise", ["sum", "product"], "eltwise_param { operation: MAX }"),
    layer(
        "hidden",
        "InnerProduct",
        ["most"],
        'inner_product_param { num_output: 5 weight_filler { type: "xavier" } }',
    ),
    relu("hidden"),
    layer(
        "scores",
        "InnerProduct",
        ["hidden"],
        "inner_product_param { num_output: 2 transpose: true "
        'weight_filler { type: "gaussian" std: 0.5 } }',
    ),
    layer("probability", "Softmax", ["scores"]),
    layer("unused", "Silence", ["probability"]).replace('top: "unused"', ""),
    layer("loss", "SoftmaxWithLoss", ["scores", "label"]),
]
ADAM = 'type: "Adam" momentum: 0.9 momentum2: 0.99 base_lr: 0.01 '
SGD = 'type: "SGD" momentum: 0.9 base_lr: 0.002 '
TRAININGS = {
    "Adam": (FUSION, ADAM + 'lr_policy: "fixed"'),
    "Adam, decay, step, clip": (
        FUSION,
        ADAM + 'weight_decay: 0.01 lr_policy: "step" stepsize: 30 gamma: 0.5 clip_gradients: 5',
    ),
    "Adam, frozen filters, clip": (
        FROZEN,
        ADAM + 'weight_decay: 0.01 lr_policy: "step" stepsize: 30 gamma: 0.5 clip_gradients: 5',
    ),
    "Adam, iter_size, poly": (FUSION, ADAM + 'iter_size: 2 lr_policy: "poly" power: 2'),
    "SGD, all of it": (
        FUSION,
        SGD + 'weight_decay: 0.01 regularization_type: "L1" iter_size: 2 clip_gradients: 20 '
        'lr_policy: "multistep" stepvalue: 20 stepvalue: 60 gamma: 0.5',
    ),
    "SGD, classifier": (
        CLASSIFIER,
        SGD + 'weight_decay: 0.005 lr_policy: "inv" gamma: 0.01 power: 0.75',
    ),
    "Adam, classifier": (CLASSIFIER, ADAM + 'lr_policy: "exp" gamma: 0.99'),
}


def write_data(rng):
    a, b = rng.random((2, 40, 1, 13, 12)).astype(np.float32)
    clean = (0.7 * a + 0.3 * b).astype(np.float32)
    label = (a.mean(axis=(1, 2, 3)) > b.mean(axis=(1, 2, 3))).astype(np.float32)
    for name, truth in (("clean", clean), ("label", label.reshape(-1, 1, 1, 1))):
        shards = []
        for n, rows in enumerate((slice(0, 23), slice(23, 40))):  # no multiple of a batch
            shards.append(f"{name}_{n}.h5")
            blobs = ("data_a", "data_b", name)
            hdf5.write_shard(shards[-1], [a[rows], b[rows], truth[rows]], blobs)
        hdf5.write_list(f"{name}.txt", shards)


def write_training(layers, settings):
    """Write the net, initial weights, and for each run a solver with its own snapshot prefix."""
    Path("net.prototxt").write_text("\n".join(layers))
    for name in ("caffe", "torch", "resumed"):
        Path(f"{name}.prototxt").write_text(
            f'net: "net.prototxt" {settings} display: 1 max_iter: {STEPS} snapshot: {HALF} '
            f'snapshot_prefix: "{name}" solver_mode: CPU\n'
        )
    start = initial_weights(
        preflight.check_training("torch.prototxt")[1][TRAIN], np.random.default_rng(0)
    )
    if layers is not CLASSIFIER:
        start["conv_b"] = start["conv_a"]
    write_weights("start.caffemodel", read_net("net.prototxt"), start)


def losses(log):
    Path("one.log").write_text(log)
    return np.array([point.loss for point in training_log.read(["one.log"]).train])


def caffe(*commands):
    """Run several trainings in one process of real Caffe; return their losses."""
    lines = [
        f"caffe train -solver {solver} {start} 2> {n}.caffe.log || exit 1"
        for n, (solver, start) in enumerate(commands)
    ]
    done = subprocess.run([str(IN_CAFFE), "bash", "-c", "\n".join(lines)], check=False)
    logs = [Path(f"{n}.caffe.log").read_text() for n in range(len(commands))]
    assert done.returncode == 0, logs[-1][-2000:]
    return map(losses, logs)


def differences(ours, theirs):
    return np.abs(ours - theirs) / np.abs(theirs)


@pytest.mark.caffe
@pytest.mark.parametrize("name", TRAININGS)
def test_trajectories_are_real_caffes(name, tmp_path, monkeypatch, rng):
    require_caffe()
    require_torch()
    monkeypatch.chdir(tmp_path)
    write_data(rng)
    write_training(*TRAININGS[name])
    ours = losses(train("torch.prototxt", weights="start.caffemodel"))
    theirs, resumed = caffe(
        ("caffe.prototxt", "-weights start.caffemodel"),
        ("resumed.prototxt", f"-snapshot torch_iter_{HALF}.solverstate"),
    )
    assert len(ours) == len(theirs) == STEPS + 1
    worst = differences(ours, theirs).max()
    print(f"{name}: loss {theirs[0]:.4g} to {theirs[-1]:.4g}, relative difference {worst:.1e}")
    assert worst < 1e-4
    compare_ends("torch", "caffe")

    # Caffe resumed from our state; now we resume from Caffe's of the same iteration.
    ours = losses(train("resumed.prototxt", snapshot=f"caffe_iter_{HALF}.solverstate"))
    assert len(ours) == len(resumed)
    assert differences(ours, resumed).max() < 1e-4


def compare_ends(ours, theirs):
    """Weights and solver states after the last step."""
    weights, caffes = (read_weights(f"{name}_iter_{STEPS}.caffemodel") for name in (ours, theirs))
    assert list(weights) == list(caffes)
    for layer_name, blobs in weights.items():
        for blob, expected in zip(blobs, caffes[layer_name]):
            np.testing.assert_allclose(blob, expected, rtol=0, atol=ATOL)
    state, caffes = (read_state(f"{name}_iter_{STEPS}.solverstate") for name in (ours, theirs))
    assert (state[0], state[2]) == (caffes[0], caffes[2])
    for blob, expected in zip(state[1], caffes[1]):
        np.testing.assert_allclose(blob, expected, rtol=1e-3, atol=ATOL)
