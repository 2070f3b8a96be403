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

MSRA = 'weight_filler { type: "msra" }'
SHARED = 'param { name: "w" lr_mult: 2 decay_mult: 0.5 } param { name: "b" lr_mult: 3 }'


def layers(truth, *lines):
    """Write a layer for each line: its name, type, bottoms (before ``>`` and tops), settings."""
    text = (
        f'layer {{ name: "data" type: "HDF5Data" top: "data_a" top: "data_b" top: "{truth}" '
        f'hdf5_data_param {{ source: "{truth}.txt" batch_size: 6 }} }}\n'
    )
    for line in lines:
        (name, kind, bottoms, tops), settings = line.split(" ", 4)[:4], line.split(" ", 4)[4:]
        bottoms = " ".join(f'bottom: "{blob}"' for blob in bottoms.split(","))
        tops = f'top: "{tops}"' if tops != "-" else ""
        text += f'layer {{ name: "{name}" type: "{kind}" {bottoms} {tops} {"".join(settings)} }}\n'
    return text


def filters(settings):
    return f"convolution_param {{ {settings} {MSRA} }}"


FUSION = layers(
    "clean",
    f"conv_a Convolution data_a conv_a {SHARED} {filters('num_output: 4 kernel_size: 3 pad: 1')}",
    f"conv_b Convolution data_b conv_b {SHARED} {filters('num_output: 4 kernel_size: 3 pad: 1')}",
    "relu_a ReLU conv_a conv_a",
    "relu_b ReLU conv_b conv_b relu_param { negative_slope: 0.1 }",
    "joined Concat conv_a,conv_b joined",
    f"fusion Convolution joined fusion {filters('num_output: 6 kernel_size: 1 group: 2')}",
    "soft Sigmoid fusion soft",
    "deconv Deconvolution soft fused param { lr_mult: 0.5 } param { decay_mult: 0 } "
    + filters("num_output: 1 kernel_size: 5 pad: 2"),
    "loss EuclideanLoss fused,clean loss loss_weight: 2",
)
FROZEN = FUSION.replace("lr_mult: 2", "lr_mult: 0")
CLASSIFIER = layers(
    "label",
    f"conv_a Convolution data_a conv_a {filters('num_output: 4 kernel_size: 3 stride: 2')}",
    "conv_b Convolution data_b conv_b "
    + filters("num_output: 4 kernel_size: 3 dilation: 2 pad: 1 stride: 2"),
    "largest Pooling conv_a largest pooling_param { kernel_size: 3 stride: 2 pad: 1 }",
    "mean Pooling conv_b mean pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }",
    "sum Eltwise largest,mean sum eltwise_param { coeff: 1 coeff: -0.5 }",
    "product Eltwise largest,mean product eltwise_param { operation: PROD }",
    "most Eltwise sum,product most eltwise_param { operation: MAX }",
    "hidden InnerProduct most hidden "
    'inner_product_param { num_output: 5 weight_filler { type: "xavier" } }',
    "relu_hidden ReLU hidden hidden",
    "scores InnerProduct hidden scores inner_product_param { num_output: 2 transpose: true "
    'weight_filler { type: "gaussian" std: 0.5 } }',
    "probability Softmax scores probability",
    "unused Silence probability -",
    "loss SoftmaxWithLoss scores,label loss",
)
ADAM = 'type: "Adam" momentum: 0.9 momentum2: 0.99 base_lr: 0.01 '
CLIPPED = ADAM + ('weight_decay: 0.01 lr_policy: "step" stepsize: 30 gamma: 0.5 clip_gradients: 5')
SGD = 'type: "SGD" momentum: 0.9 base_lr: 0.002 '
TRAININGS = {
    "Adam": (FUSION, ADAM + 'lr_policy: "fixed"'),
    "Adam, decay, step, clip": (FUSION, CLIPPED),
    "Adam, frozen filters, clip": (FROZEN, CLIPPED),
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


def write_training(net, settings):
    """Write the net, initial weights, and for each run a solver with its own snapshot prefix."""
    Path("net.prototxt").write_text(net)
    for name in ("caffe", "torch", "resumed"):
        Path(f"{name}.prototxt").write_text(
            f'net: "net.prototxt" {settings} display: 1 max_iter: {STEPS} snapshot: {HALF} '
            f'snapshot_prefix: "{name}" solver_mode: CPU\n'
        )
    start = initial_weights(
        preflight.check_training("torch.prototxt")[1][TRAIN], np.random.default_rng(0)
    )
    if net is not CLASSIFIER:
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
