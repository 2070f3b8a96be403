import os
import random

import numpy as np
import pytest
from real_caffe import run_in_caffe
from refusal import assert_one_sentence
from small_nets import random_weights

from twostream.caffe_files import blobs
from twostream.caffe_files.caffemodel import read_state, read_weights, write_state, write_weights
from twostream.caffe_files.schema import NetParameter, SolverState
from twostream.data import hdf5
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.two_stream import Design, deploy

DESIGN = Design(filters=3, kernel=3)
HARD = np.array(
    [0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 1.1754944e-38, 3.4028235e38, 1 / 3, -3.4028235e38],
    np.float32,
)


def weights_of(design=DESIGN):
    """Random weights, including special values of float32."""
    weights = random_weights(design)
    for array, *_ in weights.values():
        count = min(HARD.size, array.size)
        array.reshape(-1)[:count] = HARD[:count]
    return weights


def bits(weights):
    return {name: [bits_of(array) for array in arrays] for name, arrays in weights.items()}


def bits_of(array):
    assert array.dtype == np.float32
    return array.shape, array.tobytes()


def overwrite(path, content):
    path.unlink()  # on ext4 a hundred times faster than to truncate
    path.write_bytes(content)


@pytest.fixture
def caffemodel(tmp_path):
    path = tmp_path / "net.caffemodel"
    write_weights(path, deploy(DESIGN), weights_of())
    return path


@pytest.fixture
def solverstate(tmp_path):
    path = tmp_path / "net.solverstate"
    history = [array for arrays in weights_of().values() for array in arrays]
    write_state(path, 1234, history * 2, 3, "snapshots/net.caffemodel")
    return path


def test_caffemodel_holds_the_net_shapes_and_weights_bit_for_bit(tmp_path):
    ours, weights, path = deploy(DESIGN), weights_of(), tmp_path / "net.caffemodel"
    write_weights(path, ours, weights)
    assert bits(read_weights(path)) == bits(weights) == bits(weights_of())
    assert ours == deploy(DESIGN)
    net = NetParameter.FromString(path.read_bytes())
    assert [layer.name for layer in net.layer] == [layer.name for layer in ours.layer]
    deconv2 = next(layer for layer in net.layer if layer.name == "deconv2")
    assert [list(blob.shape.dim) for blob in deconv2.blobs] == [[3, 1, 3, 3], [1]]
    assert deconv2.convolution_param.kernel_size == [3]
    ones = {name: [np.ones_like(a) for a in arrays] for name, arrays in weights.items()}
    write_weights(path, net, ones)  # in place of old blobs
    assert bits(read_weights(path)) == bits(ones)


def test_other_number_types_are_rounded_to_float32(tmp_path):
    doubles = {"fusion": [np.full((3, 6, 1, 1), 1 / 3), np.arange(3)]}
    write_weights(tmp_path / "a.caffemodel", deploy(DESIGN), doubles)
    filters, bias = read_weights(tmp_path / "a.caffemodel")["fusion"]
    assert bits_of(filters) == bits_of(np.full((3, 6, 1, 1), 1 / 3, np.float32))
    assert bits_of(bias) == bits_of(np.arange(3, dtype=np.float32))


def written_blob(tmp_path, **fields):
    net = NetParameter()
    net.layer.add(name="conv").blobs.add(**fields)
    (tmp_path / "blob.caffemodel").write_bytes(net.SerializeToString())
    return tmp_path / "blob.caffemodel"


def test_old_and_double_blobs_are_read(tmp_path):
    path = written_blob(tmp_path, shape={"dim": [2]}, double_data=[1 / 3, 2])
    assert bits_of(read_weights(path)["conv"][0]) == bits_of(np.float32([1 / 3, 2]))
    path = written_blob(tmp_path, num=2, channels=3, height=1, width=2, data=range(12))
    expected = np.arange(12, dtype=np.float32).reshape(2, 3, 1, 2)  # four sides, before Caffe 1.0
    assert bits_of(read_weights(path)["conv"][0]) == bits_of(expected)


