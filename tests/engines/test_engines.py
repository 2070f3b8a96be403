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


@pytest.fixture
def files(tmp_path):
    return write_net(tmp_path, DESIGN)


@pytest.fixture(params=INSTALLED)
def net(request, files):
    return engines.load(*files, request.param)


def pictures(rng, *shape):
    return {name: rng.random(shape, dtype=np.float32) for name in ("data_a", "data_b")}


def assert_refused(files, *words):
    """One sentence that names a file, the same for every engine, because `read` raises it."""
    with pytest.raises(BadInput) as error:
        engines.load(*files)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    for word in words:
        assert str(word) in sentence


def test_some_engine_is_installed():
    assert INSTALLED


def test_net_names_its_inputs_and_outputs(net):
    assert net.inputs == ["data_a", "data_b"]
    assert net.outputs == ["fused"]


def test_forward_takes_any_size_in_any_order(net, rng):
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


def test_pictures_of_a_batch_do_not_meet(net, rng):
    blobs = pictures(rng, 3, 1, 8, 9)
    together = net.forward(**blobs)["fused"]
    for n in range(3):
        alone = net.forward(**{name: blob[n : n + 1] for name, blob in blobs.items()})["fused"]
        np.testing.assert_allclose(together[n : n + 1], alone, atol=1e-6)


def test_forward_leaves_earlier_outputs_and_its_inputs_alone(net, rng):
    first, second = pictures(rng, 1, 1, 8, 9), pictures(rng, 1, 1, 8, 9)
    before = {name: blob.copy() for name, blob in first.items()}
    output = net.forward(**first)["fused"]
    kept = output.copy()
    net.forward(**second)
    np.testing.assert_array_equal(output, kept)
    for name, blob in before.items():
        np.testing.assert_array_equal(first[name], blob)


def test_forward_takes_views_and_other_floats(net, rng):
    blobs = pictures(rng, 1, 1, 8, 8)
    expected = net.forward(**blobs)["fused"]
    views = {name: blob.astype(np.float64)[:, :, ::-1][:, :, ::-1] for name, blob in blobs.items()}
    np.testing.assert_array_equal(net.forward(**views)["fused"], expected)


def test_swapped_streams_give_another_picture(net, rng):
    blobs = pictures(rng, 1, 1, 8, 9)
    swapped = {"data_a": blobs["data_b"], "data_b": blobs["data_a"]}
    one, other = net.forward(**blobs)["fused"], net.forward(**swapped)["fused"]
    assert np.abs(one - other).max() > 1e-3


def test_two_nets_do_not_disturb_each_other(tmp_path, rng):
    nets = []
    for n in (0, 1):
        (tmp_path / str(n)).mkdir()
        nets.append(engines.load(*write_net(tmp_path / str(n), DESIGN, seed=n)))
    blobs = pictures(rng, 1, 1, 8, 9)
    alone = nets[0].forward(**blobs)["fused"]
    assert np.abs(nets[1].forward(**blobs)["fused"] - alone).max() > 1e-3
    np.testing.assert_array_equal(nets[0].forward(**blobs)["fused"], alone)


def test_auto_takes_the_first_that_is_installed(monkeypatch):
    monkeypatch.setattr(engines, "NEEDS", {"caffe": "no_such_package", "onnx": "numpy"})
    assert engines.engine_name("auto") == "onnx"
    monkeypatch.setattr(engines, "NEEDS", {"caffe": "numpy", "onnx": "numpy"})
    assert engines.engine_name("auto") == "caffe"


def test_engine_that_is_not_installed_is_bad_input(files, monkeypatch):
    monkeypatch.setattr(engines, "NEEDS", {"caffe": "no_such_package", "onnx": "numpy"})
    with pytest.raises(BadInput, match=r"^The engine caffe needs the Python package no_such_pack"):
        engines.load(*files, "caffe")


def test_no_engine_at_all_is_bad_input(files, monkeypatch):
    monkeypatch.setattr(engines, "NEEDS", {"caffe": "no_such_package"})
    with pytest.raises(BadInput, match=r"^No engine is installed: install onnxruntime, or pycaffe"):
        engines.load(*files)


def test_unknown_engine_is_bad_input(files):
    with pytest.raises(
        BadInput, match=r"^There is no engine 'theano'; there are caffe, onnx, torch\.$"
    ):
        engines.load(*files, "theano")


def test_unknown_layer_is_bad_input(files):
    prototxt = files[0]
    net = deploy(DESIGN)
    net.layer.add(name="pool", type="LRN", bottom=["fused"], top=["pooled"])
    prototxt.write_text(text(net))
    assert_refused(files, prototxt, "pool", "'LRN'")


def test_weights_of_another_net_are_bad_input(files):
    prototxt, caffemodel = files
    other = Design(filters=4, kernel=3)
    write_weights(caffemodel, deploy(other), random_weights(other))
    assert_refused(files, prototxt, caffemodel, "conv1_a", "3x1x3x3", "4x1x3x3")


def test_missing_layer_is_bad_input(files):
    prototxt, caffemodel = files
    weights = random_weights(DESIGN)
    del weights["deconv1"]
    write_weights(caffemodel, deploy(DESIGN), weights)
    assert_refused(files, prototxt, caffemodel, "deconv1", "there are none")


def test_truncated_weights_are_bad_input(files):
    caffemodel = files[1]
    caffemodel.write_bytes(caffemodel.read_bytes()[:700])
    assert_refused(files, caffemodel)


def test_missing_files_are_bad_input(files, tmp_path):
    assert_refused((tmp_path / "absent.prototxt", files[1]), "absent.prototxt")
    assert_refused((files[0], tmp_path / "absent.caffemodel"), "absent.caffemodel")


def test_training_net_is_bad_input(files):
    """The net has no inputs; Caffe itself would read its data without complaint."""
    prototxt = files[0]
    prototxt.write_text(text(train_val(DESIGN)))
    assert_refused(files, prototxt, "'HDF5Data'")


def test_layers_of_the_training_are_left_out(files, rng):
    prototxt, _ = files
    blobs = pictures(rng, 1, 1, 8, 9)
    expected = engines.load(*files).forward(**blobs)["fused"]
    net = deploy(DESIGN)
    net.layer.add(name="only_train", type="Dropout", bottom=["fused"], top=["x"]).include.add(
        phase=0
    )
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
