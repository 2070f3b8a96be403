import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import run_tool
from real_caffe import require_caffe
from run_tool import PROJECT

from twostream import engines
from twostream.caffe_files import prototxt
from twostream.caffe_files.blobs import learned_shapes
from twostream.caffe_files.caffemodel import read_state, read_weights, write_state, write_weights
from twostream.caffe_files.schema import TEST, TRAIN
from twostream.data import hdf5
from twostream.data.cnn_patches import CnnRecipe
from twostream.data.patches import Recipe
from twostream.data.physical.recipe import PhysicalRecipe
from twostream.data.srcnn_patches import SrcnnRecipe
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.initial_weights import average_start
from twostream.nets.two_stream import Design, deploy
from twostream.report import training_log
from twostream.training import preflight

OWN_SOLVERS = sorted((PROJECT / "solver").rglob("*.prototxt"))
DESIGN = Design(filters=2, kernel=3)
SOLVER = {
    "net": '"net/train_val.prototxt"',
    "type": '"Adam"',
    "base_lr": "1e-3",
    "lr_policy": '"fixed"',
    "momentum": "0.9",
    "max_iter": "6",
    "display": "1",
    "test_iter": "4",
    "test_interval": "3",
    "snapshot": "3",
    "snapshot_prefix": '"snapshots/s"',
    "solver_mode": "CPU",
}


def write_solver(path="solver.prototxt", without=(), **changes):
    settings = {**SOLVER, **changes}
    lines = [f"{key}: {value}" for key, value in settings.items() if key not in without]
    Path(path).write_text("\n".join(lines))
    return path


def write_shards(split, *stacks):
    paths = [f"data/{split}_{n}.h5" for n in range(len(stacks))]
    for path, stack in zip(paths, stacks):
        hdf5.write_shard(path, stack)
    hdf5.write_list(f"data/{split}.txt", paths)


def write_start(path, design=DESIGN):
    write_weights(path, deploy(design), average_start(design))
    return path


def write_snapshot(design=DESIGN, histories=2, learned_net="s.caffemodel"):
    write_start("s.caffemodel", design)
    history = [np.zeros(shape) for shape in learned_shapes(deploy(design))] * histories
    write_state("s.solverstate", 3, history, learned_net=learned_net)
    return "s.solverstate"


def tool(*arguments):
    return [sys.executable, "-m", "twostream", "train", *arguments]


def environment():
    return dict(os.environ, PYTHONPATH=str(PROJECT / "python"))


def train(*arguments):
    return run_tool.run_program(*tool(*arguments), env=environment())


def accepted(*arguments, test=(1, 8, 8)):
    solver, nets = preflight.check_training(*arguments)
    assert solver == prototxt.read_solver(arguments[0])
    inputs = {phase: [x for x in net.layer if not x.bottom] for phase, net in nets.items()}
    patches = {
        p: {(*x.input_param.shape[0].dim[1:],) for x in found} for p, found in inputs.items()
    }
    assert patches == {TRAIN: {(1, 8, 8)}, **({TEST: {test}} if test else {})}


def refused(sentence, *arguments):
    with pytest.raises(BadInput, match=sentence) as error:
        preflight.check_training(*arguments)
    assert "\n" not in str(error.value)


@pytest.fixture
def project(tmp_path, monkeypatch, rng):
    """Current folder with a tiny net, its shards and its solver."""
    monkeypatch.chdir(tmp_path)
    os.mkdir("data")
    generate.write("net", DESIGN, "data", 8, batch=4)
    for split in ("train", "val"):
        write_shards(split, *rng.random((2, 3, 8, 1, 8, 8), dtype=np.float32))
    write_solver()
    return tmp_path


@pytest.fixture
def stacks(rng):
    """Make stacks of patches of a given shape."""
    return lambda *shape: rng.random((3, 8, *shape), dtype=np.float32)


def write_data_of(net):
    """Write one shard for every list that a net of the project reads, as its recipe does."""
    recipes = {
        "cnn": CnnRecipe(),
        "srcnn": SrcnnRecipe(),
        "physical": PhysicalRecipe(relative=True),
        "physical_rgb": PhysicalRecipe(relative=True, channels=3),
    }
    for layer in (layer for layer in net.layer if layer.type == "HDF5Data"):
        source = Path(layer.hdf5_data_param.source)
        recipe = recipes.get(source.parent.name, Recipe(relative=True))
        source.parent.mkdir(exist_ok=True)
        stacks = [np.zeros((2, *recipe.blobs[blob])) for blob in layer.top]
        hdf5.write_shard(f"{source}.h5", stacks, layer.top)
        hdf5.write_list(source, [f"{source}.h5"])