@pytest.mark.parametrize("shape", [[2, 3], [4], [-1, -5], [2**40, 2**40]])
def test_blob_of_another_size_than_its_shape_is_damaged(tmp_path, shape):
    path = written_blob(tmp_path, shape={"dim": shape}, data=[0] * 5)
    assert_one_sentence(read_weights, path, "damaged", "5 numbers")


def test_caffemodel_cut_anywhere_is_bad_input_or_whole(caffemodel):
    """A file truncated between two layers can be parsed, but lacks the weights of some layer.

    Only the last layer, a ReLU, may be missing, because it has no weights.
    """
    content, net = caffemodel.read_bytes(), deploy(DESIGN)
    accepted = []
    for kept in range(len(content)):
        overwrite(caffemodel, content[:kept])
        try:
            weights = read_weights(caffemodel)
            blobs.check_weights(net, weights, "deploy.prototxt", caffemodel)
        except BadInput:
            continue
        assert bits(weights) == bits(weights_of())
        accepted.append(kept)
    last = net.layer[-1].ByteSize()
    assert accepted == [len(content) - last - 3]  # 3 bytes: the field number and the length


def test_damaged_caffemodel_is_bad_input_or_read(caffemodel):
    """Damaged files raise nothing but BadInput."""
    draw, content, refused = random.Random(0), caffemodel.read_bytes(), 0
    for _ in range(1500):
        damaged = bytearray(content)
        for _ in range(draw.choice([1, 1, 4])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        overwrite(caffemodel, damaged)
        try:
            blobs.check_weights(deploy(DESIGN), read_weights(caffemodel), "a.prototxt", caffemodel)
        except BadInput:
            refused += 1
    assert refused > 300


OTHERS = [b"", bytes(100), bytes(range(256)), b"no caffemodel", b"\x89HDF\r\n\x1a\n" * 20]


@pytest.mark.parametrize("read", [read_weights, read_state])
def test_other_files_are_bad_input(tmp_path, read, caffemodel, solverstate):
    other = solverstate if read is read_weights else caffemodel
    assert_one_sentence(read, other, "caffemodel" if read is read_weights else "solverstate")
    assert_one_sentence(read, tmp_path / "absent", "Cannot read", "No such file")
    assert_one_sentence(read, tmp_path, "Cannot read", "it is a folder")
    for content in OTHERS:
        (tmp_path / "other").write_bytes(content)
        assert_one_sentence(read, tmp_path / "other")


@pytest.mark.parametrize("folder", ["absent", "file"])
def test_unwritable_output_is_bad_input(tmp_path, folder):
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / folder / "a.caffemodel"
    assert_one_sentence(
        lambda path: write_weights(path, deploy(DESIGN), weights_of()), path, "Cannot write"
    )
    assert_one_sentence(lambda path: write_state(path, 1, [HARD]), path, "Cannot write")
    assert os.listdir(tmp_path) == ["file"]


def test_state_survives_bit_for_bit(solverstate):
    iteration, history, current_step, learned_net = read_state(solverstate)
    assert (iteration, current_step) == (1234, 3)
    assert learned_net == "snapshots/net.caffemodel"
    expected = [array for arrays in weights_of().values() for array in arrays] * 2
    assert [bits_of(array) for array in history] == [bits_of(array) for array in expected]
    write_state(solverstate, 0, [HARD])
    iteration, history, current_step, learned_net = read_state(solverstate)
    assert (iteration, len(history), current_step, learned_net) == (0, 1, 0, "")


def test_state_cut_anywhere_is_bad_input(solverstate):
    """Including one truncated between two blobs, which can be parsed."""
    content = solverstate.read_bytes()
    for kept in range(len(content)):
        overwrite(solverstate, content[:kept])
        assert_one_sentence(read_state, solverstate)


TRAIN_A_LITTLE = """
import caffe, numpy, sys
folder = sys.argv[1]
for name in ('separate', 'shared'):
    net = caffe.Net(f'{folder}/{name}/deploy.prototxt', caffe.TEST,
                    weights=f'{folder}/{name}/ours.caffemodel')
    numpy.savez(f'{folder}/{name}/blobs.npz', **{
        f'{layer}_{n}': blob.data for layer, blobs in net.params.items()
        for n, blob in enumerate(blobs)})
    net.save(f'{folder}/{name}/caffes.caffemodel')
solver = caffe.get_solver(f'{folder}/solver.prototxt')
solver.step(3)
solver.snapshot()
"""
GO_ON = """
import caffe, sys
solver = caffe.get_solver(f'{sys.argv[1]}/solver.prototxt')
solver.restore(f'{sys.argv[1]}/ours.solverstate')
assert solver.iter == 7
solver.snapshot()
"""
SOLVER = """
net: "{0}/separate/train_val.prototxt" type: "Adam" base_lr: 1e-3 lr_policy: "step" stepsize: 2
momentum: 0.9 gamma: 0.5 snapshot_prefix: "{0}/caffes" solver_mode: CPU random_seed: 1
test_iter: 1 test_interval: 100 test_initialization: false
"""
DESIGNS = {"separate": DESIGN, "shared": Design(filters=3, kernel=3, shared_streams=True)}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder where real Caffe has read our files and written its own."""
    folder = tmp_path_factory.mktemp("trained")
    stack = np.random.default_rng(0).random((3, 4, 1, 9, 9), dtype=np.float32)
    hdf5.write_shard(folder / "shard.h5", stack)
    for split in ("train", "val"):
        hdf5.write_list(folder / f"{split}.txt", [folder / "shard.h5"])
    for name, design in DESIGNS.items():
        generate.write(folder / name, design, folder, 9, batch=2)
        weights = weights_of(DESIGNS[name])
        write_weights(folder / name / "ours.caffemodel", deploy(design), weights)
    (folder / "solver.prototxt").write_text(SOLVER.format(folder))
    run_in_caffe(TRAIN_A_LITTLE, folder)
    return folder


@pytest.mark.caffe
@pytest.mark.parametrize("name", DESIGNS)
def test_weights_pass_both_ways_bit_for_bit(trained, name):
    weights = weights_of(DESIGNS[name])
    with np.load(trained / name / "blobs.npz") as loaded:
        found = {layer: [loaded[f"{layer}_{n}"] for n in range(2)] for layer in weights}
        assert len(loaded.files) == 2 * len(weights)
    assert bits(found) == bits(weights)
    assert bits(read_weights(trained / name / "caffes.caffemodel")) == bits(weights)


@pytest.mark.caffe
def test_solverstate_passes_both_ways_bit_for_bit(trained):
    iteration, history, current_step, learned_net = read_state(
        trained / "caffes_iter_3.solverstate"
    )
    assert (iteration, current_step) == (3, 1)
    assert learned_net == str(trained / "caffes_iter_3.caffemodel")
    shapes = [shape for shapes in blobs.weight_shapes(deploy(DESIGN)).values() for shape in shapes]
    assert [array.shape for array in history] == shapes * 2
    first, second = history[: len(shapes)], history[len(shapes) :]
    assert any((array < 0).any() for array in first)
    assert all((array >= 0).all() for array in second)
    hard = [np.resize(HARD, array.shape) for array in history]
    write_state(trained / "ours.solverstate", 7, hard, 3, learned_net)
    run_in_caffe(GO_ON, trained)
    iteration, again, current_step, _ = read_state(trained / "caffes_iter_7.solverstate")
    assert (iteration, current_step) == (7, 3)
    assert [bits_of(array) for array in again] == [bits_of(array) for array in hard]
    caffes = SolverState.FromString((trained / "caffes_iter_7.solverstate").read_bytes())
    ours = SolverState.FromString((trained / "ours.solverstate").read_bytes())
    caffes.learned_net = ours.learned_net
    assert caffes.SerializeToString() == ours.SerializeToString()
