import os
import subprocess
import sys

import numpy as np
import pytest
from small_nets import random_weights, write_net

from twostream import engines
from twostream.caffe_files.caffemodel import write_weights
from twostream.caffe_files.prototxt import text
from twostream.errors import BadInput
from twostream.nets.two_stream import Design, deploy, train_val

DESIGN = Design(filters=3, kernel=3)
INSTALLED = [engine for engine in engines.NEEDS if engines.installed(engine)]
assert INSTALLED


@pytest.fixture
def files(tmp_path):
    return write_net(tmp_path, DESIGN)


@pytest.fixture(params=INSTALLED)
def net(request, files):
    return engines.load(*files, request.param)


def pictures(rng, *shape):
    return {name: rng.random(shape, dtype=np.float32) for name in ("data_a", "data_b")}


def test_forward_takes_any_size_in_any_order(net, rng):
    assert (net.inputs, net.outputs) == (["data_a", "data_b"], ["fused"])
    shapes = [(1, 1, 9, 9), (2, 1, 17, 23), (1, 1, 1, 1), (3, 1, 5, 40), (1, 1, 9, 9)]
    asked = [pictures(rng, *shape) for shape in shapes]
    outputs = [net.forward(**blobs)["fused"] for blobs in asked]
    assert [output.shape for output in outputs] == shapes
    for blobs, output in reversed(list(zip(asked, outputs))):
        np.testing.assert_array_equal(net.forward(**blobs)["fused"], output)


@pytest.mark.parametrize("engine", INSTALLED)
def test_an_inner_blob_can_be_the_output(files, engine, rng):
    """Values after the ReLU, as in the paper's Fig. 2; Caffe computes it in place."""
    blobs = pictures(rng, 1, 1, 8, 9)
    stream = engines.load(*files, engine, until="conv2_b")
    assert (stream.inputs, stream.outputs) == (["data_b"], ["conv2_b"])
    maps = stream.forward(data_b=blobs["data_b"])["conv2_b"]
    assert maps.shape == (1, 3, 8, 9)
    assert maps.min() == 0 < maps.max()
    fusion = engines.load(*files, engine, until="fusion")
    assert (fusion.inputs, fusion.outputs) == (["data_a", "data_b"], ["fusion"])
    assert fusion.forward(**blobs)["fusion"].max() > 0
    with pytest.raises(BadInput, match="has no blob conv9"):
        engines.load(*files, engine, until="conv9")


def test_forward_leaves_earlier_outputs_and_its_inputs_alone(net, rng):
    first, second = pictures(rng, 1, 1, 8, 9), pictures(rng, 1, 1, 8, 9)
    before = {name: blob.copy() for name, blob in first.items()}
    output = net.forward(**first)["fused"]
    kept = output.copy()
    net.forward(**second)
    np.testing.assert_array_equal(output, kept)
    for name, blob in before.items():
        np.testing.assert_array_equal(first[name], blob)
    views = {name: blob.astype(np.float64)[:, :, ::-1][:, :, ::-1] for name, blob in first.items()}
    np.testing.assert_array_equal(net.forward(**views)["fused"], kept)


def test_two_nets_do_not_disturb_each_other(tmp_path, rng):
    nets = []
    for n in (0, 1):
        (tmp_path / str(n)).mkdir()
        nets.append(engines.load(*write_net(tmp_path / str(n), DESIGN, seed=n)))
    blobs = pictures(rng, 1, 1, 8, 9)
    alone = nets[0].forward(**blobs)["fused"]
    assert np.abs(nets[1].forward(**blobs)["fused"] - alone).max() > 1e-3
    np.testing.assert_array_equal(nets[0].forward(**blobs)["fused"], alone)


@pytest.mark.parametrize(
    ("needs", "asked", "found"),
    [
        ({"caffe": "no_such_package", "onnx": "numpy"}, "auto", "onnx"),
        ({"caffe": "numpy", "onnx": "numpy"}, "auto", "caffe"),
        (
            {"caffe": "absent", "onnx": "numpy"},
            "caffe",
            "The engine caffe needs the Python package absent. In a clone, run make caffe",
        ),
        ({"caffe": "absent"}, "auto", "No engine is installed. Install onnxruntime or pycaffe"),
        (engines.NEEDS, "theano", "There is no engine 'theano'; there are caffe, onnx, torch."),
    ],
)
def test_engines_that_are_installed(monkeypatch, needs, asked, found):
    """`auto` takes the first of them."""
    monkeypatch.setattr(engines, "NEEDS", needs)
    if found in needs:
        assert engines.engine_name(asked) == found
    else:
        with pytest.raises(BadInput, match=f"^{found}"):
            engines.engine_name(asked)


def layer_of_an_unknown_type(prototxt, _):
    net = deploy(DESIGN)
    net.layer.add(name="pool", type="LRN", bottom=["fused"], top=["pooled"])
    prototxt.write_text(text(net))


def training_net(prototxt, _):
    """It has no inputs; Caffe itself would read its data without complaint."""
    prototxt.write_text(text(train_val(DESIGN)))


def weights_of_another_net(_, caffemodel):
    other = Design(filters=4, kernel=3)
    write_weights(caffemodel, deploy(other), random_weights(other))


def weights_without_a_layer(_, caffemodel):
    weights = random_weights(DESIGN)
    del weights["deconv1"]
    write_weights(caffemodel, deploy(DESIGN), weights)


def truncated_weights(_, caffemodel):
    caffemodel.write_bytes(caffemodel.read_bytes()[:700])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (layer_of_an_unknown_type, ("deploy.prototxt", "pool", "'LRN'")),
        (training_net, ("deploy.prototxt", "'HDF5Data'")),
        (
            weights_of_another_net,
            ("deploy.prototxt", "net.caffemodel", "conv1_a", "3x1x3x3", "4x1"),
        ),
        (weights_without_a_layer, ("net.caffemodel", "deconv1", "there are none")),
        (truncated_weights, ("net.caffemodel",)),
        (lambda prototxt, _: prototxt.unlink(), ("deploy.prototxt",)),
        (lambda _, caffemodel: caffemodel.unlink(), ("net.caffemodel",)),
    ],
)
def test_bad_files_are_one_sentence(files, change, words):
    """The same for every engine, because `read` raises it."""
    change(*files)
    with pytest.raises(BadInput) as error:
        engines.load(*files)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert all(word in sentence for word in words), sentence


def test_layers_of_the_training_are_left_out(files, rng):
    prototxt, _ = files
    blobs = pictures(rng, 1, 1, 8, 9)
    expected = engines.load(*files).forward(**blobs)["fused"]
    net = deploy(DESIGN)
    dropped = net.layer.add(name="only_train", type="Dropout", bottom=["fused"], top=["x"])
    dropped.include.add(phase=0)
    prototxt.write_text(text(net))
    np.testing.assert_array_equal(engines.load(*files).forward(**blobs)["fused"], expected)


def test_onnx_runtime_reports_nothing(files, tmp_path):
    """It kept an identifier in the temporary folder, for reports of its use over the network."""
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    silent = ("CI", "ORT_DISABLE_TELEMETRY")  # it reports nothing with them
    environment = {name: value for name, value in os.environ.items() if name not in silent}
    program = "import sys; from twostream import engines; engines.load(*sys.argv[1:], 'onnx')"
    subprocess.run(
        [sys.executable, "-c", program, *files],
        env={**environment, "TMPDIR": str(temporary), "HOME": str(temporary)},
        check=True,
    )
    assert list(temporary.iterdir()) == []