@pytest.mark.parametrize("solver", OWN_SOLVERS, ids=lambda path: path.stem)
def test_the_projects_own_solvers_are_good(project, solver):
    generate.write_all("prototxt")
    net = prototxt.read_net(prototxt.read_solver(solver).net)
    write_data_of(net)
    _, nets = preflight.check_training(solver)
    data = {blob for layer in net.layer if layer.type == "HDF5Data" for blob in layer.top}
    for phase in (TRAIN, TEST):
        assert {layer.top[0] for layer in nets[phase].layer if layer.type == "Input"} == data


@pytest.mark.parametrize(
    ("sentence", "without", "changes"),
    [
        (r"solver\.prototxt names no net", ["net"], {}),
        (r"solver\.prototxt has an unknown type, 'Adamax'", [], {"type": '"Adamax"'}),
        (r"solver\.prototxt .* unknown lr_policy, 'linear'", [], {"lr_policy": '"linear"'}),
        (r"solver\.prototxt has an unknown lr_policy, ''", ["lr_policy"], {}),
        (r"solver\.prototxt has lr_policy step but no stepsize", [], {"lr_policy": '"step"'}),
        (r"solver\.prototxt has no max_iter", ["max_iter"], {}),
        (r"solver\.prototxt has a test_iter but no test_interval", ["test_interval"], {}),
        (r"solver\.prototxt has no snapshot_prefix", ["snapshot_prefix"], {}),
        (r"no/net\.prototxt of solver\.prototxt does not exist", [], {"net": '"no/net.prototxt"'}),
        (r"net/deploy\.prototxt has no HDF5Data layer", [], {"net": '"net/deploy.prototxt"'}),
        ("Cannot write snapshots to solver", [], {"snapshot_prefix": '"solver.prototxt/s"'}),
        ("Cannot write snapshots to solver", [], {"snapshot_prefix": '"solver.prototxt/deep/s"'}),
    ],
)
def test_a_solver_that_lacks_what_training_needs(project, sentence, without, changes):
    write_solver(without=without, **changes)
    refused(sentence, "solver.prototxt")
    refused(r"Cannot read none\.prototxt: No such file", "none.prototxt")


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_missing_or_truncated_shard_or_list(project, split):
    shard = f"data/{split}_1.h5"
    os.truncate(shard, os.path.getsize(shard) - 100)
    refused(rf"{shard} is missing, truncated", "solver.prototxt")
    os.remove(shard)
    refused(rf"{shard} is missing", "solver.prototxt")
    os.remove(f"data/{split}.txt")
    refused(rf"data/{split}\.txt: No such file", "solver.prototxt")


def test_a_good_training_passes_and_has_its_folder(project):
    accepted("solver.prototxt")
    assert (project / "snapshots").is_dir()
    assert not list((project / "snapshots").iterdir())
    os.remove("data/val.txt")
    write_solver(without=["test_iter", "test_interval"])
    accepted("solver.prototxt", test=None)  # without test phase
    net = Path("net/train_val.prototxt")
    text = net.read_text()
    for line in ('source: "data/train.txt"', "batch_size: 4"):
        net.write_text(text.replace(line, ""))
        refused("data of .* needs a source and a batch_size", "solver.prototxt")


def test_patches_of_other_shapes(project, stacks):
    write_shards("val", stacks(1, 12, 12))
    accepted("solver.prototxt", test=(1, 12, 12))  # larger ones to test than to train
    write_shards("train", stacks(1, 8, 8), stacks(1, 9, 9))
    refused(r"data/train_1\.h5 are 1x9x9, those of data/train_0\.h5 1x8x8", "solver.prototxt")
    for split in ("train", "val"):
        write_shards(split, stacks(3, 8, 8))
    sentence = r"val\.prototxt: The layer loss compares unequal channels: 1 in fused and 3 in clean"
    refused(sentence, "solver.prototxt")
    net = Path("net/train_val.prototxt")
    net.write_text(net.read_text().partition('layer {\n  name: "loss"')[0])
    write_shards("train", stacks(1, 8, 8))
    refused("training and test shards of .* differ in channels", "solver.prototxt")
    hdf5.write_shard("data/train_0.h5", stacks(1, 8, 8))
    with h5py.File("data/train_0.h5", "r+") as file:
        del file["clean"]
        file["clean"] = np.full((8, 1, 8, 8), b"x")
    refused(r"clean of data/train_0\.h5 holds .*, not numbers", "solver.prototxt")


