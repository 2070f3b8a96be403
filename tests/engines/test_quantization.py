import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from small_nets import weights_of_scales

from twostream.caffe_files import prototxt
from twostream.caffe_files.caffemodel import write_weights
from twostream.cli import main
from twostream.data import hdf5
from twostream.engines import load
from twostream.engines.calibration import (
    activations,
    calibrate,
    calibration_file,
    calibration_text,
    read_calibration,
)
from twostream.errors import BadInput
from twostream.nets import decision
from twostream.nets.pretrained import files_of
from twostream.training.validation import batches_of

onnxruntime = pytest.importorskip("onnxruntime", reason="ONNX needs a newer Python")

from onnx import numpy_helper  # noqa: E402  # after the check

from twostream.engines import onnx, onnx_graph, read  # noqa: E402


@pytest.fixture(scope="module")
def patches(tmp_path_factory):
    root, rng = tmp_path_factory.mktemp("patches"), np.random.default_rng(1)
    hdf5.write_shard(root / "val.h5", rng.random((3, 12, 1, 40, 40)).astype(np.float32))
    hdf5.write_list(root / "val.txt", [root / "val.h5"])
    return root / "val.txt"


@pytest.fixture(scope="module")
def files(tmp_path_factory, patches):
    """Deploy net, weights of which all scales count, and their calibration."""
    root, net = tmp_path_factory.mktemp("net"), decision.deploy()
    (root / "net.prototxt").write_text(prototxt.text(net))
    write_weights(root / "net.caffemodel", net, weights_of_scales(net, variance=2))
    pair = root / "net.prototxt", root / "net.caffemodel"
    ranges = calibrate(*pair, batches_of(patches))
    calibration_file(pair[1]).write_text(calibration_text(pair[1], ranges))
    return pair


@pytest.fixture
def exact_cpu(monkeypatch):
    """A CPU that passes the saturation check."""
    monkeypatch.setattr(onnx, "saturates", lambda: False)


def sources(seed=2):
    a, b = np.random.default_rng(seed).random((2, 1, 1, 64, 48)).astype(np.float32)
    return {"data_a": a, "data_b": b}


def test_ranges_are_what_nine_of_ten_patches_stay_below(files, patches):
    ranges = read_calibration(files[1], read(*files)[0])
    assert list(ranges) == activations(read(*files)[0])
    net = load(*files, until="join1b")
    with hdf5.h5py.File(patches.with_name("val.h5")) as file:
        blob = net.forward(data_a=file["data_a"][:], data_b=file["data_b"][:])["join1b"]
    below = np.sort(blob.max(axis=(1, 2, 3))) <= ranges["join1b"]
    assert below.tolist() == [True] * 10 + [False] * 2


@pytest.mark.skipif(onnx.saturates(), reason="this CPU clips sums of 8-bit products")
def test_a_quantized_net_is_close_to_floats(files):
    """Measured, with random weights: 0.001 on average and 0.023 at most."""
    quantized = load(*files, quantized=True).forward(**sources())["fused"]
    floats = load(*files).forward(**sources())["fused"]
    difference = np.abs(quantized - floats)
    assert 1e-5 < difference.mean() < 0.002
    assert difference.max() < 0.05


def quantized_by_onnx_runtime(plain, ours):
    """Quantize a plain model where `ours` is quantized, with the same scales."""
    quantization = pytest.importorskip("onnxruntime.quantization")
    scales = {each.name: numpy_helper.to_array(each) for each in ours.graph.initializer}
    quantizers = [node for node in ours.graph.node if node.op_type == "QuantizeLinear"]
    largest = {node.input[0]: 255 * scales[node.input[1]] for node in quantizers}
    relus = [node for node in plain.graph.node if node.op_type == "Relu"]
    largest.update((n.input[0], largest[n.output[0]]) for n in relus if n.output[0] in largest)
    ranges = {name: (np.float32(0), value) for name, value in largest.items()}
    found = quantization.calibrate.TensorsData(quantization.CalibrationMethod.MinMax, ranges)
    inner = [n.name for n in plain.graph.node if {n.input[0], n.output[0]} <= {*ranges}]
    nodes = {"nodes_to_quantize": inner, "nodes_to_exclude": [], "tensors_range": found}
    kinds = quantization.QuantType.QInt8, quantization.QuantType.QUInt8
    how = {"per_channel": True, "reduce_range": False, "extra_options": {"WeightSymmetric": True}}
    nodes.update(zip(("weight_qType", "activation_qType"), kinds))
    types = ["Conv", "Concat", "Resize"]
    quantizer = quantization.QDQQuantizer(plain, op_types_to_quantize=types, **nodes, **how)
    quantizer.quantize_model()
    return quantizer.model.model


