import shutil

import numpy as np
import pytest
from small_nets import weights_of_scales

from twostream.caffe_files import prototxt
from twostream.caffe_files.caffemodel import write_weights
from twostream.cli import main
from twostream.data import hdf5
from twostream.engines import load
from twostream.engines.calibration import (
    activated,
    largest_values,
    ranges_file,
    ranges_text,
    read_ranges,
)
from twostream.errors import BadInput
from twostream.nets import decision
from twostream.nets.pretrained import files_of
from twostream.training.validation import batches_of

onnxruntime = pytest.importorskip("onnxruntime", reason="ONNX needs a newer Python")

from twostream.engines import onnx, onnx_graph, read  # noqa: E402  # after the check


@pytest.fixture(scope="module")
def patches(tmp_path_factory):
    root, rng = tmp_path_factory.mktemp("patches"), np.random.default_rng(1)
    hdf5.write_shard(root / "val.h5", rng.random((3, 12, 1, 40, 40)).astype(np.float32))
    hdf5.write_list(root / "val.txt", [root / "val.h5"])
    return root / "val.txt"


@pytest.fixture(scope="module")
def files(tmp_path_factory, patches):
    """Deploy net, weights of which all scales count, and their ranges."""
    root, net = tmp_path_factory.mktemp("net"), decision.deploy()
    (root / "net.prototxt").write_text(prototxt.text(net))
    write_weights(root / "net.caffemodel", net, weights_of_scales(net, variance=2))
    pair = root / "net.prototxt", root / "net.caffemodel"
    largest = largest_values(*pair, batches_of(patches))
    ranges_file(pair[1]).write_text(ranges_text(pair[1], largest))
    return pair


@pytest.fixture
def exact_cpu(monkeypatch):
    """A CPU that computes 8 bits exactly: without one, the sums are clipped but quick."""
    monkeypatch.setattr(onnx, "sums_are_exact", lambda: True)


def sources(seed=2):
    a, b = np.random.default_rng(seed).random((2, 1, 1, 64, 48)).astype(np.float32)
    return {"data_a": a, "data_b": b}


def test_ranges_are_what_nine_of_ten_patches_stay_below(files, patches):
    largest = read_ranges(files[1], read(*files)[0])
    assert list(largest) == activated(read(*files)[0])
    net = load(*files, until="join1b")
    with hdf5.h5py.File(patches.with_name("val.h5")) as file:
        blob = net.forward(data_a=file["data_a"][:], data_b=file["data_b"][:])["join1b"]
    below = np.sort(blob.max(axis=(1, 2, 3))) <= largest["join1b"]
    assert below.tolist() == [True] * 10 + [False] * 2


@pytest.mark.skipif(not onnx.sums_are_exact(), reason="this CPU clips sums of 8-bit products")
def test_eight_bits_are_close_to_floats(files):
    """Measured, with random weights: 0.001 on average and 0.023 at most."""
    rounded = load(*files, rounded=True).forward(**sources())["fused"]
    floats = load(*files).forward(**sources())["fused"]
    difference = np.abs(rounded - floats)
    assert 1e-5 < difference.mean() < 0.002
    assert difference.max() < 0.05


def test_what_both_sources_show_alike_is_copied_exactly(files, exact_cpu):
    a = sources()["data_a"]
    fused = load(*files, rounded=True).forward(data_a=a, data_b=a)["fused"]
    np.testing.assert_allclose(fused, a, atol=1e-6)


def test_all_convolutions_but_the_first_are_in_whole_numbers(files):
    net, weights = read(*files)
    largest = dict.fromkeys(activated(net), 2.0)
    model = onnx_graph.model(net, weights, largest)
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
def test_floats_where_they_are_asked_for_or_the_cpu_is_inexact(files, monkeypatch, engine):
    monkeypatch.setattr(onnx, "sums_are_exact", lambda: engine == "onnx")
    fused = load(*files, engine, rounded=True).forward(**sources())["fused"]
    floats = load(*files, "onnx").forward(**sources())["fused"]
    np.testing.assert_array_equal(fused, floats)


def test_without_ranges_a_net_computes_in_floats(files, tmp_path):
    alone = tmp_path / "net.caffemodel"
    alone.write_bytes(files[1].read_bytes())
    fused = load(files[0], alone, rounded=True).forward(**sources())["fused"]
    np.testing.assert_array_equal(fused, load(*files).forward(**sources())["fused"])


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", '{"conv1_a": 2.5}', '{"caffemodel": "", "largest": {"conv1_a": [1]}}']
)
def test_a_damaged_table_is_bad_input(files, tmp_path, text):
    alone = tmp_path / "net.caffemodel"
    alone.write_bytes(files[1].read_bytes())
    ranges_file(alone).write_text(text)
    with pytest.raises(BadInput, match=r"^\S+net.ranges.json is no table of the largest values"):
        load(files[0], alone, rounded=True)


@pytest.mark.parametrize("change", [{"another": 1.0}, {"join1b": 0.0}, {"join1b": float("nan")}])
def test_the_table_of_another_net_is_bad_input(files, tmp_path, change):
    alone = tmp_path / "net.caffemodel"
    alone.write_bytes(files[1].read_bytes())
    largest = read_ranges(files[1], read(*files)[0])
    ranges_file(alone).write_text(ranges_text(alone, {**largest, **change}))
    with pytest.raises(BadInput, match=r"does not have a largest value for each ReLU of the net"):
        load(files[0], alone, rounded=True)


def test_the_table_of_other_weights_is_bad_input(files, tmp_path):
    net, weights = read(*files)
    weights["join1b"][0][0] += 1
    write_weights(tmp_path / "net.caffemodel", net, weights)
    shutil.copy(ranges_file(files[1]), tmp_path)
    with pytest.raises(BadInput, match=r"^\S+net.ranges.json is of other weights"):
        load(files[0], tmp_path / "net.caffemodel", rounded=True)


@pytest.mark.parametrize("name", ["colour", "decision"])
def test_shipped_ranges_are_of_the_shipped_weights(name):
    prototxt_file, caffemodel = files_of(name)
    assert read_ranges(caffemodel, read(prototxt_file, caffemodel)[0])


def test_the_command_writes_what_is_read(files, patches, capsys):
    before = ranges_file(files[1]).read_text()
    ranges_file(files[1]).unlink()
    options = ("--weights", files[1], "--prototxt", files[0], "--patches", patches)
    main(["validate", "--calibrate", *map(str, options)])
    assert ranges_file(files[1]).read_text() == before
    assert capsys.readouterr().out == f"{ranges_file(files[1])}\n"