def test_weights_to_start_from(project):
    start = write_start("start.caffemodel")
    accepted("solver.prototxt", None, start)
    some, net = {"conv1_a": read_weights(start)["conv1_a"]}, deploy(DESIGN)
    write_weights("some.caffemodel", net, some)
    accepted("solver.prototxt", None, f"some.caffemodel,{start}")
    for layer in net.layer:
        layer.name = f"other_{layer.name}"
    write_weights("o.caffemodel", net, {"other_fusion": [np.ones((2, 4, 1, 1))]})
    refused("no layer in common", "solver.prototxt", None, "o.caffemodel")
    path = write_start("other.caffemodel", Design(filters=2, kernel=5))
    sentence = r"other\.caffemodel does not fit net/train_val\.prototxt: the layer conv1_a"
    refused(sentence, "solver.prototxt", None, path)
    refused(sentence, "solver.prototxt", None, f"{start},{path}")
    write_solver(weights=f'"{path}"')
    refused(sentence, "solver.prototxt")
    accepted("solver.prototxt", None, start)  # in place of the solver's


def test_a_snapshot_to_resume_from(project):
    snapshot = write_snapshot()
    accepted("solver.prototxt", snapshot)
    refused("not both", "solver.prototxt", snapshot, "s.caffemodel")
    write_snapshot(learned_net="gone.caffemodel")
    sentence = r"weights that belong to s\.solverstate do not exist: gone\.caffemodel"
    refused(sentence, "solver.prototxt", snapshot)
    write_snapshot(learned_net="")
    refused("weights that .*", "solver.prototxt", snapshot)
    write_snapshot(Design(filters=2, kernel=5))
    refused(r"s\.caffemodel does not fit", "solver.prototxt", snapshot)
    write_start("s.caffemodel")
    refused(r"s\.solverstate is not a state", "solver.prototxt", snapshot)
    write_snapshot(histories=1)
    other = r"s\.solverstate is not a state of a training of net/train_val\.prototxt by Adam"
    refused(other, "solver.prototxt", snapshot)
    write_solver(type='"SGD"', snapshot_prefix='"s"')  # in no folder
    accepted("solver.prototxt", snapshot)
    write_solver()
    shared = Design(filters=2, kernel=3, shared_streams=True)
    generate.write("net", shared, "data", 8, batch=4)
    accepted("solver.prototxt", write_snapshot(shared))


def test_room_for_the_snapshots(project, monkeypatch):
    # conv1 2(2*9 + 2), conv2 2(2*2*9 + 2), fusion 2*4 + 2, deconv1 2*2*9 + 2, deconv2 2*9 + 1:
    # 183 numbers of 4 bytes, with Adam's two moments, at the iterations 3 and 6 and at the end.
    need = 183 * 4 * 3 * 3
    free = SimpleNamespace(free=need)
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    accepted("solver.prototxt")
    free.free = need - 1
    refused("snapshots need 0.0 GB, but snapshots has 0.0 GB free", "solver.prototxt")
    accepted("solver.prototxt", write_snapshot())  # at iteration 3: one less


def test_tool_says_one_sentence_before_caffe_starts(project):
    os.truncate("data/val_1.h5", 2000)
    sentence = "twostream train: The shard data/val_1.h5 is missing, truncated or not an HDF5 file."
    run_tool.refused(sentence, "train", "-solver", "solver.prototxt")
    assert not os.path.exists("snapshots")


def run(code):
    """Start `run_caffe` with Python code in place of Caffe."""
    call = "import sys; from twostream.training.run_caffe import run_caffe; "
    command = [sys.executable, "-c", call + "sys.exit(run_caffe(sys.argv[1:]))"]
    command += [sys.executable, "-c", code]
    return subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True)