@pytest.mark.skipif(onnx.saturates(), reason="this CPU clips sums of 8-bit products")
def test_onnx_runtimes_own_quantizer_is_no_better_and_slower(files):
    """Measured: the results are the same to the bit, but it takes 20 times as long."""
    net, weights = read(*files)
    ranges, plain = read_calibration(files[1], net), onnx_graph.model(net, weights)
    began = time.perf_counter()
    ours = onnx_graph.model(net, weights, ranges)
    middle = time.perf_counter()
    theirs = quantized_by_onnx_runtime(plain, ours)
    assert time.perf_counter() - middle > 5 * (middle - began)
    fused = [
        onnxruntime.InferenceSession(model.SerializeToString()).run(None, sources())[0]
        for model in (ours, theirs)
    ]
    np.testing.assert_allclose(*fused, atol=1e-4)


def test_what_both_sources_show_alike_is_copied_exactly(files, exact_cpu):
    a = sources()["data_a"]
    fused = load(*files, quantized=True).forward(data_a=a, data_b=a)["fused"]
    np.testing.assert_allclose(fused, a, atol=1e-6)


def test_all_convolutions_but_the_first_are_quantized(files):
    net, weights = read(*files)
    ranges = dict.fromkeys(activations(net), 2.0)
    model = onnx_graph.model(net, weights, ranges)
    types = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    made = {node.output[0]: node for node in model.graph.node}
    filters = {node.name: node.input[1] for node in model.graph.node if node.op_type == "Conv"}
    assert len(filters) == 18
    for name, source in filters.items():
        floats = source in types
        assert floats == name.startswith("half1")
        assert floats or types[made[source].input[0]] == onnx_graph.TensorProto.INT8
    assert len(types) == len(model.graph.initializer)


@pytest.mark.parametrize("engine", ["onnx", "auto"])
def test_floats_where_they_are_asked_for_or_the_cpu_saturates(files, monkeypatch, engine):
    monkeypatch.setattr(onnx, "saturates", lambda: engine != "onnx")
    fused = load(*files, engine, quantized=True).forward(**sources())["fused"]
    floats = load(*files, "onnx").forward(**sources())["fused"]
    np.testing.assert_array_equal(fused, floats)


@pytest.fixture
def alone(files, tmp_path):
    """Weights without their calibration."""
    return Path(shutil.copy(str(files[1]), str(tmp_path)))


def test_without_a_calibration_a_net_computes_in_floats(files, alone):
    fused = load(files[0], alone, quantized=True).forward(**sources())["fused"]
    np.testing.assert_array_equal(fused, load(*files).forward(**sources())["fused"])


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", '{"conv1_a": 2.5}', '{"caffemodel": "", "ranges": {"conv1_a": [1]}}']
)
def test_a_damaged_calibration_is_bad_input(files, alone, text):
    calibration_file(alone).write_text(text)
    with pytest.raises(BadInput, match=r"^\S+net.calibration.json is not a calibration\."):
        load(files[0], alone, quantized=True)


@pytest.mark.parametrize("change", [{"another": 1.0}, {"join1b": 0.0}, {"join1b": float("nan")}])
def test_a_calibration_of_another_net_is_bad_input(files, alone, change):
    ranges = read_calibration(files[1], read(*files)[0])
    calibration_file(alone).write_text(calibration_text(alone, {**ranges, **change}))
    with pytest.raises(BadInput, match=r"does not have a range for each ReLU of the net"):
        load(files[0], alone, quantized=True)


def test_a_calibration_of_other_weights_is_bad_input(files, tmp_path):
    net, weights = read(*files)
    weights["join1b"][0][0] += 1
    write_weights(tmp_path / "net.caffemodel", net, weights)
    shutil.copy(calibration_file(files[1]), tmp_path)
    said = r"^\S+net.calibration.json is a calibration of other weights"
    with pytest.raises(BadInput, match=said):
        load(files[0], tmp_path / "net.caffemodel", quantized=True)


@pytest.mark.parametrize("name", ["colour", "decision"])
def test_shipped_calibrations_are_of_the_shipped_weights(name):
    prototxt_file, caffemodel = files_of(name)
    assert read_calibration(caffemodel, read(prototxt_file, caffemodel)[0])


def test_the_command_writes_what_is_read(files, patches, capsys):
    before = calibration_file(files[1]).read_text()
    calibration_file(files[1]).unlink()
    options = ("--weights", files[1], "--prototxt", files[0], "--patches", patches)
    main(["validate", "--calibrate", *map(str, options)])
    assert calibration_file(files[1]).read_text() == before
    assert capsys.readouterr().out == f"{calibration_file(files[1])}\n"