def test_the_log_and_the_exit_code_come_through(monkeypatch):
    caffe = run("import sys; sys.exit('F1122 Check failed')")
    assert (caffe.communicate()[1], caffe.returncode) == ("F1122 Check failed\n", 1)
    assert run("import os; os.kill(os.getpid(), 9)").wait() == 128 + 9
    caffe = run("import sys; sys.exit('F1 common.cpp:66] Cannot use GPU in CPU-only Caffe: check')")
    said = "BadInput: This Caffe was built without GPU support. Set solver_mode: CPU."
    assert said in caffe.communicate()[1]
    monkeypatch.setenv("GLOG_minloglevel", "2")  # the log is asked for all the same
    caffe = run("import os, sys; sys.exit(os.environ['GLOG_minloglevel'])")
    assert caffe.communicate()[1] == "0\n"


def test_the_first_test_which_is_silent_is_announced():
    lines = [f"solver.cpp:337] Iteration {number}, Testing net (#0)" for number in (0, 500)]
    log = run(f"import sys; sys.exit({chr(10).join(lines)!r})").communicate()[1].splitlines()
    said = "Caffe measures the validation loss first. This may take minutes without a message."
    assert log == [lines[0], said, lines[1]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_forwarded(number):
    caffe = run(
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda n, _: sys.exit(40 + n))\n"
        "print('training', file=sys.stderr, flush=True)\n"
        "time.sleep(60)"
    )
    assert caffe.stderr.readline() == "training\n"
    caffe.send_signal(number)
    assert caffe.wait() == 40 + number


@pytest.mark.caffe
@pytest.mark.parametrize("shared", [False, True])
def test_caffe_trains_stops_and_resumes(project, shared):
    require_caffe()
    design = Design(filters=2, kernel=3, shared_streams=shared)
    generate.write("net", design, "data", 8, batch=4)
    write_start("start.caffemodel", design)
    first = train("-solver", "solver.prototxt", "-weights", "start.caffemodel")
    assert first.returncode == 0, first.stderr
    resumed = train("-solver=solver.prototxt", "-snapshot=snapshots/s_iter_3.solverstate")
    assert resumed.returncode == 0, resumed.stderr
    assert "Resuming from snapshots/s_iter_3.solverstate" in resumed.stderr

    for name, text in (("first.log", first.stderr), ("resumed.log", resumed.stderr)):
        Path(name).write_text(text)
    log = training_log.read(["first.log", "resumed.log"])
    assert [point.iteration for point in log.train] == [0, 1, 2, 3, 4, 5, 6]
    assert [point.iteration for point in log.val] == [0, 3, 6]
    assert log.patch == (1, 8, 8)
    # At first the net is the average of its inputs, so its PSNR is known.
    shards = [h5py.File(shard, "r") for shard in hdf5.read_list("data/val.txt")]
    a, b, clean = (np.concatenate([file[name] for file in shards]) for name in hdf5.BLOBS)
    expected = -10 * np.log10(np.mean(((a + b) / 2 - clean) ** 2))
    found = training_log.psnr_of_loss(log.val[0].loss, log.patch)
    assert found == pytest.approx(expected, abs=1e-3)
    iteration, history, *_ = read_state("snapshots/s_iter_6.solverstate")
    assert iteration == 6
    assert [blob.shape for blob in history] == learned_shapes(deploy(design)) * 2
    engines.read("net/deploy.prototxt", "snapshots/s_iter_6.caffemodel")  # checks that they fit


@pytest.mark.caffe
def test_caffe_snapshots_when_interrupted(project):
    require_caffe()
    write_solver(without=["test_iter", "test_interval", "snapshot"], max_iter=10**8)
    caffe = subprocess.Popen(
        tool("-solver", "solver.prototxt"), env=environment(), stderr=subprocess.PIPE, text=True
    )
    for line in caffe.stderr:
        if "Iteration 5, lr" in line:
            break
    caffe.send_signal(signal.SIGINT)
    tail = caffe.stderr.read()
    assert caffe.wait() == 0
    assert "Optimization stopped early" in tail
    (state,) = (project / "snapshots").glob("*.solverstate")
    assert read_state(state)[0] >= 5


@pytest.mark.caffe
def test_caffe_without_gpu(project):
    require_caffe()
    write_solver(solver_mode="GPU")
    done = train("-solver", "solver.prototxt")
    if done.returncode == 0:
        pytest.skip("this Caffe has a GPU")
    assert done.returncode == 2
    said = "twostream train: This Caffe was built without GPU support. Set solver_mode: CPU."
    assert done.stderr.splitlines()[-1] == said
